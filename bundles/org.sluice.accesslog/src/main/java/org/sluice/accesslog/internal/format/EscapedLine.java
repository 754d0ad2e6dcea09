package org.sluice.accesslog.internal.format;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The escaping of both kinds of formats (T10). Text is escaped byte by byte as httpd does it; JSON
 * strings are always valid UTF-8. Bytes that stand for themselves, nearly all there are, are copied
 * in one piece and only looked at.
 */
class EscapedLine extends LineBytes {
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] UNKNOWN = {(byte) 0xef, (byte) 0xbf, (byte) 0xbd};

  /** Bytes that stand for themselves in both kinds of formats. */
  private static final boolean[] SAFE = new boolean[256];

  static {
    for (int c = 0x20; c < 0x7f; c++) {
      SAFE[c] = c != '"' && c != '\\';
    }
  }

  boolean json;

  /** Bytes of the wire, one per character, that are in the range. */
  @SuppressWarnings("deprecation") // the low bytes are what is wanted: the wire's text is Latin-1
  final void escaped(String wire, int from, int end) {
    int n = end - from;
    room(n);
    wire.getBytes(from, end, bytes, length);
    int stop = length + n;
    for (int i = length; i < stop; i++) {
      if (!SAFE[bytes[i] & 0xff]) {
        escapeFrom(i, stop);
        return;
      }
    }
    length = stop;
  }

  /** A literal part of a string. */
  final void literalString(byte[] text) {
    for (byte b : text) {
      int c = b & 0xff;
      if (SAFE[c] || c >= 0x80) {
        room(1);
        bytes[length++] = b;
      } else {
        escape(c);
      }
    }
  }

  /** What was copied up to {@code stop} is clean up to {@code first}: the rest is written again. */
  private void escapeFrom(int first, int stop) {
    byte[] rest = Arrays.copyOfRange(bytes, first, stop);
    length = first;
    if (json) {
      utf8(rest, rest.length);
      return;
    }
    for (byte b : rest) {
      escapeByte(b & 0xff);
    }
  }

  private void escapeByte(int c) {
    if (SAFE[c]) {
      room(1);
      bytes[length++] = (byte) c;
    } else {
      escape(c);
    }
  }

  /** One byte that does not stand for itself. */
  private void escape(int c) {
    room(6);
    int letter =
        switch (c) {
          case '"' -> '"';
          case '\\' -> '\\';
          case '\b' -> 'b';
          case '\t' -> 't';
          case '\n' -> 'n';
          case '\r' -> 'r';
          case 0x0b -> json ? 0 : 'v';
          default -> 0;
        };
    bytes[length++] = '\\';
    if (letter != 0) {
      bytes[length++] = (byte) letter;
      return;
    }
    if (json) {
      bytes[length++] = 'u';
      bytes[length++] = '0';
      bytes[length++] = '0';
    } else {
      bytes[length++] = 'x';
    }
    bytes[length++] = HEX[c >> 4];
    bytes[length++] = HEX[c & 15];
  }

  /** Bytes of unknown origin into a JSON string: sequences that are no UTF-8 become U+FFFD. */
  private void utf8(byte[] from, int end) {
    int i = 0;
    while (i < end) {
      int c = from[i] & 0xff;
      if (c < 0x80) {
        escapeByte(c);
        i++;
        continue;
      }
      int size = Utf8.sequence(from, i, end);
      room(4);
      if (size > 0) {
        System.arraycopy(from, i, bytes, length, size);
        length += size;
        i += size;
      } else {
        put(UNKNOWN);
        i++;
      }
    }
  }

  /** UTF-8 that was made from text. */
  final void encoded(byte[] utf8, int end) {
    if (json) {
      utf8(utf8, end);
      return;
    }
    for (int i = 0; i < end; i++) {
      escapeByte(utf8[i] & 0xff);
    }
  }
}
