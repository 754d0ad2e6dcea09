package org.sluice.core.internal.exchange;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;
import org.sluice.api.http.Headers;

/**
 * The {@code traceparent} for whoever works on an exchange next (W3C Trace Context, section 3.2):
 * the client's trace goes on with an id of ours as parent, or a new trace begins.
 */
final class TraceParent {
  private static final String FIELD = "traceparent";
  private static final String DIGITS = "0123456789abcdef";
  private static final byte[] HEX = DIGITS.getBytes(StandardCharsets.US_ASCII);
  private static final int TRACE = 3;
  private static final int PARENT = 36;
  private static final int FLAGS = 53;
  private static final int LENGTH = 55;

  /** Sampled (section 3.2.2.5.1), and random trace id (level 2); others are not defined. */
  private static final int KNOWN_FLAGS = 3;

  private static final int SAMPLED = 1;

  private TraceParent() {}

  /**
   * A value of version 00 for the next process. Of several fields, or one that is malformed,
   * nothing is taken: a trace must not be joined on a guess (section 4.3).
   */
  static String next(Headers request) {
    String given = null;
    for (int i = 0, n = request.size(); i < n; i++) {
      if (request.name(i).equalsIgnoreCase(FIELD)) {
        if (given != null) {
          return begin();
        }
        given = request.value(i);
      }
    }
    return given != null && isValid(given) ? go(given) : begin();
  }

  @SuppressWarnings("deprecation") // The one call that copies without a coder: ASCII only.
  private static String go(String given) {
    byte[] text = new byte[LENGTH];
    given.getBytes(TRACE, PARENT - 1, text, TRACE);
    return end(text, Character.digit(given.charAt(FLAGS + 1), 16) & KNOWN_FLAGS);
  }

  /** Nobody has decided yet whether to record it: with us it can be found in the logs. */
  private static String begin() {
    byte[] text = new byte[LENGTH];
    ThreadLocalRandom random = ThreadLocalRandom.current();
    hex(text, TRACE, random.nextLong());
    hex(text, TRACE + 16, nonZero(random));
    return end(text, SAMPLED);
  }

  @SuppressWarnings("deprecation") // As above; every hand-off has one of these texts.
  private static String end(byte[] text, int flags) {
    text[0] = '0';
    text[1] = '0';
    text[TRACE - 1] = '-';
    text[PARENT - 1] = '-';
    hex(text, PARENT, nonZero(ThreadLocalRandom.current()));
    text[FLAGS - 1] = '-';
    text[FLAGS] = '0';
    text[FLAGS + 1] = (byte) ('0' + flags);
    return new String(text, 0);
  }

  private static long nonZero(ThreadLocalRandom random) {
    long value = random.nextLong();
    return value == 0 ? 1 : value;
  }

  private static void hex(byte[] out, int from, long value) {
    for (int i = from, shift = 60; shift >= 0; i++, shift -= 4) {
      out[i] = HEX[(int) (value >>> shift) & 15];
    }
  }

  /** Section 3.2.2; a later version may have more behind a dash (section 3.2.4). */
  private static boolean isValid(String text) {
    if (text.length() < LENGTH
        || !isHex(text, 0, 2)
        || text.startsWith("ff")
        || (text.length() > LENGTH && (text.startsWith("00") || text.charAt(LENGTH) != '-'))) {
      return false;
    }
    return text.charAt(2) == '-'
        && isId(text, TRACE, PARENT - 1)
        && text.charAt(PARENT - 1) == '-'
        && isId(text, PARENT, FLAGS - 1)
        && text.charAt(FLAGS - 1) == '-'
        && isHex(text, FLAGS, LENGTH);
  }

  private static boolean isId(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      if (text.charAt(i) != '0') {
        return isHex(text, from, to);
      }
    }
    return false;
  }

  private static boolean isHex(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      if (DIGITS.indexOf(text.charAt(i)) < 0) {
        return false;
      }
    }
    return true;
  }
}
