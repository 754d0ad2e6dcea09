package org.sluice.accesslog.internal.write;

import java.time.Duration;

/** Values of a log's keys. The core checks them when it reads the file; what is empty is 0. */
public final class Settings {
  private Settings() {}

  /** A value has not the type of its key; whoever reads the file has said so. */
  public static final class UnreadableException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private UnreadableException(String text) {
      super("not of the type of its key: " + text);
    }
  }

  /** A whole number. */
  public static long number(String text) {
    try {
      return text.isEmpty() ? 0 : Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new UnreadableException(text);
    }
  }

  /** A size in bytes, with k, m or g. */
  public static long size(String text) {
    if (text.isEmpty()) {
      return 0;
    }
    int power = "kmg".indexOf(Character.toLowerCase(text.charAt(text.length() - 1))) + 1;
    return number(power == 0 ? text : text.substring(0, text.length() - 1)) << (10 * power);
  }

  /** A duration with ms, s, m, h or d. */
  public static Duration duration(String text) {
    int unit = 0;
    while (unit < text.length() && Character.isDigit(text.charAt(unit))) {
      unit++;
    }
    long millis =
        switch (text.substring(unit)) {
          case "ms" -> 1;
          case "s" -> 1_000;
          case "m" -> 60_000;
          case "h" -> 3_600_000;
          case "d" -> 86_400_000;
          case "" -> 0;
          default -> throw new UnreadableException(text);
        };
    return Duration.ofMillis(number(text.substring(0, unit)) * millis);
  }
}
