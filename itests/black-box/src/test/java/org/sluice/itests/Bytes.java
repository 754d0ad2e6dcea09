package org.sluice.itests;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Pattern;

/** Responses as text that can be compared exactly. */
final class Bytes {
  /** IMF-fixdate, RFC 9110 section 5.6.7. */
  private static final Pattern DATE =
      Pattern.compile(
          "\r\nDate: (Mon|Tue|Wed|Thu|Fri|Sat|Sun), [0-3][0-9]"
              + " (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) 2[0-9]{3}"
              + " [0-2][0-9]:[0-5][0-9]:[0-6][0-9] GMT\r\n");

  private Bytes() {}

  /** ISO 8859-1 text with a well-formed date replaced by {@code *}. */
  static String masked(byte[] response) {
    return DATE.matcher(latin1(response)).replaceFirst("\r\nDate: *\r\n");
  }

  static String latin1(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  /** That many bytes of {@code x}, as the example receivers write with {@code -n}. */
  static byte[] xs(int count) {
    byte[] bytes = new byte[count];
    Arrays.fill(bytes, (byte) 'x');
    return bytes;
  }
}
