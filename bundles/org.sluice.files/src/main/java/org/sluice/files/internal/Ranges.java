package org.sluice.files.internal;

import java.util.Arrays;

/**
 * The ranges that a {@code Range} field asks for of a file (RFC 9110 section 14): pairs of first
 * and last position.
 *
 * <p>Ranges that overlap are sent as one, so that no request makes the front send more than the
 * file has; the others stay in the order asked for.
 */
final class Ranges {
  /** Most ranges of a request; more, and the whole file is sent (httpd: MaxRanges). */
  static final int MAX = 200;

  /** Nothing of what is asked for exists: 416. */
  static final long[] UNSATISFIABLE = {};

  private static final String UNIT = "bytes=";

  private final String text;
  private final long length;
  private long[] pairs = new long[2];
  private int count;
  private int asked;
  private int at = UNIT.length();

  private Ranges(String text, long length) {
    this.text = text;
    this.length = length;
  }

  /**
   * Parses a field value.
   *
   * @return first, last, first, last; {@link #UNSATISFIABLE}; or null if the field is to be ignored
   *     because its unit or syntax is unknown, or it asks for too many
   */
  static long[] parse(String text, long length) {
    if (!text.regionMatches(true, 0, UNIT, 0, UNIT.length())) {
      return null;
    }
    Ranges ranges = new Ranges(text, length);
    while (ranges.at <= text.length()) {
      if (!ranges.next()) {
        return null;
      }
    }
    if (ranges.asked == 0) {
      return null;
    }
    return ranges.count == 0 ? UNSATISFIABLE : ranges.disjoint();
  }

  /** Reads one element of the list, which may be empty, and the comma behind it. */
  private boolean next() {
    int comma = text.indexOf(',', at);
    int end = comma < 0 ? text.length() : comma;
    int from = at;
    at = end + 1;
    while (from < end && isBlank(text.charAt(from))) {
      from++;
    }
    while (end > from && isBlank(text.charAt(end - 1))) {
      end--;
    }
    return from == end || element(from, end);
  }

  private boolean element(int from, int end) {
    int dash = text.indexOf('-', from);
    if (++asked > MAX || dash < 0 || dash >= end) {
      return false;
    }
    long first = dash == from ? -1 : number(from, dash);
    long last = dash + 1 == end ? -1 : number(dash + 1, end);
    if (first == -2 || last == -2 || (first < 0 && last < 0)) {
      return false;
    }
    if (first < 0) {
      if (last > 0 && length > 0) {
        add(Math.max(0, length - last), length - 1);
      }
      return true;
    }
    if (last >= 0 && last < first) {
      return false;
    }
    if (first < length) {
      add(first, last < 0 ? length - 1 : Math.min(last, length - 1));
    }
    return true;
  }

  /** A number, at most {@link Long#MAX_VALUE}; -2 if it is none. */
  private long number(int from, int end) {
    long value = 0;
    for (int i = from; i < end; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -2;
      }
      value = value > (Long.MAX_VALUE - digit) / 10 ? Long.MAX_VALUE : value * 10 + digit;
    }
    return value;
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }

  private void add(long first, long last) {
    if (count * 2 == pairs.length) {
      pairs = Arrays.copyOf(pairs, pairs.length * 4);
    }
    pairs[count * 2] = first;
    pairs[count * 2 + 1] = last;
    count++;
  }

  private long[] disjoint() {
    long[][] sorted = new long[count][];
    for (int i = 0; i < count; i++) {
      sorted[i] = new long[] {pairs[2 * i], pairs[2 * i + 1]};
    }
    Arrays.sort(sorted, (a, b) -> Long.compare(a[0], b[0]));
    int merged = 0;
    for (int i = 1; i < count; i++) {
      if (sorted[i][0] <= sorted[merged][1]) {
        sorted[merged][1] = Math.max(sorted[merged][1], sorted[i][1]);
      } else {
        sorted[++merged] = sorted[i];
      }
    }
    if (merged + 1 == count) {
      return Arrays.copyOf(pairs, 2 * count);
    }
    long[] fewer = new long[2 * (merged + 1)];
    for (int i = 0; i <= merged; i++) {
      fewer[2 * i] = sorted[i][0];
      fewer[2 * i + 1] = sorted[i][1];
    }
    return fewer;
  }
}
