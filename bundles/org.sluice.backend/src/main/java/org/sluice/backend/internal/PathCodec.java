package org.sluice.backend.internal;

import java.nio.charset.StandardCharsets;

/** Percent-encoding of paths (RFC 3986 sections 2.1 and 3.3). */
final class PathCodec {
  private static final String HEX = "0123456789ABCDEF";
  private static final boolean[] PLAIN = new boolean[128];
  private static final boolean[] UNRESERVED = new boolean[128];

  static {
    for (char c = 0; c < 128; c++) {
      UNRESERVED[c] =
          (c >= '0' && c <= '9')
              || (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || "-._~".indexOf(c) >= 0;
      PLAIN[c] = UNRESERVED[c] || "/!$&'()*+,;=:@".indexOf(c) >= 0;
    }
  }

  private PathCodec() {}

  /** Appends a decoded path, every byte that a path must not hold encoded. */
  static void encode(String decoded, StringBuilder out) {
    for (int i = 0; i < decoded.length(); i++) {
      char c = decoded.charAt(i);
      if (c < 128 && PLAIN[c]) {
        out.append(c);
      } else if (c < 128) {
        escape(c, out);
      } else {
        int end = i + 1;
        while (end < decoded.length() && decoded.charAt(end) >= 128) {
          end++;
        }
        for (byte b : decoded.substring(i, end).getBytes(StandardCharsets.UTF_8)) {
          escape(b & 0xff, out);
        }
        i = end - 1;
      }
    }
  }

  /** Whether a raw path can go on as it is: nothing escaped, nothing to escape, no detours. */
  static boolean isPlain(String raw) {
    char before = 0;
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c >= 128 || !PLAIN[c] || (before == '/' && (c == '/' || c == '.'))) {
        return false;
      }
      before = c;
    }
    return true;
  }

  /**
   * The raw text with escapes in one form: those of unreserved characters decoded, others in upper
   * case, and whatever a path must not hold encoded. Bytes stand for U+0000 to U+00FF. What means
   * something to a server ({@code %2F}, {@code %3B}, {@code %25}) stays escaped.
   */
  static String canonical(String raw) {
    StringBuilder out = new StringBuilder(raw.length() + 16);
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      int byteValue = c == '%' && i + 2 < raw.length() ? escaped(raw, i) : -1;
      if (byteValue >= 0) {
        i += 2;
        if (byteValue < 128 && UNRESERVED[byteValue]) {
          out.append((char) byteValue);
        } else {
          escape(byteValue, out);
        }
      } else if (c < 128 && PLAIN[c]) {
        out.append(c);
      } else {
        escape(c & 0xff, out);
      }
    }
    return out.toString();
  }

  private static int escaped(String raw, int at) {
    int high = hex(raw.charAt(at + 1));
    int low = hex(raw.charAt(at + 2));
    return high < 0 || low < 0 ? -1 : high << 4 | low;
  }

  private static int hex(char c) {
    return c < 128 ? Character.digit(c, 16) : -1;
  }

  /** The decoded text of a canonical one, or null if that is not UTF-8. */
  static String decode(String canonical) {
    byte[] bytes = new byte[canonical.length()];
    int n = 0;
    for (int i = 0; i < canonical.length(); i++) {
      char c = canonical.charAt(i);
      if (c == '%') {
        bytes[n++] = (byte) escaped(canonical, i);
        i += 2;
      } else {
        bytes[n++] = (byte) c;
      }
    }
    String text = new String(bytes, 0, n, StandardCharsets.UTF_8);
    return text.indexOf('\ufffd') >= 0 ? null : text;
  }

  private static void escape(int byteValue, StringBuilder out) {
    out.append('%').append(HEX.charAt(byteValue >> 4 & 15)).append(HEX.charAt(byteValue & 15));
  }
}
