package org.sluice.server.internal;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** The {@code Date} field, RFC 9110 section 5.6.7. */
class HeadWriterTest {
  /** A year has every name of a month, and of a day. */
  @Test
  void everyDayOfAYear() {
    DateTimeFormatter english =
        DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH);
    HeadWriter writer = new HeadWriter();
    ZonedDateTime first = ZonedDateTime.of(2027, 1, 1, 23, 59, 58, 0, ZoneOffset.UTC);
    for (int day = 0; day < 365; day++) {
      ZonedDateTime time = first.plusDays(day);
      writer.tick(time.toInstant().toEpochMilli());
      String date = new String(writer.date(), StandardCharsets.US_ASCII);
      assertTrue(date.equals("Date: " + english.format(time) + "\r\n"), date);
    }
  }
}
