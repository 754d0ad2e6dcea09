package org.sluice.ssi.internal.text;

import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoField;
import java.time.temporal.IsoFields;
import java.util.Locale;
import java.util.TimeZone;

/**
 * The C library's strftime in the locale C, whatever the locale of the JVM: every conversion of
 * POSIX.1-2017 and those of the GNU library, its flags {@code _ - 0 ^ #} and widths; the modifiers
 * {@code E} and {@code O} change nothing. What is unknown stays as it is.
 *
 * <p>The library has classes for dates, but none for weeks of the year that begin on a Sunday or
 * for centuries, and its names follow the locale; hence this table.
 */
public final class Strftime {
  /** A longer result becomes the empty string. */
  static final int LIMIT = 8191;

  private static final int MAX_WIDTH = 1024;
  private static final String[] DAYS = {
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"
  };
  private static final String[] MONTHS = {
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December"
  };

  private final ZonedDateTime time;
  private final String zone;
  private final StringBuilder out = new StringBuilder(40);

  private Strftime(ZonedDateTime time, String zone) {
    this.time = time;
    this.zone = zone;
  }

  /**
   * Formats.
   *
   * @param pattern of strftime; other bytes stay
   * @param zone what {@code %Z} prints, or null for the zone's own name
   */
  public static String format(String pattern, ZonedDateTime time, String zone) {
    Strftime run = new Strftime(time, zone);
    run.all(pattern);
    return run.out.length() > LIMIT ? "" : run.out.toString();
  }

  private void all(String pattern) {
    for (int i = 0; i < pattern.length() && out.length() <= LIMIT; i++) {
      char c = pattern.charAt(i);
      if (c == '%') {
        i = conversion(pattern, i);
      } else {
        out.append(c);
      }
    }
  }

  /** Handles the conversion whose percent sign is at {@code start}; gives its last index. */
  private int conversion(String pattern, int start) {
    int at = start + 1;
    char pad = 0;
    boolean upper = false;
    boolean swap = false;
    for (; at < pattern.length() && "_-0^#".indexOf(pattern.charAt(at)) >= 0; at++) {
      char flag = pattern.charAt(at);
      upper |= flag == '^';
      swap |= flag == '#';
      pad = flag == '^' || flag == '#' ? pad : flag;
    }
    int width = 0;
    for (; at < pattern.length() && Character.digit(pattern.charAt(at), 10) >= 0; at++) {
      width = Math.min(MAX_WIDTH, width * 10 + pattern.charAt(at) - '0');
    }
    while (at < pattern.length() && (pattern.charAt(at) == 'E' || pattern.charAt(at) == 'O')) {
      at++;
    }
    if (at >= pattern.length()) {
      out.append(pattern, start, pattern.length());
      return pattern.length();
    }
    int from = out.length();
    if (!convert(pattern.charAt(at), pad, width)) {
      out.append(pattern, start, at + 1);
      return at;
    }
    changeCase(pattern.charAt(at), from, upper, swap);
    widen(from, width, pad);
    return at;
  }

  private void changeCase(char conversion, int from, boolean upper, boolean swap) {
    if (upper || swap) {
      boolean lower = swap && (conversion == 'Z' || conversion == 'p');
      String text = out.substring(from);
      out.setLength(from);
      out.append(lower ? text.toLowerCase(Locale.ROOT) : text.toUpperCase(Locale.ROOT));
    }
  }

  /** A width for text: blanks in front, or zeros when asked for. Numbers are wide already. */
  private void widen(int from, int width, char pad) {
    int missing = width - (out.length() - from);
    if (missing > 0 && pad != '-') {
      out.insert(from, String.valueOf(pad == '0' ? '0' : ' ').repeat(missing));
    }
  }

  private boolean convert(char conversion, char pad, int width) {
    switch (conversion) {
      case 'a' -> out.append(DAYS[weekday()], 0, 3);
      case 'A' -> out.append(DAYS[weekday()]);
      case 'b', 'h' -> out.append(MONTHS[time.getMonthValue() - 1], 0, 3);
      case 'B' -> out.append(MONTHS[time.getMonthValue() - 1]);
      case 'c' -> all("%a %b %e %H:%M:%S %Y");
      case 'D', 'x' -> all("%m/%d/%y");
      case 'F' -> all("%Y-%m-%d");
      case 'r' -> all("%I:%M:%S %p");
      case 'R' -> all("%H:%M");
      case 'T', 'X' -> all("%H:%M:%S");
      case 'n' -> out.append('\n');
      case 't' -> out.append('\t');
      case '%' -> out.append('%');
      case 'p' -> out.append(time.getHour() < 12 ? "AM" : "PM");
      case 'P' -> out.append(time.getHour() < 12 ? "am" : "pm");
      case 'z' -> offset();
      case 'Z' -> out.append(zone != null ? zone : zoneName(time));
      default -> {
        return convertNumber(conversion, pad, width);
      }
    }
    return true;
  }

  private boolean convertNumber(char conversion, char pad, int width) {
    switch (conversion) {
      case 'C' -> number(Math.floorDiv(time.getYear(), 100), 2, '0', pad, width);
      case 'd' -> number(time.getDayOfMonth(), 2, '0', pad, width);
      case 'e' -> number(time.getDayOfMonth(), 2, ' ', pad, width);
      case 'g' -> number(Math.floorMod(weekYear(), 100), 2, '0', pad, width);
      case 'G' -> number(weekYear(), 1, '0', pad, width);
      case 'H' -> number(time.getHour(), 2, '0', pad, width);
      case 'I' -> number(hour12(), 2, '0', pad, width);
      case 'j' -> number(time.getDayOfYear(), 3, '0', pad, width);
      case 'k' -> number(time.getHour(), 2, ' ', pad, width);
      case 'l' -> number(hour12(), 2, ' ', pad, width);
      case 'm' -> number(time.getMonthValue(), 2, '0', pad, width);
      case 'M' -> number(time.getMinute(), 2, '0', pad, width);
      case 's' -> number(time.toEpochSecond(), 1, '0', pad, width);
      case 'S' -> number(time.getSecond(), 2, '0', pad, width);
      case 'u' -> number(time.getDayOfWeek().getValue(), 1, '0', pad, width);
      case 'U' -> number((time.getDayOfYear() + 6 - weekday()) / 7, 2, '0', pad, width);
      case 'V' -> number(time.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR), 2, '0', pad, width);
      case 'w' -> number(weekday(), 1, '0', pad, width);
      case 'W' -> number((time.getDayOfYear() + 6 - (weekday() + 6) % 7) / 7, 2, '0', pad, width);
      case 'y' -> number(Math.floorMod(time.getYear(), 100), 2, '0', pad, width);
      case 'Y' -> number(time.getYear(), 1, '0', pad, width);
      default -> {
        return false;
      }
    }
    return true;
  }

  /** A number with its own padding, which a flag replaces and a width extends. */
  private void number(long value, int digits, char padding, char flag, int width) {
    char fill = flag == '_' ? ' ' : flag == '0' ? '0' : padding;
    int size = flag == '-' ? 1 : Math.max(digits, width);
    String text = Long.toString(Math.abs(value));
    int missing = size - text.length() - (value < 0 ? 1 : 0);
    String fillers = missing > 0 ? String.valueOf(fill).repeat(missing) : "";
    String sign = value < 0 ? "-" : "";
    out.append(fill == ' ' ? fillers + sign : sign + fillers).append(text);
  }

  /** 0 is Sunday. */
  private int weekday() {
    return time.getDayOfWeek().getValue() % 7;
  }

  private int hour12() {
    int hour = time.getHour() % 12;
    return hour == 0 ? 12 : hour;
  }

  private int weekYear() {
    return time.get(IsoFields.WEEK_BASED_YEAR);
  }

  private void offset() {
    int minutes = time.get(ChronoField.OFFSET_SECONDS) / 60;
    int size = Math.abs(minutes);
    out.append(minutes < 0 ? '-' : '+');
    number(size / 60 * 100L + size % 60, 4, '0', (char) 0, 0);
  }

  /** The zone's abbreviation, or its offset when it has none, as the time zone database says. */
  private static String zoneName(ZonedDateTime time) {
    if (time.getZone() instanceof ZoneOffset) {
      return time.getZone().equals(ZoneOffset.UTC) ? "UTC" : "";
    }
    TimeZone zone = TimeZone.getTimeZone(time.getZone());
    boolean summer = zone.inDaylightTime(java.util.Date.from(time.toInstant()));
    String name = zone.getDisplayName(summer, TimeZone.SHORT, Locale.ENGLISH);
    if (!name.startsWith("GMT") || name.length() == 3) {
      return name;
    }
    // GMT+03:00 is Java's own; the database writes +03 or +0530.
    String digits = name.substring(3).replace(":", "");
    return digits.endsWith("00") && digits.length() == 5 ? digits.substring(0, 3) : digits;
  }
}
