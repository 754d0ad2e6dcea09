package org.sluice.files.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9110 section 5.6.7. */
class HttpDateTest {
  @Test
  void written() {
    assertEquals("Sun, 06 Nov 1994 08:49:37 GMT", HttpDate.format(784111777));
    assertEquals("Thu, 01 Jan 1970 00:00:00 GMT", HttpDate.format(0));
  }

  /** A year has every name of a month, and of a day. */
  @Test
  void everyDayOfAYear() {
    DateTimeFormatter english =
        DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH);
    ZonedDateTime first = ZonedDateTime.of(2027, 1, 1, 23, 59, 58, 0, ZoneOffset.UTC);
    for (int day = 0; day < 365; day++) {
      ZonedDateTime time = first.plusDays(day);
      assertEquals(english.format(time), HttpDate.format(time.toEpochSecond()));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Sun, 06 Nov 1994 08:49:37 GMT  | 784111777",
        "Sunday, 06-Nov-94 08:49:37 GMT | 784111777",
        "Sun Nov  6 08:49:37 1994       | 784111777",
        "Sun Nov 16 08:49:37 1994       | 784975777",
        "Thu, 01 Jan 1970 00:00:00 GMT  | 0",
        "Wed, 31 Dec 1969 23:59:59 GMT  | -1",
        "Sat, 31 Dec 2016 23:59:60 GMT  | 1483228799",
        "Thu, 29 Feb 2024 00:00:00 GMT  | 1709164800",
      })
  void read(String text, long seconds) {
    assertEquals(seconds, HttpDate.parse(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "784111777",
        "Sun, 06 Nov 1994 08:49:37",
        "Sun, 06 Nov 1994 08:49:37 UTC",
        "Sun, 06 Nov 1994 08:49:37 +0000",
        "Sun, 6 Nov 1994 08:49:37 GMT",
        "Sun, 06 nov 1994 08:49:37 GMT",
        "Sun, 06 ovD 1994 08:49:37 GMT",
        "Sun, 31 Feb 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:49:37 GMT",
        "Sun, 06 Nov 1994 08-49-37 GMT",
        "Xxx, 06 Nov 1994 08:49:37 GMT",
        "Sun,  06-Nov-94 08:49:37 GMT",
        "Funday, 06-Nov-94 08:49:37 GMT",
        "Sunday, 06-Nov-1994 08:49:37 GMT",
        "Sun Nov 6 08:49:37 1994",
        "Sun Nov  6 08:49:37 94  ",
        "Sun, 06 Nov 1994 08:49:37 GMT, Mon, 07 Nov 1994 08:49:37 GMT",
      })
  void noDate(String text) {
    assertEquals(HttpDate.NONE, HttpDate.parse(text));
  }
}
