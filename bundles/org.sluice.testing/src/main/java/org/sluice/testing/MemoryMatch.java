package org.sluice.testing;

import java.util.List;
import org.sluice.api.route.Match;
import org.sluice.api.route.Route;

/** What a path left of a route, for tests. */
record MemoryMatch(Route route, String rest, List<String> groups) implements Match {
  static MemoryMatch of(Route route, String path, List<String> groups) {
    String mapped = route.mappedPath();
    String rest = path.startsWith(mapped) ? path.substring(mapped.length()) : path;
    return new MemoryMatch(route, rest, groups);
  }

  @Override
  public String group(int index) {
    return index < groups.size() ? groups.get(index) : null;
  }
}
