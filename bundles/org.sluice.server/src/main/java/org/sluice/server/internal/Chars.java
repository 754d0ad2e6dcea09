package org.sluice.server.internal;

import java.nio.charset.StandardCharsets;

/** Classes of bytes in HTTP/1.1 messages, and how bytes become text. */
final class Chars {
  private static final boolean[] TOKEN = new boolean[256];
  private static final boolean[] VALUE = new boolean[256];
  private static final boolean[] PATH = new boolean[256];
  private static final boolean[] QUERY = new boolean[256];
  private static final boolean[] HOST = new boolean[256];

  static {
    for (int c = 0; c < 256; c++) {
      TOKEN[c] =
          (c >= '0' && c <= '9')
              || (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
      VALUE[c] = c == '\t' || (c >= ' ' && c != 0x7f);
      QUERY[c] = c > ' ' && c < 0x7f && "#\"<>".indexOf(c) < 0;
      PATH[c] = QUERY[c] && "?\\`{}".indexOf(c) < 0;
      HOST[c] = TOKEN[c] && "!#$%&'*+^`|".indexOf(c) < 0;
    }
  }

  private Chars() {}

  /** RFC 9110 section 5.6.2: tchar. */
  static boolean isToken(byte c) {
    return TOKEN[c & 0xff];
  }

  /** RFC 9110 section 5.5: VCHAR, obs-text, SP and HTAB. */
  static boolean isValue(byte c) {
    return VALUE[c & 0xff];
  }

  /**
   * What a request target holds in front of a query (RFC 9112 section 3.2, RFC 3986 section 3.3):
   * URI characters, and those that the URL standard of browsers leaves as they are, {@code |} and
   * {@code ^}. A fragment never travels (RFC 9110 section 4.1); a backslash is a slash to some.
   */
  static boolean isPath(byte c) {
    return PATH[c & 0xff];
  }

  /** What a query holds: browsers leave a few bytes more as they are in it. */
  static boolean isQuery(byte c) {
    return QUERY[c & 0xff];
  }

  /** Letters, digits and {@code -._~}: unreserved (RFC 3986 section 2.3). */
  static boolean isHost(char c) {
    return c < 0x80 && HOST[c];
  }

  /** RFC 9110 section 5.6.3: OWS. */
  static boolean isBlank(byte c) {
    return c == ' ' || c == '\t';
  }

  /** Bytes map one to one to U+0000 to U+00FF. */
  static String text(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
  }

  /**
   * Index of the CR of the first CRLF at or after {@code from}, or -1 if there is none yet.
   *
   * @throws Refused 400 for a CR or LF alone (RFC 9112 section 2.2; a lone LF we refuse)
   */
  static int lineEnd(byte[] bytes, int from, int to) throws Refused {
    for (int i = from; i < to; i++) {
      byte c = bytes[i];
      if (c == '\n') {
        throw new Refused(400, "a line ends without CR");
      }
      if (c == '\r') {
        if (i + 1 == to) {
          return -1;
        }
        if (bytes[i + 1] != '\n') {
          throw new Refused(400, "a CR stands alone");
        }
        return i;
      }
    }
    return -1;
  }
}
