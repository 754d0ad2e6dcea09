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
 * plug-ins say. Readers see an immutable table.
 */
final class Plugins<T> {
  private final String property;
  private final Map<ServiceReference<T>, T> services = new HashMap<>();
  private volatile Map<String, T> table = Map.of();

  Plugins(String property) {
    this.property = property;
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
    Map<String, T> next = new HashMap<>();
    services.entrySet().stream()
        .sorted(Map.Entry.<ServiceReference<T>, T>comparingByKey(order()).reversed())
        .forEach(entry -> names(entry.getKey()).forEach(n -> next.put(n, entry.getValue())));
    table = next;
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
