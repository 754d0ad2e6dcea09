package org.sluice.accesslog.internal.write;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Messages of syslog: RFC 5424, one line each. */
final class Syslog {
  private static final List<String> FACILITIES =
      List.of(
          "kern",
          "user",
          "mail",
          "daemon",
          "auth",
          "syslog",
          "lpr",
          "news",
          "uucp",
          "cron",
          "authpriv",
          "ftp",
          "ntp",
          "audit",
          "alert",
          "clock",
          "local0",
          "local1",
          "local2",
          "local3",
          "local4",
          "local5",
          "local6",
          "local7");
  private static final List<String> SEVERITIES =
      List.of("emerg", "alert", "crit", "err", "warning", "notice", "info", "debug");

  private final int priority;
  private final String after;

  private Syslog(int priority, String tag) {
    this.priority = priority;
    this.after = " " + hostName() + " " + tag + " " + ProcessHandle.current().pid() + " access - ";
  }

  /**
   * As configured.
   *
   * @throws IllegalArgumentException {@code KEY: what is allowed}
   */
  static Syslog of(Map<String, String> settings) {
    int facility = index("syslog.facility", settings.get("syslog.facility"), FACILITIES, "local0");
    int severity = index("syslog.severity", settings.get("syslog.severity"), SEVERITIES, "info");
    String tag = settings.getOrDefault("syslog.tag", "");
    tag = tag.isEmpty() ? "sluice" : tag;
    if (tag.length() > 48 || !tag.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw new IllegalArgumentException(
          "syslog.tag: APP-NAME is 1 to 48 printable ASCII characters without blanks (RFC 5424)");
    }
    return new Syslog(facility * 8 + severity, tag);
  }

  private static int index(String key, String value, List<String> names, String byDefault) {
    String text = value == null || value.isEmpty() ? byDefault : value.toLowerCase(Locale.ROOT);
    int found = names.indexOf(text);
    if (found < 0 && text.matches("[0-9]{1,2}") && Integer.parseInt(text) < names.size()) {
      found = Integer.parseInt(text);
    }
    if (found < 0) {
      throw new IllegalArgumentException(
          key + ": allowed are " + String.join(", ", names) + " and 0 to " + (names.size() - 1));
    }
    return found;
  }

  private static String hostName() {
    try {
      String name = InetAddress.getLocalHost().getHostName();
      return name.chars().allMatch(c -> c > ' ' && c < 0x7f) ? name : "-";
    } catch (UnknownHostException e) {
      return "-";
    }
  }

  /** One message for a line without its line end, at most {@code most} bytes. */
  byte[] message(byte[] from, int offset, int length, int most) {
    String time =
        DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
            OffsetDateTime.now().truncatedTo(ChronoUnit.MICROS));
    byte[] head = ("<" + priority + ">1 " + time + after).getBytes(StandardCharsets.US_ASCII);
    ByteArrayOutputStream out = new ByteArrayOutputStream(head.length + length);
    out.write(head, 0, head.length);
    out.write(from, offset, Math.max(0, Math.min(length, most - head.length)));
    return out.toByteArray();
  }
}
