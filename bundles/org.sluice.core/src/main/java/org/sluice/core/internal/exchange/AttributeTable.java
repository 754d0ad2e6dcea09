package org.sluice.core.internal.exchange;

import java.util.Arrays;

/**
 * Attributes of one exchange: names and values in turn in one small array. Most exchanges have one
 * or two, and their names are constants, so that a look costs a comparison of references and a map
 * would cost more than all it holds. Not thread-safe.
 */
final class AttributeTable {
  private static final int FIRST = 4;

  private Object[] pairs = new Object[FIRST];
  private int used;

  /** The value of that name, or null. */
  Object get(String name) {
    int at = find(name);
    return at < 0 ? null : pairs[at + 1];
  }

  /** Sets a value that is not null. */
  void put(String name, Object value) {
    int at = find(name);
    if (at < 0) {
      if (used == pairs.length) {
        pairs = Arrays.copyOf(pairs, used * 2);
      }
      at = used;
      used += 2;
      pairs[at] = name;
    }
    pairs[at + 1] = value;
  }

  /** Takes a value away; the last one moves to its place. */
  void remove(String name) {
    int at = find(name);
    if (at >= 0) {
      used -= 2;
      pairs[at] = pairs[used];
      pairs[at + 1] = pairs[used + 1];
      pairs[used] = null;
      pairs[used + 1] = null;
    }
  }

  private int find(String name) {
    for (int i = 0; i < used; i += 2) {
      if (name.equals(pairs[i])) {
        return i;
      }
    }
    return -1;
  }
}
