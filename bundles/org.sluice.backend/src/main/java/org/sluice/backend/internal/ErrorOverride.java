package org.sluice.backend.internal;

import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Which statuses of a backend get a page of the front ({@code error-override=}). Immutable. */
final class ErrorOverride {
  private final BitSet statuses = new BitSet(600);
  private final Map<Integer, String> pages = new TreeMap<>();

  private ErrorOverride() {}

  /**
   * Reads the option: {@code on} stands for 400 to 599, else statuses and ranges.
   *
   * @return null when nothing is replaced
   */
  static ErrorOverride of(List<String> values, Map<String, String> pages) {
    ErrorOverride override = new ErrorOverride();
    for (String value : values) {
      if (value.equals("on")) {
        override.statuses.set(400, 600);
      } else if (!value.equals("off")) {
        int dash = value.indexOf('-');
        int from = Integer.parseInt(dash < 0 ? value : value.substring(0, dash));
        int to = Integer.parseInt(dash < 0 ? value : value.substring(dash + 1));
        override.statuses.set(from, to + 1);
      }
    }
    pages.forEach((status, page) -> override.pages.put(Integer.valueOf(status), page));
    return override.statuses.isEmpty() ? null : override;
  }

  boolean replaces(int status) {
    return statuses.get(status);
  }

  /** Path of the page for a status, or null for the built-in one. */
  String page(int status) {
    return pages.get(status);
  }
}
