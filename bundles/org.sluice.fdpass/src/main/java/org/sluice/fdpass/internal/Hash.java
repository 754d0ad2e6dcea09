package org.sluice.fdpass.internal;

import java.nio.charset.StandardCharsets;
import org.sluice.api.http.Exchange;

/** The key by which an exchange belongs to a receiver ({@code handoff.hash}). */
final class Hash {
  private static final long OFFSET = 0xcbf29ce484222325L;
  private static final long PRIME = 0x100000001b3L;

  final long key;

  private Hash(long key) {
    this.key = key;
  }

  /**
   * The key of an exchange.
   *
   * @param rule {@code cookie:NAME}, {@code header:NAME}, {@code address} or {@code path:N}
   * @return null if the exchange has no key: any receiver will do
   */
  static Hash of(Exchange exchange, String rule) {
    if (rule.isEmpty()) {
      return null;
    }
    String text;
    if (rule.equals("address")) {
      return new Hash(fnv(exchange.connection().remote().getAddress().getAddress()));
    } else if (rule.startsWith("cookie:")) {
      text = cookie(exchange, rule.substring(7));
    } else if (rule.startsWith("header:")) {
      text = exchange.request().headers().get(rule.substring(7));
    } else {
      text = segments(exchange.path(), Integer.parseInt(rule.substring(5)));
    }
    return text == null || text.isEmpty()
        ? null
        : new Hash(fnv(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** RFC 6265 section 5.4: pairs joined by semicolons, in any number of fields. */
  private static String cookie(Exchange exchange, String name) {
    for (String field : exchange.request().headers().all("Cookie")) {
      int at = 0;
      while (at < field.length()) {
        int end = field.indexOf(';', at);
        if (end < 0) {
          end = field.length();
        }
        int equals = field.indexOf('=', at);
        if (equals >= 0 && equals < end && field.substring(at, equals).strip().equals(name)) {
          return field.substring(equals + 1, end).strip();
        }
        at = end + 1;
      }
    }
    return null;
  }

  /** The first {@code n} segments of the path, or all if there are fewer. */
  private static String segments(String path, int n) {
    int at = 0;
    for (int i = 0; i < n && at >= 0; i++) {
      at = path.indexOf('/', at + 1);
    }
    return at < 0 ? path : path.substring(0, at);
  }

  /** FNV-1a, of which every bit is mixed again for each receiver. */
  static long fnv(byte[] bytes) {
    long hash = OFFSET;
    for (byte b : bytes) {
      hash = (hash ^ (b & 0xff)) * PRIME;
    }
    return hash;
  }
}
