package org.sluice.accesslog.internal.format;

import java.util.List;

/** Query parameters whose values are not to be seen in a log. Immutable. */
public final class Mask {
  /** Hides nothing. */
  public static final Mask NONE = new Mask(List.of());

  private final String[] names;

  private Mask(List<String> names) {
    this.names = names.toArray(new String[0]);
  }

  /** Hides the parameters of these names, compared without case. */
  public static Mask of(List<String> names) {
    return names.isEmpty() ? NONE : new Mask(names);
  }

  boolean isNone() {
    return names.length == 0;
  }

  /**
   * The next value to hide at or behind {@code from}: its start in the upper and its end in the
   * lower half, or -1. A parameter begins behind {@code ?}, {@code &} or {@code ;}.
   */
  long next(String text, int from) {
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '?' || c == '&' || c == ';') {
        int value = valueOf(text, i + 1);
        if (value >= 0) {
          int end = value;
          while (end < text.length() && "&;# \"".indexOf(text.charAt(end)) < 0) {
            end++;
          }
          if (end > value) {
            return (long) value << 32 | end;
          }
        }
      }
    }
    return -1;
  }

  private int valueOf(String text, int at) {
    for (String name : names) {
      int end = at + name.length();
      if (end < text.length()
          && text.charAt(end) == '='
          && text.regionMatches(true, at, name, 0, name.length())) {
        return end + 1;
      }
    }
    return -1;
  }
}
