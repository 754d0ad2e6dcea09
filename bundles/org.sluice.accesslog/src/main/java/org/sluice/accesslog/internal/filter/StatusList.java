package org.sluice.accesslog.internal.filter;

import java.util.BitSet;
import java.util.List;

/** A list of statuses: {@code 404}, {@code 500-599}, {@code 4xx}. Immutable. */
final class StatusList {
  private final BitSet statuses = new BitSet(1000);

  private StatusList() {}

  /**
   * Parses the parts of a list.
   *
   * @throws IllegalArgumentException naming what is allowed
   */
  static StatusList of(List<String> parts) {
    StatusList list = new StatusList();
    for (String part : parts) {
      int dash = part.indexOf('-');
      if (part.matches("[1-5]xx")) {
        int from = (part.charAt(0) - '0') * 100;
        list.statuses.set(from, from + 100);
      } else if (dash > 0) {
        int from = number(part, 0, dash);
        int to = number(part, dash + 1, part.length());
        if (from > to) {
          throw new IllegalArgumentException(
              "'" + part + "': a range begins with the lower status");
        }
        list.statuses.set(from, to + 1);
      } else {
        list.statuses.set(number(part, 0, part.length()));
      }
    }
    return list;
  }

  private static int number(String part, int from, int to) {
    String digits = part.substring(from, to);
    if (!digits.matches("[1-5][0-9][0-9]")) {
      throw new IllegalArgumentException(
          "'"
              + part
              + "': allowed are statuses (404), ranges (500-599) and classes (4xx), from 100 to 599");
    }
    return Integer.parseInt(digits);
  }

  boolean contains(int status) {
    return statuses.get(Math.max(0, status));
  }
}
