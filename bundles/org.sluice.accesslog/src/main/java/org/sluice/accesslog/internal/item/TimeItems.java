package org.sluice.accesslog.internal.item;

import java.nio.charset.StandardCharsets;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.propertytypes.ServiceRanking;
import org.sluice.log.api.LogEntry;
import org.sluice.log.api.LogItem;
import org.sluice.log.api.LogOutput;
import org.sluice.log.api.LogValue;
import org.sluice.log.api.SluiceLogItem;

/** Points in time: {@code %t} in all its forms. */
@Component
@SluiceLogItem("t")
@ServiceRanking(-100)
public final class TimeItems implements LogItem {
  private static final TimeText ISO_SECOND = new TimeText("%FT%T");
  private static final TimeText ISO_OFFSET = new TimeText("%:z");

  @Override
  public boolean original() {
    return true;
  }

  @Override
  public LogValue value(String name, String argument) {
    String text = argument == null ? "" : argument;
    if (text.equals("end") || text.startsWith("end:")) {
      return form(text.length() <= 4 ? "" : text.substring(4), true);
    }
    if (text.equals("begin") || text.startsWith("begin:")) {
      return form(text.length() <= 6 ? "" : text.substring(6), false);
    }
    if (text.startsWith("begin") || text.startsWith("end")) {
      throw new IllegalArgumentException(
          "'" + text + "': begin and end stand alone or before a colon, as in %{end:%T}t");
    }
    return form(text, false);
  }

  private static LogValue form(String text, boolean end) {
    return switch (text) {
      case "" -> second(TimeText.CLF, end);
      case "sec" -> (entry, out) -> out.number(micros(entry, end) / 1_000_000);
      case "msec" -> (entry, out) -> out.number(micros(entry, end) / 1_000);
      case "usec" -> (entry, out) -> out.number(micros(entry, end));
      case "msec_frac" -> (entry, out) -> padded(out, micros(entry, end) / 1_000 % 1_000, 3);
      case "usec_frac" -> (entry, out) -> padded(out, micros(entry, end) % 1_000_000, 6);
      case "iso" -> iso(end);
      default -> second(new TimeText(text), end);
    };
  }

  private static LogValue second(TimeText text, boolean end) {
    return (entry, out) -> Fast.generated(out, text.at(micros(entry, end) / 1_000_000));
  }

  /** RFC 3339 section 5.6, with microseconds. */
  private static LogValue iso(boolean end) {
    return (entry, out) -> {
      long micros = micros(entry, end);
      Fast.generated(out, ISO_SECOND.at(micros / 1_000_000));
      out.plain(".");
      padded(out, micros % 1_000_000, 6);
      Fast.generated(out, ISO_OFFSET.at(micros / 1_000_000));
    };
  }

  private static long micros(LogEntry entry, boolean end) {
    return end ? entry.endMicros() : entry.beginMicros();
  }

  private static void padded(LogOutput out, long value, int digits) {
    byte[] text = new byte[digits];
    long v = value;
    for (int i = digits - 1; i >= 0; i--) {
      text[i] = (byte) ('0' + v % 10);
      v /= 10;
    }
    out.plain(new String(text, StandardCharsets.ISO_8859_1));
  }
}
