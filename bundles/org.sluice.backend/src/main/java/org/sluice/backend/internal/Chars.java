package org.sluice.backend.internal;

import java.nio.charset.StandardCharsets;

/** Classes of bytes in HTTP/1.1 messages, and how bytes become text. */
final class Chars {
  private static final boolean[] TOKEN = new boolean[256];
  private static final boolean[] VALUE = new boolean[256];

  static {
    for (int c = 0; c < 256; c++) {
      TOKEN[c] =
          (c >= '0' && c <= '9')
              || (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
      VALUE[c] = c == '\t' || (c >= ' ' && c != 0x7f);
    }
  }

  private Chars() {}

  /** RFC 9110 section 5.6.2: tchar. */
  static boolean isToken(int c) {
    return TOKEN[c & 0xff];
  }

  /** RFC 9110 section 5.5: VCHAR, obs-text, SP and HTAB. */
  static boolean isValue(int c) {
    return VALUE[c & 0xff];
  }

  /** RFC 9110 section 5.6.3: OWS. */
  static boolean isBlank(int c) {
    return c == ' ' || c == '\t';
  }

  /** Whether all of the text is a token, and not empty. */
  static boolean isTokenText(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c > 0x7f || !isToken(c)) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  /** Bytes map one to one to U+0000 to U+00FF. */
  static String text(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
  }

  /** Index of the CR of the first CRLF at or after {@code from}, or -1 if there is none yet. */
  static int lineEnd(byte[] bytes, int from, int to) throws BadResponseException {
    for (int i = from; i < to; i++) {
      byte c = bytes[i];
      if (c == '\n') {
        throw new BadResponseException("a line ends without CR");
      }
      if (c == '\r') {
        if (i + 1 == to) {
          return -1;
        }
        if (bytes[i + 1] != '\n') {
          throw new BadResponseException("a CR stands alone");
        }
        return i;
      }
    }
    return -1;
  }
}
