package org.sluice.access.internal;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/**
 * An IPv4 or IPv6 network (RFC 4632, RFC 4291 section 2.3): an address and the number of leading
 * bits that count. An IPv4 address in IPv6 clothes ({@code ::ffff:a.b.c.d}) is an IPv4 address.
 * Immutable.
 */
final class Network {
  private static final int MAPPED_PREFIX = 96;

  private final byte[] address;
  private final int bits;

  private Network(byte[] address, int bits) {
    this.address = address;
    this.bits = bits;
  }

  /**
   * The networks that a word of a list stands for; {@code all} is two.
   *
   * @throws IllegalArgumentException with what is allowed
   */
  static List<Network> parse(String word) {
    if (word.equals("all")) {
      return List.of(new Network(new byte[4], 0), new Network(new byte[16], 0));
    }
    int slash = word.indexOf('/');
    String text = slash < 0 ? word : word.substring(0, slash);
    byte[] address = text.indexOf(':') < 0 ? four(text, word) : sixteen(text, word);
    int most = text.indexOf(':') < 0 ? 32 : 128;
    int bits = slash < 0 ? most : number(word.substring(slash + 1), most, word);
    if (address.length * 8 != most && bits >= MAPPED_PREFIX) {
      bits -= MAPPED_PREFIX;
    } else if (address.length * 8 != most) {
      throw bad(word);
    }
    return List.of(new Network(address, bits));
  }

  private static byte[] four(String text, String word) {
    byte[] address = new byte[4];
    String[] parts = text.split("\\.", -1);
    if (parts.length != 4) {
      throw bad(word);
    }
    for (int i = 0; i < 4; i++) {
      address[i] = (byte) number(parts[i], 255, word);
    }
    return address;
  }

  private static byte[] sixteen(String text, String word) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != ':' && c != '.' && Character.digit(c, 16) < 0) {
        throw bad(word);
      }
    }
    try {
      // With a colon in it the text is a literal: no name is ever looked up.
      return InetAddress.getByName(text).getAddress();
    } catch (UnknownHostException e) {
      throw bad(word);
    }
  }

  private static int number(String text, int most, String word) {
    int value = text.isEmpty() || text.length() > 3 ? -1 : 0;
    for (int i = 0; value >= 0 && i < text.length(); i++) {
      char c = text.charAt(i);
      value = c < '0' || c > '9' ? -1 : value * 10 + c - '0';
    }
    if (value < 0 || value > most || (text.length() > 1 && text.charAt(0) == '0')) {
      throw bad(word);
    }
    return value;
  }

  private static IllegalArgumentException bad(String word) {
    return new IllegalArgumentException(
        "'"
            + word
            + "' is no network; allowed are addresses (10.1.2.3, 2001:db8::1), networks"
            + " (10.0.0.0/8, 2001:db8::/32) and all");
  }

  /** Whether the address lies in the network. */
  boolean contains(byte[] other) {
    if (other.length != address.length) {
      return false;
    }
    int whole = bits >> 3;
    for (int i = 0; i < whole; i++) {
      if (address[i] != other[i]) {
        return false;
      }
    }
    int rest = bits & 7;
    return rest == 0 || ((address[whole] ^ other[whole]) & 0xff) >> (8 - rest) == 0;
  }
}
