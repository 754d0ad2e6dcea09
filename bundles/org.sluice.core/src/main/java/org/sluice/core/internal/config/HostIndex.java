package org.sluice.core.internal.config;

import java.util.Map;

/** Host names to sites, found by a part of a text without making a string of it. Immutable. */
final class HostIndex {
  private final String[] names;
  private final SiteNode[] sites;

  HostIndex(Map<String, SiteNode> byName) {
    int capacity = Integer.highestOneBit(Math.max(1, byName.size()) * 4);
    names = new String[capacity];
    sites = new SiteNode[capacity];
    byName.forEach(
        (name, site) -> {
          int i = slot(hash(name, 0, name.length()));
          while (names[i] != null) {
            i = slot(i + 1);
          }
          names[i] = name;
          sites[i] = site;
        });
  }

  /** The site of {@code text} from {@code start} to {@code end}, or null. */
  SiteNode find(String text, int start, int end) {
    int i = slot(hash(text, start, end));
    while (names[i] != null) {
      if (names[i].length() == end - start && text.startsWith(names[i], start)) {
        return sites[i];
      }
      i = slot(i + 1);
    }
    return null;
  }

  private int slot(int hash) {
    return hash & (names.length - 1);
  }

  private static int hash(String text, int start, int end) {
    int hash = 0;
    for (int i = start; i < end; i++) {
      hash = 31 * hash + text.charAt(i);
    }
    return hash ^ (hash >>> 15);
  }
}
