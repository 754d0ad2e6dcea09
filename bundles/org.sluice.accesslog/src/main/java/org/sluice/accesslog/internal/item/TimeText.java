package org.sluice.accesslog.internal.item;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoField;
import java.time.temporal.IsoFields;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A time format in the notation of strftime (POSIX, in the C locale), for the local zone at the
 * moment it tells about. The text of one second is made once and then reused by all threads; the
 * zone's rules are asked each time, because its offset may change while the front runs.
 */
final class TimeText {
  /** {@code [21/Nov/2026:20:38:34 +0100]}. */
  static final TimeText CLF = new TimeText("[%d/%b/%Y:%H:%M:%S %z]");

  private static final String COMPOSED_OF_TIME = "[]";
  private static final int SHORT = 3;
  private static final int FULL = Integer.MAX_VALUE;

  private final List<Piece> pieces = new ArrayList<>();
  private volatile Cached cached = new Cached(Long.MIN_VALUE, new byte[0]);

  private record Cached(long second, byte[] text) {}

  private interface Piece {
    void append(ZonedDateTime time, StringBuilder out);
  }

  /**
   * Parses a pattern.
   *
   * @throws IllegalArgumentException for a conversion that strftime does not have
   */
  TimeText(String pattern) {
    parse(pattern);
  }

  private void parse(String pattern) {
    int at = 0;
    while (at < pattern.length()) {
      int percent = pattern.indexOf('%', at);
      int end = percent < 0 ? pattern.length() : percent;
      if (end > at) {
        String literal = pattern.substring(at, end);
        pieces.add((time, out) -> out.append(literal));
      }
      if (percent < 0) {
        return;
      }
      at = conversion(pattern, percent + 1);
    }
  }

  /** Also with the modifiers E and O of POSIX, which change nothing in the C locale. */
  private int conversion(String pattern, int from) {
    int at = from;
    if (at < pattern.length() && (pattern.charAt(at) == 'E' || pattern.charAt(at) == 'O')) {
      at++;
    }
    boolean colon = at < pattern.length() && pattern.charAt(at) == ':';
    if (colon) {
      at++;
    }
    char c = at < pattern.length() ? pattern.charAt(at) : 0;
    String whole =
        switch (c) {
          case 'c' -> "%a %b %e %H:%M:%S %Y";
          case 'D', 'x' -> "%m/%d/%y";
          case 'F' -> "%Y-%m-%d";
          case 'r' -> "%I:%M:%S %p";
          case 'R' -> "%H:%M";
          case 'T', 'X' -> "%H:%M:%S";
          default -> COMPOSED_OF_TIME;
        };
    Piece piece = colon && c == 'z' ? (time, out) -> offset(time, out, ":") : single(c);
    if (!whole.equals(COMPOSED_OF_TIME)) {
      parse(whole);
    } else if (piece == null || (colon && c != 'z')) {
      throw new IllegalArgumentException(
          "'%"
              + pattern.substring(from, Math.min(at + 1, pattern.length()))
              + "' is no conversion of strftime; write %% for a percent sign");
    } else {
      pieces.add(piece);
    }
    return at + 1;
  }

  private static Piece single(char c) {
    return switch (c) {
      case '%' -> (time, out) -> out.append('%');
      case 'n' -> (time, out) -> out.append('\n');
      case 't' -> (time, out) -> out.append('\t');
      case 'a' -> (time, out) -> name(out, time.getDayOfWeek(), SHORT);
      case 'A' -> (time, out) -> name(out, time.getDayOfWeek(), FULL);
      case 'b', 'h' -> (time, out) -> name(out, time.getMonth(), SHORT);
      case 'B' -> (time, out) -> name(out, time.getMonth(), FULL);
      case 'p' -> (time, out) -> out.append(time.getHour() < 12 ? "AM" : "PM");
      case 'P' -> (time, out) -> out.append(time.getHour() < 12 ? "am" : "pm");
      case 'z' -> (time, out) -> offset(time, out, "");
      case 'Z' ->
          (time, out) ->
              out.append(
                  java.util.TimeZone.getTimeZone(time.getZone())
                      .getDisplayName(
                          time.getZone().getRules().isDaylightSavings(time.toInstant()),
                          java.util.TimeZone.SHORT,
                          Locale.ROOT));
      case 's' -> (time, out) -> out.append(time.toEpochSecond());
      default -> number(c);
    };
  }

  private static Piece number(char c) {
    return switch (c) {
      case 'C' -> (time, out) -> pad(out, time.getYear() / 100, 2, '0');
      case 'd' -> (time, out) -> pad(out, time.getDayOfMonth(), 2, '0');
      case 'e' -> (time, out) -> pad(out, time.getDayOfMonth(), 2, ' ');
      case 'g' -> (time, out) -> pad(out, time.get(IsoFields.WEEK_BASED_YEAR) % 100, 2, '0');
      case 'G' -> (time, out) -> out.append(time.get(IsoFields.WEEK_BASED_YEAR));
      case 'H' -> (time, out) -> pad(out, time.getHour(), 2, '0');
      case 'I' -> (time, out) -> pad(out, time.get(ChronoField.CLOCK_HOUR_OF_AMPM), 2, '0');
      case 'j' -> (time, out) -> pad(out, time.getDayOfYear(), 3, '0');
      case 'k' -> (time, out) -> pad(out, time.getHour(), 2, ' ');
      case 'l' -> (time, out) -> pad(out, time.get(ChronoField.CLOCK_HOUR_OF_AMPM), 2, ' ');
      case 'm' -> (time, out) -> pad(out, time.getMonthValue(), 2, '0');
      case 'M' -> (time, out) -> pad(out, time.getMinute(), 2, '0');
      case 'S' -> (time, out) -> pad(out, time.getSecond(), 2, '0');
      case 'u' -> (time, out) -> out.append(time.getDayOfWeek().getValue());
      case 'U' -> (time, out) -> pad(out, week(time, time.getDayOfWeek().getValue() % 7), 2, '0');
      case 'V' -> (time, out) -> pad(out, time.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR), 2, '0');
      case 'w' -> (time, out) -> out.append(time.getDayOfWeek().getValue() % 7);
      case 'W' -> (time, out) -> pad(out, week(time, time.getDayOfWeek().getValue() - 1), 2, '0');
      case 'y' -> (time, out) -> pad(out, time.getYear() % 100, 2, '0');
      case 'Y' -> (time, out) -> out.append(time.getYear());
      default -> null;
    };
  }

  /** Week of the year, from the first day with number 0 on. */
  private static int week(ZonedDateTime time, int dayOfWeek) {
    return (time.getDayOfYear() + 6 - dayOfWeek) / 7;
  }

  /** The C locale's names are those of the constants; a locale of Java's is slow to load. */
  private static void name(StringBuilder out, Enum<?> constant, int longest) {
    String name = constant.name();
    out.append(name.charAt(0));
    out.append(name.substring(1, Math.min(name.length(), longest)).toLowerCase(Locale.ROOT));
  }

  private static void offset(ZonedDateTime time, StringBuilder out, String separator) {
    int minutes = time.getOffset().getTotalSeconds() / 60;
    out.append(minutes < 0 ? '-' : '+');
    pad(out, Math.abs(minutes) / 60, 2, '0');
    out.append(separator);
    pad(out, Math.abs(minutes) % 60, 2, '0');
  }

  private static void pad(StringBuilder out, int value, int width, char with) {
    String digits = Integer.toString(value);
    for (int i = digits.length(); i < width; i++) {
      out.append(with);
    }
    out.append(digits);
  }

  /** The text for that second since 1970, in UTF-8. Must not be changed. */
  byte[] at(long second) {
    Cached now = cached;
    if (now.second != second) {
      now = new Cached(second, make(second, ZoneId.systemDefault()));
      cached = now;
    }
    return now.text;
  }

  /** The text for that second in a zone. */
  byte[] make(long second, ZoneId zone) {
    ZonedDateTime time = Instant.ofEpochSecond(second).atZone(zone);
    StringBuilder out = new StringBuilder(32);
    for (Piece piece : pieces) {
      piece.append(time, out);
    }
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }
}
