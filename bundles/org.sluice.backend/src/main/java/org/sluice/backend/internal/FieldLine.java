package org.sluice.backend.internal;

/** The parts of one field line (RFC 9112 section 5), for heads and trailers alike. */
final class FieldLine {
  private FieldLine() {}

  /** Index of the colon behind a token. */
  static int nameEnd(byte[] b, int from, int end) throws BadResponseException {
    int colon = from;
    while (colon < end && Chars.isToken(b[colon])) {
      colon++;
    }
    if (colon == end || colon == from || b[colon] != ':') {
      throw new BadResponseException(
          Chars.isBlank(b[from]) ? "a folded field line" : "a field name is no token with a colon");
    }
    return colon;
  }

  /** First byte of the value, or {@code end}. */
  static int valueStart(byte[] b, int from, int end) {
    int start = from;
    while (start < end && Chars.isBlank(b[start])) {
      start++;
    }
    return start;
  }

  /** Behind the last byte of the value. */
  static int valueEnd(byte[] b, int from, int end) {
    int stop = end;
    while (stop > from && Chars.isBlank(b[stop - 1])) {
      stop--;
    }
    return stop;
  }

  static void checkValue(byte[] b, int from, int to) throws BadResponseException {
    for (int i = from; i < to; i++) {
      if (!Chars.isValue(b[i])) {
        throw new BadResponseException("a field value holds a control character");
      }
    }
  }
}
