package org.sluice.backend.internal;

import java.nio.charset.StandardCharsets;

/** Queries on their way to a request line. */
final class Queries {
  private Queries() {}

  /**
   * The query as it is; of one that did not come over the wire (a page asks) every byte that a
   * request line cannot hold is encoded.
   */
  static String checked(String query) {
    for (int i = 0; i < query.length(); i++) {
      char c = query.charAt(i);
      if (c <= ' ' || c >= 0x7f || c == '#') {
        return encoded(query);
      }
    }
    return query;
  }

  private static String encoded(String query) {
    StringBuilder out = new StringBuilder();
    for (byte b : query.getBytes(StandardCharsets.UTF_8)) {
      if (b > ' ' && b != 0x7f && b != '#') {
        out.append((char) b);
      } else {
        out.append('%').append(Integer.toHexString(0x100 | b & 0xff).substring(1));
      }
    }
    return out.toString();
  }
}
