package org.sluice.core.internal.registry;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.Version;

/**
 * What decides between plug-ins of one name: ranking, then bundle (the higher version of one
 * symbolic name), then component name. The service id is last, because ids are start order and
 * start order must not matter.
 */
record PluginKey(
    List<String> names,
    int ranking,
    String symbolicName,
    Version version,
    String component,
    long id) {

  /** The one that serves comes first. */
  static final Comparator<PluginKey> ORDER =
      Comparator.comparingInt(PluginKey::ranking)
          .reversed()
          .thenComparing(PluginKey::symbolicName)
          .thenComparing(PluginKey::version, Comparator.reverseOrder())
          .thenComparing(PluginKey::component)
          .thenComparingLong(PluginKey::id);

  static PluginKey of(Kind kind, ServiceReference<?> reference) {
    Bundle bundle = reference.getBundle();
    return new PluginKey(
        names(reference.getProperty(kind.property())),
        reference.getProperty(Constants.SERVICE_RANKING) instanceof Integer ranking ? ranking : 0,
        bundle == null ? "" : String.valueOf(bundle.getSymbolicName()),
        bundle == null ? Version.emptyVersion : bundle.getVersion(),
        reference.getProperty("component.name") instanceof String name ? name : "",
        (Long) reference.getProperty(Constants.SERVICE_ID));
  }

  /**
   * String, String[] or a collection of String, as the Declarative Services specification allows.
   */
  static List<String> names(Object property) {
    if (property instanceof String one) {
      return one.isBlank() ? List.of() : List.of(one);
    }
    if (property instanceof String[] many) {
      return List.of(many);
    }
    if (property instanceof Collection<?> many) {
      return many.stream().map(String::valueOf).toList();
    }
    return List.of();
  }
}
