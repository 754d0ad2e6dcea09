package org.sluice.ssi.internal.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StrftimeTest {
  private static final ZonedDateTime TIME =
      ZonedDateTime.of(2026, 11, 1, 0, 6, 7, 0, ZoneId.of("Europe/Berlin"));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "%a %A %b %B %h|Sun Sunday Nov November Nov",
        "%c|Sun Nov  1 00:06:07 2026",
        "%C %y %Y|20 26 2026",
        "%d %e %-d %_d|01  1 1  1",
        "%D %F %x|11/01/26 2026-11-01 11/01/26",
        "%g %G %V %u %w|26 2026 44 7 0",
        "%H %I %k %l %p %P|00 12  0 12 AM am",
        "%j %U %W|305 44 43",
        "%m %M %S %s|11 06 07 1793487967",
        "%r %R %T %X|12:06:07 AM 00:06 00:06:07 00:06:07",
        "%z %Z|+0100 CET",
        "%Ed %Oy %%|01 26 %",
        "%q %|%q %",
        "%^a %#p %10Y %05d|SUN am 0000002026 00001",
      })
  void conversions(String pattern, String expected) {
    assertEquals(expected, Strftime.format(pattern, TIME, null));
  }

  @Test
  void linesAndTabs() {
    assertEquals("\n\t", Strftime.format("%n%t", TIME, null));
  }

  @Test
  void theLocaleOfTheMachineDoesNotMatter() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.GERMANY);
      assertEquals("Sunday, 01-Nov-2026", Strftime.format("%A, %d-%b-%Y", TIME, null));
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void tooLongIsEmpty() {
    assertEquals(8191, Strftime.format("x".repeat(8191), TIME, null).length());
    assertEquals("", Strftime.format("x".repeat(8192), TIME, null));
  }

  @Test
  void everyDayOfSomeYearsInTheCalendarOfWeeks() {
    // The first Sunday begins week 1 of %U, the first Monday week 1 of %W.
    for (int year = 2015; year < 2030; year++) {
      int sundays = 0;
      int mondays = 0;
      ZonedDateTime day = ZonedDateTime.of(year, 1, 1, 0, 0, 0, 0, ZoneId.of("UTC"));
      for (; day.getYear() == year; day = day.plusDays(1)) {
        sundays += day.getDayOfWeek().getValue() == 7 ? 1 : 0;
        mondays += day.getDayOfWeek().getValue() == 1 ? 1 : 0;
        String expected = two(sundays) + " " + two(mondays);
        assertEquals(expected, Strftime.format("%U %W", day, null), day.toString());
      }
    }
  }

  private static String two(int number) {
    return (number < 10 ? "0" : "") + number;
  }
}
