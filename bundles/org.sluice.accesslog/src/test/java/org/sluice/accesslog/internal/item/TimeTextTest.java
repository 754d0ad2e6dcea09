package org.sluice.accesslog.internal.item;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class TimeTextTest {
  /** A year has every name of a month, and of a day. */
  @Test
  void everyNameOfTheCalendar() {
    TimeText text = new TimeText("%a %A %b %h %B");
    DateTimeFormatter english =
        DateTimeFormatter.ofPattern("EEE EEEE MMM MMM MMMM", Locale.ENGLISH);
    ZonedDateTime first = ZonedDateTime.of(2027, 1, 1, 23, 59, 58, 0, ZoneOffset.UTC);
    for (int day = 0; day < 365; day++) {
      ZonedDateTime time = first.plusDays(day);
      byte[] made = text.make(time.toEpochSecond(), ZoneOffset.UTC);
      assertEquals(english.format(time), new String(made, StandardCharsets.UTF_8));
    }
  }
}
