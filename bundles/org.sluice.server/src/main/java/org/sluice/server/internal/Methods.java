package org.sluice.server.internal;

import java.nio.charset.StandardCharsets;
import org.sluice.api.wire.Grammar;

/** Method names; the usual ones without a new string. */
final class Methods {
  private static final String[] KNOWN = {
    "GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT"
  };
  private static final byte[][] BYTES = new byte[KNOWN.length][];

  static {
    for (int i = 0; i < KNOWN.length; i++) {
      BYTES[i] = KNOWN[i].getBytes(StandardCharsets.US_ASCII);
    }
  }

  private Methods() {}

  static String name(byte[] b, int from, int to) {
    for (int i = 0; i < BYTES.length; i++) {
      if (equal(BYTES[i], b, from, to)) {
        return KNOWN[i];
      }
    }
    return Grammar.text(b, from, to);
  }

  private static boolean equal(byte[] known, byte[] b, int from, int to) {
    if (known.length != to - from) {
      return false;
    }
    for (int i = 0; i < known.length; i++) {
      if (known[i] != b[from + i]) {
        return false;
      }
    }
    return true;
  }
}
