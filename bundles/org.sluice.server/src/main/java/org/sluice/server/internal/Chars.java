package org.sluice.server.internal;

import org.sluice.api.wire.Grammar;

/**
 * Classes of bytes in request targets and hosts; what else a message is made of: {@link Grammar}.
 */
final class Chars {
  private static final boolean[] PATH = new boolean[256];
  private static final boolean[] QUERY = new boolean[256];
  private static final boolean[] HOST = new boolean[256];

  static {
    for (int c = 0; c < 256; c++) {
      QUERY[c] = c > ' ' && c < 0x7f && "#\"<>".indexOf(c) < 0;
      PATH[c] = QUERY[c] && "?\\`{}".indexOf(c) < 0;
      HOST[c] = Grammar.isToken((char) c) && "!#$%&'*+^`|".indexOf(c) < 0;
    }
  }

  private Chars() {}

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
}
