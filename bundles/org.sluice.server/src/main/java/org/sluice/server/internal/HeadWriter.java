package org.sluice.server.internal;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.sluice.api.http.Headers;

/**
 * Writes response heads into one array per event loop, from where they go to the wire in one copy.
 *
 * <p>{@code Date} and {@code Server} are one array made once a second. Fields that frame the
 * message or govern the connection are the engine's and are left out of what a handler gave.
 */
final class HeadWriter {
  private static final byte[] CLOSE = ascii("Connection: close\r\n");
  private static final byte[] KEEP_ALIVE = ascii("Connection: keep-alive\r\n");
  private static final byte[] UPGRADE = ascii("Connection: Upgrade\r\n");
  private static final byte[] CHUNKED = ascii("Transfer-Encoding: chunked\r\n");
  private static final byte[] LENGTH = ascii("Content-Length: ");

  // Names of our own: those of a locale are in resource bundles, for which a start would wait.
  private static final DateTimeFormatter DATE =
      new DateTimeFormatterBuilder()
          .appendText(
              ChronoField.DAY_OF_WEEK, names("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"))
          .appendPattern(", dd ")
          .appendText(
              ChronoField.MONTH_OF_YEAR,
              names(
                  "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov",
                  "Dec"))
          .appendPattern(" yyyy HH:mm:ss 'GMT'")
          .toFormatter(Locale.ROOT)
          .withZone(ZoneOffset.UTC);
  private static final Class<?> CHECKED = Headers.empty().getClass();

  /** What becomes of the connection, in a {@code Connection} field. */
  enum Persistence {
    /** HTTP/1.1 goes on without saying so. */
    IMPLIED(""),
    KEEP_ALIVE("keep-alive"),
    CLOSE("close"),
    UPGRADE("Upgrade");

    private final String text;

    Persistence(String text) {
      this.text = text;
    }

    /** The field's value. */
    String text() {
      return text;
    }
  }

  private byte[] out = new byte[512];
  private int length;
  private long second;
  private byte[] date = new byte[0];
  private byte[] server = ascii("Server: Sluice\r\n");
  private boolean sawDate;
  private boolean sawServer;
  private boolean sawClose;
  private long givenLength;
  private long writtenLength;
  private boolean wroteChunked;
  private Persistence persistence = Persistence.IMPLIED;

  /** Sets the {@code Server} field; null for none. */
  void server(String value) {
    server = value == null ? new byte[0] : ascii("Server: " + value + "\r\n");
  }

  /** Begins with the status line. */
  void begin(int status) {
    length = 0;
    writtenLength = -1;
    wroteChunked = false;
    put(StatusLines.line(status));
  }

  /** Begins with a status line of that reason, which is checked already. */
  void begin(int status, String reason) {
    if (reason == null) {
      begin(status);
      return;
    }
    length = 0;
    put(ascii("HTTP/1.1 " + status + " "));
    put(reason.getBytes(StandardCharsets.ISO_8859_1));
    room(2);
    crlf();
  }

  /** Adds a handler's fields but the engine's. */
  void fields(Headers fields) {
    sawDate = false;
    sawServer = false;
    sawClose = false;
    givenLength = -1;
    Headers safe = checked(fields);
    for (int i = 0, n = safe.size(); i < n; i++) {
      String name = safe.name(i);
      if (!isEngines(name, safe, i)) {
        field(name, safe.value(i));
      }
    }
  }

  /**
   * Fields of the builder and of our parser are checked already; those of another class could hold
   * anything, and a CR or LF among it would split the response.
   */
  private static Headers checked(Headers fields) {
    Class<?> type = fields.getClass();
    return type == CHECKED || type == FieldList.class
        ? fields
        : Headers.builder().addAll(fields).build();
  }

  private boolean isEngines(String name, Headers fields, int index) {
    switch (name.length()) {
      case 4:
        sawDate |= name.equalsIgnoreCase("Date");
        return false;
      case 6:
        sawServer |= name.equalsIgnoreCase("Server");
        return false;
      case 10:
        if (name.equalsIgnoreCase("Connection")) {
          sawClose |= fields.hasToken("Connection", "close");
          return true;
        }
        return name.equalsIgnoreCase("Keep-Alive");
      case 14:
        if (name.equalsIgnoreCase("Content-Length")) {
          givenLength = parseLength(fields.value(index));
          return true;
        }
        return false;
      case 16:
        return name.equalsIgnoreCase("Proxy-Connection");
      case 17:
        return name.equalsIgnoreCase("Transfer-Encoding");
      default:
        return false;
    }
  }

  private static long parseLength(String value) {
    try {
      return value.isEmpty() || value.charAt(0) == '+' ? -1 : Long.parseLong(value);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  /** Whether the handler asked to end the connection. */
  boolean givenClose() {
    return sawClose;
  }

  /** The {@code Content-Length} the handler gave, -1 if none or no number. */
  long givenLength() {
    return givenLength;
  }

  /** Adds Date and Server where the handler gave none (RFC 9110 sections 6.6.1 and 10.2.4). */
  void identity() {
    if (!sawDate) {
      put(date);
    }
    if (!sawServer) {
      put(server);
    }
  }

  void contentLength(long value) {
    writtenLength = value;
    put(LENGTH);
    room(22);
    if (value == 0) {
      out[length++] = '0';
    } else {
      int digits = 0;
      for (long v = value; v > 0; v /= 10) {
        digits++;
      }
      int at = length + digits;
      for (long v = value; v > 0; v /= 10) {
        out[--at] = (byte) ('0' + v % 10);
      }
      length += digits;
    }
    crlf();
  }

  void chunked() {
    wroteChunked = true;
    put(CHUNKED);
  }

  void connection(Persistence what) {
    persistence = what;
    switch (what) {
      case CLOSE -> put(CLOSE);
      case KEEP_ALIVE -> put(KEEP_ALIVE);
      case UPGRADE -> put(UPGRADE);
      case IMPLIED -> {}
    }
  }

  /** What the head just written was made of, with the fields that {@link #fields} was given. */
  SentFields sent(Headers given) {
    return new SentFields(
        given,
        sawDate ? null : date,
        sawServer ? null : server,
        writtenLength,
        wroteChunked,
        persistence);
  }

  /** Whether the engine writes this field itself and leaves out a handler's. */
  static boolean isEngines(String name) {
    return switch (name.length()) {
      case 10 -> name.equalsIgnoreCase("Connection") || name.equalsIgnoreCase("Keep-Alive");
      case 14 -> name.equalsIgnoreCase("Content-Length");
      case 16 -> name.equalsIgnoreCase("Proxy-Connection");
      case 17 -> name.equalsIgnoreCase("Transfer-Encoding");
      default -> false;
    };
  }

  /** Ends the head. */
  void end() {
    room(2);
    crlf();
  }

  byte[] array() {
    return out;
  }

  int length() {
    return length;
  }

  /** The last chunk with trailers, as bytes of their own (RFC 9112 section 7.1.2). */
  static byte[] lastChunk(Headers trailers) {
    if (trailers.size() == 0) {
      return ascii("0\r\n\r\n");
    }
    HeadWriter writer = new HeadWriter();
    writer.put(ascii("0\r\n"));
    writer.fields(trailers);
    writer.end();
    return Arrays.copyOf(writer.out, writer.length);
  }

  /** The field of the last tick. Must not be changed. */
  byte[] date() {
    return date;
  }

  private static Map<Long, String> names(String... names) {
    Map<Long, String> numbered = new HashMap<>();
    for (String name : names) {
      numbered.put(numbered.size() + 1L, name);
    }
    return numbered;
  }

  /** Makes the date of this second, if it is not made yet. */
  void tick(long epochMillis) {
    long now = Math.floorDiv(epochMillis, 1000);
    if (now != second || date.length == 0) {
      second = now;
      date = ascii("Date: " + DATE.format(Instant.ofEpochSecond(now)) + "\r\n");
    }
  }

  @SuppressWarnings("deprecation") // the low bytes are what is wanted: fields are Latin-1
  private void field(String name, String value) {
    int n = name.length();
    int v = value.length();
    room(n + v + 4);
    name.getBytes(0, n, out, length);
    length += n;
    out[length++] = ':';
    out[length++] = ' ';
    value.getBytes(0, v, out, length);
    length += v;
    crlf();
  }

  private void put(byte[] bytes) {
    room(bytes.length);
    System.arraycopy(bytes, 0, out, length, bytes.length);
    length += bytes.length;
  }

  private void crlf() {
    out[length++] = '\r';
    out[length++] = '\n';
  }

  private void room(int bytes) {
    if (length + bytes > out.length) {
      out = Arrays.copyOf(out, Math.max(out.length * 2, length + bytes));
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
