package org.sluice.core.internal.registry;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Immutable: the plug-ins of one kind by name, those that serve first. Read by every request. */
final class PluginTable {
  static final PluginTable EMPTY = new PluginTable(List.of());
  private static final PluginEntry[] NONE = {};

  private final Map<String, PluginEntry[]> byName = new HashMap<>();
  private final List<PluginEntry> all;

  PluginTable(Collection<PluginEntry> entries) {
    all = new ArrayList<>(entries);
    all.sort(Comparator.comparing(PluginEntry::key, PluginKey.ORDER));
    Map<String, List<PluginEntry>> lists = new HashMap<>();
    for (PluginEntry entry : all) {
      for (String name : entry.names()) {
        lists.computeIfAbsent(name, n -> new ArrayList<>()).add(entry);
      }
    }
    lists.forEach((name, list) -> byName.put(name, list.toArray(NONE)));
  }

  PluginEntry[] named(String name) {
    PluginEntry[] found = byName.get(name);
    return found == null ? NONE : found;
  }

  /** The first that can be taken, already taken; or null. */
  PluginEntry acquire(String name) {
    for (PluginEntry entry : named(name)) {
      if (entry.acquire()) {
        return entry;
      }
    }
    return null;
  }

  Set<String> names() {
    return byName.keySet();
  }

  List<PluginEntry> all() {
    return all;
  }
}
