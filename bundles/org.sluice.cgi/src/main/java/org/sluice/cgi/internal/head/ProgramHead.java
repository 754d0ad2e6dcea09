package org.sluice.cgi.internal.head;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.api.http.Headers;

/**
 * What a program said about its response (RFC 3875 section 6.3), judged: framing, connection and
 * identity are the front's business and dropped, single fields keep their last value, others of one
 * name are joined.
 *
 * @param status of {@code Status}, 0 without one
 * @param reason of {@code Status}, null without one
 * @param location of {@code Location}, null without one
 * @param close whether the program asked to close the connection
 * @param modified of {@code Last-Modified}, null without one
 * @param headers what goes to the client, {@code Location} left out
 */
public record ProgramHead(
    int status, String reason, String location, boolean close, Instant modified, Headers headers) {
  private static final Logger LOG = LoggerFactory.getLogger(ProgramHead.class);

  private static final DateTimeFormatter HTTP_DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  /** RFC 9110 section 7.6.1, and what frames or signs a response. */
  private static final Set<String> DROPPED =
      Set.of(
          "connection",
          "keep-alive",
          "upgrade",
          "trailer",
          "te",
          "transfer-encoding",
          "content-length",
          "date",
          "server",
          "proxy-connection",
          "proxy-authenticate",
          "proxy-authorization",
          "proxy-authentication-info",
          "status",
          "location");

  /** The last one counts. */
  private static final Set<String> SINGLE =
      Set.of("content-type", "etag", "content-range", "last-modified");

  /** Lists whose members are better not joined, and what may be there once and would look so. */
  private static final Set<String> SEPARATE =
      Set.of(
          "set-cookie",
          "www-authenticate",
          "link",
          "vary",
          "sluice-handoff",
          "x-socket-handoff",
          "x-handoff-data");

  /**
   * Judges a header block.
   *
   * @param fields name, value, name, value, checked by {@link HeadParser}
   * @throws HeadException if {@code Status} or {@code Location} cannot be sent
   */
  public static ProgramHead of(List<String> fields) throws HeadException {
    Reader reader = new Reader();
    for (int i = 0; i < fields.size(); i += 2) {
      reader.field(fields.get(i), fields.get(i + 1));
    }
    return reader.head();
  }

  /** Whether it answers as if it had not said a status (RFC 3875 section 6.2.1). */
  public boolean isPlain() {
    return status == 0 || status == 200;
  }

  /** The value of an HTTP date, or null. */
  static Instant date(String text) {
    try {
      return ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
    } catch (DateTimeParseException e) {
      return null;
    }
  }

  /** Fields as they are collected. */
  private static final class Reader {
    private final Map<String, List<String>> kept = new LinkedHashMap<>();
    private int status;
    private String reason;
    private String location;
    private boolean close;
    private Instant modified;

    void field(String name, String value) throws HeadException {
      String key = name.toLowerCase(Locale.ROOT);
      switch (key) {
        case "status" -> status(value);
        case "location" -> location = location(value);
        case "connection" -> close |= value.toLowerCase(Locale.ROOT).contains("close");
        case "last-modified" -> modified(name, value);
        case "content-type" -> set(name, key, contentType(value));
        default -> {
          if (!DROPPED.contains(key)) {
            other(name, key, value);
          }
        }
      }
    }

    private void other(String name, String key, String value) {
      List<String> present = kept.get(key);
      if (present == null || SINGLE.contains(key)) {
        set(name, key, value);
      } else if (SEPARATE.contains(key)) {
        present.add(name);
        present.add(value);
      } else {
        present.set(1, present.get(1) + ", " + value);
      }
    }

    private void set(String name, String key, String value) {
      kept.put(key, new ArrayList<>(List.of(name, value)));
    }

    private void status(String value) throws HeadException {
      int end = 0;
      while (end < value.length() && end < 4 && Character.digit(value.charAt(end), 10) >= 0) {
        end++;
      }
      int number = end == 3 ? Integer.parseInt(value.substring(0, end)) : 0;
      if (number < 200 || number > 599) {
        throw new HeadException(
            "invalid status line from script: Status: "
                + org.sluice.cgi.internal.process.Bytes.printable(value, 60)
                + " (allowed are 200 to 599)",
            new byte[0]);
      }
      status = number;
      String text = value.substring(end).strip();
      reason = text.isEmpty() ? null : text;
    }

    /** RFC 3986: bytes that no URI may hold are escaped; controls were refused before. */
    private static String location(String value) {
      StringBuilder out = new StringBuilder(value.length());
      for (int i = 0; i < value.length(); i++) {
        char c = value.charAt(i);
        if (c <= ' ' || c > 0x7e || "\"<>\\^`{|}".indexOf(c) >= 0) {
          out.append('%');
          out.append(Character.toUpperCase(Character.forDigit(c >> 4 & 15, 16)));
          out.append(Character.toUpperCase(Character.forDigit(c & 15, 16)));
        } else {
          out.append(c);
        }
      }
      return out.toString();
    }

    private void modified(String name, String value) {
      Instant time = date(value);
      if (time == null) {
        LOG.info("a program's Last-Modified is no HTTP date and is left out: {}", value);
        return;
      }
      Instant now = Instant.now();
      modified = time.isAfter(now) ? now : time;
      set(name, "last-modified", HTTP_DATE.format(modified));
    }

    private static String contentType(String value) {
      int semicolon = value.indexOf(';');
      int end = semicolon < 0 ? value.length() : semicolon;
      return value.substring(0, end).toLowerCase(Locale.ROOT) + value.substring(end);
    }

    ProgramHead head() {
      Headers.Builder headers = Headers.builder();
      for (List<String> pairs : kept.values()) {
        for (int i = 0; i < pairs.size(); i += 2) {
          headers.add(pairs.get(i), pairs.get(i + 1));
        }
      }
      String target = location == null || location.isEmpty() ? null : location;
      return new ProgramHead(status, reason, target, close, modified, headers.build());
    }
  }
}
