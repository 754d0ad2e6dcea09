package org.sluice.core.internal.config.keys;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.sluice.api.config.OptionType;

/** Parses the texts of values. Every number is a whole decimal number without sign. */
public final class Values {
  private Values() {}

  /** What values of a type look like, for messages. */
  static String form(OptionType type) {
    return switch (type) {
      case TEXT -> "a text";
      case FLAG -> "on or off";
      case NUMBER -> "a number is whole and without a sign, for example 100";
      case SIZE -> "a size is a whole number with k, m or g, for example 64k";
      case DURATION -> "a duration is a whole number with ms, s, m, h or d, for example 20s";
      case LIST -> "a list is texts with commas between them, none of them empty";
      case CHOICE -> "one of the choices";
      case PATH -> "a path, relative ones from the base";
    };
  }

  /**
   * Parses a text: {@code String}, {@code Boolean}, {@code Long} (numbers and sizes), {@code
   * Duration}, {@code List<String>} or {@code Path} (as written).
   */
  static Object parse(OptionType type, String text) throws BadValueException {
    return switch (type) {
      case TEXT, CHOICE -> text;
      case FLAG -> flag(text);
      case NUMBER -> scaled(text, 1, OptionType.NUMBER);
      case SIZE -> size(text);
      case DURATION -> duration(text);
      case LIST -> list(text);
      case PATH -> path(text);
    };
  }

  private static Boolean flag(String text) throws BadValueException {
    if (!text.equals("on") && !text.equals("off")) {
      throw new BadValueException("a switch is on or off");
    }
    return text.equals("on");
  }

  /** A size in bytes. */
  static long size(String text) throws BadValueException {
    char unit = text.isEmpty() ? ' ' : text.toLowerCase(Locale.ROOT).charAt(text.length() - 1);
    int power = "kmg".indexOf(unit) + 1;
    String digits = power == 0 ? text : text.substring(0, text.length() - 1);
    return scaled(digits, 1L << (10 * power), OptionType.SIZE);
  }

  /** A duration. */
  static Duration duration(String text) throws BadValueException {
    int at = 0;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    long millis =
        switch (text.substring(at)) {
          case "ms" -> 1L;
          case "s" -> 1_000L;
          case "m" -> 60_000L;
          case "h" -> 3_600_000L;
          case "d" -> 86_400_000L;
          default -> throw new BadValueException(form(OptionType.DURATION));
        };
    return Duration.ofMillis(scaled(text.substring(0, at), millis, OptionType.DURATION));
  }

  private static long scaled(String digits, long unit, OptionType type) throws BadValueException {
    if (digits.isEmpty() || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw new BadValueException(form(type));
    }
    try {
      return Math.multiplyExact(Long.parseLong(digits), unit);
    } catch (ArithmeticException | NumberFormatException tooLarge) {
      throw new BadValueException("too large; " + form(type));
    }
  }

  /** A list without the blanks around its parts. */
  public static List<String> list(String text) throws BadValueException {
    List<String> parts = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      String stripped = part.strip();
      if (stripped.isEmpty()) {
        throw new BadValueException(form(OptionType.LIST));
      }
      parts.add(stripped);
    }
    return List.copyOf(parts);
  }

  private static Path path(String text) throws BadValueException {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new BadValueException("not a path: " + e.getReason());
    }
  }

  /** Compares two parsed numbers, sizes or durations. */
  static int compare(Object a, Object b) {
    return a instanceof Duration d ? d.compareTo((Duration) b) : Long.compare((Long) a, (Long) b);
  }
}
