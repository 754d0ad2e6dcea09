package org.sluice.api.wire;

/**
 * Lines of a head or of trailers (RFC 9112 sections 2.2 and 5): where they end, and the parts of
 * {@code name ":" OWS value OWS}. Strict: what a lenient reader would repair is refused.
 */
public final class FieldLine {
  private FieldLine() {}

  /**
   * Where the first line ends.
   *
   * @return index of the CR of the first CRLF at or after {@code from}, -1 if there is none before
   *     {@code to}
   * @throws MalformedException for a CR or LF alone (RFC 9112 section 2.2; a lone LF is refused)
   */
  public static int end(byte[] bytes, int from, int to) throws MalformedException {
    for (int i = from; i < to; i++) {
      byte c = bytes[i];
      if (c == '\n') {
        throw new MalformedException("a line ends without CR");
      }
      if (c == '\r') {
        if (i + 1 == to) {
          return -1;
        }
        if (bytes[i + 1] != '\n') {
          throw new MalformedException("a CR stands alone");
        }
        return i;
      }
    }
    return -1;
  }

  /**
   * Index of the colon behind the name.
   *
   * @throws MalformedException if what stands before it is no token: a blank there, or a folded
   *     line
   */
  public static int nameEnd(byte[] b, int from, int end) throws MalformedException {
    int colon = from;
    while (colon < end && Grammar.isToken(b[colon])) {
      colon++;
    }
    if (colon == end || colon == from || b[colon] != ':') {
      // RFC 9112 sections 5.1 and 5.2: blank before the colon, obs-fold, or no field at all.
      throw new MalformedException(
          from < end && Grammar.isBlank(b[from])
              ? "a folded field line"
              : "a field name is no token with a colon");
    }
    return colon;
  }

  /** Index of the first byte of the value, or {@code end}. */
  public static int valueStart(byte[] b, int from, int end) {
    int start = from;
    while (start < end && Grammar.isBlank(b[start])) {
      start++;
    }
    return start;
  }

  /** Index behind the last byte of the value that starts at {@code from}. */
  public static int valueEnd(byte[] b, int from, int end) {
    int stop = end;
    while (stop > from && Grammar.isBlank(b[stop - 1])) {
      stop--;
    }
    return stop;
  }

  /**
   * Judges a value.
   *
   * @throws MalformedException if it holds a control character
   */
  public static void checkValue(byte[] b, int from, int to) throws MalformedException {
    for (int i = from; i < to; i++) {
      if (!Grammar.isValue(b[i])) {
        throw new MalformedException("a field value holds a control character");
      }
    }
  }
}
