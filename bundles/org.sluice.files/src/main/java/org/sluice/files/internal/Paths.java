package org.sluice.files.internal;

import java.nio.charset.StandardCharsets;

/** Percent-encoding of decoded paths, for fields and pages (RFC 3986 section 2). */
final class Paths {
  private static final String PLAIN = "-._~!$&'()*+,;=:@/";

  private Paths() {}

  /** Encodes everything but unreserved characters, sub-delims, {@code :}, {@code @}, {@code /}. */
  static String encode(String path) {
    if (isPlain(path)) {
      return path;
    }
    StringBuilder out = new StringBuilder(path.length() + 16);
    for (byte b : path.getBytes(StandardCharsets.UTF_8)) {
      if (isPlain((char) (b & 0xff))) {
        out.append((char) b);
      } else {
        out.append('%')
            .append("0123456789ABCDEF".charAt(b >> 4 & 15))
            .append("0123456789ABCDEF".charAt(b & 15));
      }
    }
    return out.toString();
  }

  private static boolean isPlain(String path) {
    for (int i = 0; i < path.length(); i++) {
      if (!isPlain(path.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isPlain(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || (c < 0x80 && PLAIN.indexOf(c) >= 0);
  }

  /** Path and query of a request for that decoded path. */
  static String target(String path, String query) {
    return query == null ? encode(path) : encode(path) + "?" + query;
  }
}
