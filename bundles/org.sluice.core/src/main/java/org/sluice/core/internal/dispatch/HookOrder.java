package org.sluice.core.internal.dispatch;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.api.hook.Phase;
import org.sluice.core.internal.registry.PluginEntry;

/**
 * Order of the hooks of a phase: relations first, then order numbers, then service ids. An entry
 * that needs another drags it forward; an early entry keeps its early place. A cycle is logged with
 * its members, and the edge that closes it is ignored.
 */
final class HookOrder {
  private static final Logger LOG = LoggerFactory.getLogger(HookOrder.class);

  private final List<PluginEntry> sorted;
  private final Set<PluginEntry> placed = new LinkedHashSet<>();
  private final List<PluginEntry> visiting = new ArrayList<>();

  private HookOrder(List<PluginEntry> hooks) {
    sorted = hooks;
  }

  static List<PluginEntry> sort(Phase phase, List<PluginEntry> hooks) {
    String name = phase.name().toLowerCase(Locale.ROOT);
    List<PluginEntry> members = new ArrayList<>();
    for (PluginEntry hook : hooks) {
      if (hook.names().contains(name)) {
        members.add(hook);
      }
    }
    members.sort(
        Comparator.comparingInt(HookOrder::number).thenComparingLong(PluginEntry::serviceId));
    HookOrder order = new HookOrder(members);
    members.forEach(order::place);
    return new ArrayList<>(order.placed);
  }

  private void place(PluginEntry hook) {
    if (placed.contains(hook)) {
      return;
    }
    if (visiting.contains(hook)) {
      LOG.error(
          "hooks {} must run before one another; the last relation is ignored",
          visiting.stream().map(HookOrder::name).toList());
      return;
    }
    visiting.add(hook);
    for (PluginEntry other : sorted) {
      if (other != hook && mustPrecede(other, hook)) {
        place(other);
      }
    }
    visiting.remove(hook);
    placed.add(hook);
  }

  private static boolean mustPrecede(PluginEntry first, PluginEntry second) {
    return first.texts("sluice.hook.before").contains(name(second))
        || second.texts("sluice.hook.after").contains(name(first));
  }

  private static String name(PluginEntry hook) {
    return hook.property("sluice.hook.name") instanceof String name
        ? name
        : String.valueOf(hook.property("component.name"));
  }

  private static int number(PluginEntry hook) {
    Object order = hook.property("sluice.hook.order");
    return order instanceof Integer number ? number : 10 - hook.ranking();
  }
}
