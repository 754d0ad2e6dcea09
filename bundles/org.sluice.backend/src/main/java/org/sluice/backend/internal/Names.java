package org.sluice.backend.internal;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.sluice.api.wire.Grammar;

/** Field names that nearly every response carries, so that they cost no new string. */
final class Names {
  private static final String[] COMMON = {
    "Accept-Ranges",
    "Access-Control-Allow-Origin",
    "Age",
    "Cache-Control",
    "Connection",
    "Content-Disposition",
    "Content-Encoding",
    "Content-Language",
    "Content-Length",
    "Content-Location",
    "Content-Range",
    "Content-Security-Policy",
    "Content-Type",
    "Date",
    "ETag",
    "Expires",
    "Keep-Alive",
    "Last-Modified",
    "Link",
    "Location",
    "Pragma",
    "Referrer-Policy",
    "Retry-After",
    "Server",
    "Set-Cookie",
    "Strict-Transport-Security",
    "Transfer-Encoding",
    "Upgrade",
    "Vary",
    "Via",
    "WWW-Authenticate",
    "X-Content-Type-Options",
    "X-Frame-Options",
    "X-Handoff-Data",
    "X-Powered-By",
    "X-Socket-Handoff",
  };
  private static final int SIZE = 512;
  private static final String[] NAMES = new String[SIZE];
  private static final byte[][] BYTES = new byte[SIZE][];

  static {
    for (String name : COMMON) {
      add(name);
      add(name.toLowerCase(Locale.ROOT));
    }
  }

  private Names() {}

  /** Where two names meet the first one stays: the table only saves work. */
  private static void add(String name) {
    byte[] bytes = name.getBytes(StandardCharsets.ISO_8859_1);
    int slot = slot(bytes, 0, bytes.length);
    if (NAMES[slot] == null) {
      NAMES[slot] = name;
      BYTES[slot] = bytes;
    }
  }

  private static int slot(byte[] bytes, int from, int length) {
    return (bytes[from] * 31
            + bytes[from + length - 1] * 7
            + bytes[from + (length >> 1)] * 3
            + length * 97)
        & (SIZE - 1);
  }

  /** The text of these bytes, at least one. */
  static String text(byte[] bytes, int from, int to) {
    int length = to - from;
    int slot = slot(bytes, from, length);
    byte[] known = BYTES[slot];
    if (known == null || known.length != length) {
      return Grammar.text(bytes, from, to);
    }
    for (int i = 0; i < length; i++) {
      if (known[i] != bytes[from + i]) {
        return Grammar.text(bytes, from, to);
      }
    }
    return NAMES[slot];
  }
}
