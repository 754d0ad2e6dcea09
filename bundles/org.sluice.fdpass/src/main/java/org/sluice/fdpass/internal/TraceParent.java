package org.sluice.fdpass.internal;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;
import org.sluice.api.http.Attributes;
import org.sluice.api.http.Exchange;

/** The W3C trace context of an exchange: passed on, or created. */
final class TraceParent {
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final int LENGTH = 55;

  private TraceParent() {}

  @SuppressWarnings("deprecation") // ASCII only: the constructor without a coder.
  static String of(Exchange exchange) {
    Object known = exchange.attribute(Attributes.TRACEPARENT);
    if (known instanceof String text) {
      return text;
    }
    String sent = exchange.request().headers().get("traceparent");
    if (sent != null && isValid(sent)) {
      return sent;
    }
    byte[] text = new byte[LENGTH];
    text[0] = '0';
    text[1] = '0';
    text[2] = '-';
    ThreadLocalRandom random = ThreadLocalRandom.current();
    hex(text, 3, random.nextLong());
    hex(text, 19, random.nextLong() | 1);
    text[35] = '-';
    hex(text, 36, random.nextLong() | 1);
    text[52] = '-';
    text[53] = '0';
    text[54] = '0';
    return new String(text, 0);
  }

  private static void hex(byte[] to, int at, long value) {
    for (int i = 0; i < 16; i++) {
      to[at + i] = HEX[(int) (value >>> (60 - 4 * i)) & 15];
    }
  }

  /**
   * Version 00 to fe, ids that are not all zero; longer ones of later versions are passed on too.
   */
  private static boolean isValid(String text) {
    if (text.length() < LENGTH || text.length() > 512 || text.startsWith("ff")) {
      return false;
    }
    boolean trace = false;
    boolean parent = false;
    for (int i = 0; i < LENGTH; i++) {
      char c = text.charAt(i);
      if (i == 2 || i == 35 || i == 52) {
        if (c != '-') {
          return false;
        }
      } else if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f')) {
        return false;
      } else {
        trace |= i > 2 && i < 35 && c != '0';
        parent |= i > 35 && i < 52 && c != '0';
      }
    }
    return trace && parent && (text.length() == LENGTH || !text.startsWith("00"));
  }
}
