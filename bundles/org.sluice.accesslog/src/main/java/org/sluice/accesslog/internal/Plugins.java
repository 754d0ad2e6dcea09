package org.sluice.accesslog.internal;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.Version;

/**
 * Services of one kind by the names they carry; of equal names the one serves that the rules for
 * plug-ins say. What this bundle offers itself is there always. Readers see an immutable table.
 */
final class Plugins<T> {
  private final String property;
  private final Map<ServiceReference<T>, T> services = new HashMap<>();
  private final Map<String, T> builtIn;
  private volatile Map<String, T> table;

  Plugins(String property, Map<String, T> builtIn) {
    this.property = property;
    this.builtIn = Map.copyOf(builtIn);
    this.table = this.builtIn;
  }

  synchronized void add(ServiceReference<T> reference, T service) {
    services.put(reference, service);
    rebuild();
  }

  synchronized void remove(ServiceReference<T> reference) {
    services.remove(reference);
    rebuild();
  }

  /** Ranking or names have changed. */
  synchronized void rebuild() {
    Map<String, T> next = new HashMap<>(builtIn);
    services.entrySet().stream()
        .sorted(Map.Entry.<ServiceReference<T>, T>comparingByKey(order()).reversed())
        .forEach(entry -> offer(entry.getKey(), entry.getValue(), next));
    table = next;
  }

  /** Our own services among them change nothing: their ranking is not above what is built in. */
  private void offer(ServiceReference<T> reference, T service, Map<String, T> next) {
    for (String name : names(reference)) {
      if (ranking(reference) > BuiltIn.RANKING || !builtIn.containsKey(name)) {
        next.put(name, service);
      }
    }
  }

  /** The one that serves under that name, or null. */
  T find(String name) {
    return table.get(name);
  }

  private List<String> names(ServiceReference<T> reference) {
    Object value = reference.getProperty(property);
    if (value instanceof String[] many) {
      return List.of(many);
    }
    if (value instanceof Collection<?> many) {
      return many.stream().map(String::valueOf).toList();
    }
    return value instanceof String one ? List.of(one) : List.of();
  }

  /** First the one that serves: ranking, bundle (higher version of one name), component, age. */
  private static <T> Comparator<ServiceReference<T>> order() {
    return Comparator.<ServiceReference<T>>comparingInt(Plugins::ranking)
        .reversed()
        .thenComparing(reference -> bundleName(reference))
        .thenComparing(reference -> version(reference), Comparator.reverseOrder())
        .thenComparing(reference -> String.valueOf(reference.getProperty("component.name")))
        .thenComparing(reference -> (Long) reference.getProperty(Constants.SERVICE_ID));
  }

  private static int ranking(ServiceReference<?> reference) {
    return reference.getProperty(Constants.SERVICE_RANKING) instanceof Integer ranking
        ? ranking
        : 0;
  }

  private static String bundleName(ServiceReference<?> reference) {
    Bundle bundle = reference.getBundle();
    return bundle == null ? "" : String.valueOf(bundle.getSymbolicName());
  }

  private static Version version(ServiceReference<?> reference) {
    Bundle bundle = reference.getBundle();
    return bundle == null ? Version.emptyVersion : bundle.getVersion();
  }
}
