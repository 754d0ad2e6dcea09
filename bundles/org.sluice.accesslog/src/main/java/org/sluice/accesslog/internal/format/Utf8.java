package org.sluice.accesslog.internal.format;

/** Judges sequences of UTF-8 (RFC 3629 section 4). */
final class Utf8 {
  private Utf8() {}

  /** Length of the valid sequence of two to four bytes at {@code at}, or 0 if there is none. */
  static int sequence(byte[] b, int at, int end) {
    int first = b[at] & 0xff;
    if (first >= 0xc2 && first <= 0xdf) {
      return tails(b, at, end, 1, 0x80, 0xbf) ? 2 : 0;
    }
    if (first >= 0xe0 && first <= 0xef) {
      // No overlong forms, no surrogates.
      int low = first == 0xe0 ? 0xa0 : 0x80;
      int high = first == 0xed ? 0x9f : 0xbf;
      return tails(b, at, end, 2, low, high) ? 3 : 0;
    }
    if (first >= 0xf0 && first <= 0xf4) {
      int low = first == 0xf0 ? 0x90 : 0x80;
      int high = first == 0xf4 ? 0x8f : 0xbf;
      return tails(b, at, end, 3, low, high) ? 4 : 0;
    }
    return 0;
  }

  /** Whether {@code count} bytes follow, the first of them within the range. */
  private static boolean tails(byte[] b, int at, int end, int count, int low, int high) {
    if (at + count >= end) {
      return false;
    }
    int second = b[at + 1] & 0xff;
    if (second < low || second > high) {
      return false;
    }
    for (int i = 2; i <= count; i++) {
      if ((b[at + i] & 0xc0) != 0x80) {
        return false;
      }
    }
    return true;
  }
}
