package org.sluice.files.internal;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.Year;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Dates of fields (RFC 9110 section 5.6.7): written as IMF-fixdate, read in all three forms that a
 * recipient must take. Seconds since 1970.
 */
final class HttpDate {
  /** What {@link #parse} gives for text that is no date. */
  static final long NONE = Long.MIN_VALUE;

  /** What stands between the names, which are ours: those of a locale are slow to load. */
  private static final DateTimeFormatter DAY = digits(", dd ");

  private static final DateTimeFormatter TIME = digits(" yyyy HH:mm:ss 'GMT'");
  private static final String MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";
  private static final String[] DAYS = {
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"
  };

  private HttpDate() {}

  private static DateTimeFormatter digits(String pattern) {
    return DateTimeFormatter.ofPattern(pattern, Locale.ROOT);
  }

  static String format(long seconds) {
    LocalDateTime time = LocalDateTime.ofEpochSecond(seconds, 0, ZoneOffset.UTC);
    String day = DAYS[time.getDayOfWeek().getValue() - 1].substring(0, 3);
    int month = 3 * (time.getMonthValue() - 1);
    return day + DAY.format(time) + MONTHS.substring(month, month + 3) + TIME.format(time);
  }

  /** The time, or {@link #NONE}. Names are case-sensitive, as the RFC says. */
  static long parse(String text) {
    int comma = text.indexOf(',');
    try {
      if (comma == 3 && text.length() == 29 && isDay(text.substring(0, 3), true)) {
        return fixdate(text);
      }
      if (comma > 3 && text.length() == comma + 24 && isDay(text.substring(0, comma), false)) {
        return rfc850(text, comma + 2);
      }
      if (comma < 0 && text.length() == 24 && isDay(text.substring(0, 3), true)) {
        return asctime(text);
      }
    } catch (DateTimeException e) {
      return NONE;
    }
    return NONE;
  }

  /** Sun, 06 Nov 1994 08:49:37 GMT. */
  private static long fixdate(String text) {
    expect(text, 4, ' ');
    expect(text, 7, ' ');
    expect(text, 11, ' ');
    expect(text, 16, ' ');
    gmt(text, 25);
    return at(number(text, 12, 4), month(text, 8), number(text, 5, 2), text, 17);
  }

  /** Sunday, 06-Nov-94 08:49:37 GMT; a year more than 50 years ahead is in the past. */
  private static long rfc850(String text, int day) {
    expect(text, day - 1, ' ');
    expect(text, day + 2, '-');
    expect(text, day + 6, '-');
    expect(text, day + 9, ' ');
    gmt(text, day + 18);
    int now = Year.now(ZoneOffset.UTC).getValue();
    int year = now - now % 100 + number(text, day + 7, 2);
    year = year > now + 50 ? year - 100 : year;
    return at(year, month(text, day + 3), number(text, day, 2), text, day + 10);
  }

  /** Sun Nov 6 08:49:37 1994. */
  private static long asctime(String text) {
    expect(text, 3, ' ');
    expect(text, 7, ' ');
    expect(text, 10, ' ');
    expect(text, 19, ' ');
    int day = text.charAt(8) == ' ' ? number(text, 9, 1) : number(text, 8, 2);
    return at(number(text, 20, 4), month(text, 4), day, text, 11);
  }

  private static long at(int year, int month, int day, String text, int time) {
    expect(text, time + 2, ':');
    expect(text, time + 5, ':');
    int second = number(text, time + 6, 2);
    // A leap second is the one before it: there is no other way to count it.
    return LocalDateTime.of(
            year,
            month,
            day,
            number(text, time, 2),
            number(text, time + 3, 2),
            second == 60 ? 59 : second)
        .toEpochSecond(ZoneOffset.UTC);
  }

  private static boolean isDay(String text, boolean abbreviated) {
    for (String day : DAYS) {
      if (abbreviated ? day.startsWith(text) : day.equals(text)) {
        return true;
      }
    }
    return false;
  }

  private static int month(String text, int at) {
    int index = MONTHS.indexOf(text.substring(at, at + 3));
    if (index < 0 || index % 3 != 0) {
      throw new DateTimeException("no month");
    }
    return index / 3 + 1;
  }

  private static int number(String text, int at, int digits) {
    int value = 0;
    for (int i = at; i < at + digits; i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        throw new DateTimeException("no number");
      }
      value = value * 10 + c - '0';
    }
    return value;
  }

  private static void expect(String text, int at, char c) {
    if (text.charAt(at) != c) {
      throw new DateTimeException("no date");
    }
  }

  private static void gmt(String text, int at) {
    if (!text.startsWith(" GMT", at)) {
      throw new DateTimeException("not GMT");
    }
  }
}
