package org.sluice.ssi.internal.text;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Addresses and networks in expressions: numbers only, so that no name service is asked. */
public final class Networks {
  private Networks() {}

  /**
   * Whether an address lies in a network: {@code 10.1.2.3}, {@code 10.0.0.0/8}, {@code
   * 10.0.0.0/255.0.0.0}, {@code 10.1}, {@code fe80::/10}.
   *
   * @throws IllegalArgumentException if the network is none
   */
  public static boolean contains(String network, InetAddress address) {
    int slash = network.indexOf('/');
    String base = slash < 0 ? network : network.substring(0, slash);
    byte[] wanted = bytes(complete(base));
    int bits = slash < 0 ? defaultBits(base, wanted) : prefix(network.substring(slash + 1), wanted);
    byte[] given = address.getAddress();
    if (given.length != wanted.length) {
      return false;
    }
    for (int i = 0; i < bits; i++) {
      int mask = 0x80 >> (i & 7);
      if ((given[i >> 3] & mask) != (wanted[i >> 3] & mask)) {
        return false;
      }
    }
    return true;
  }

  /** The address that a text is, or null when it is none. */
  public static InetAddress address(String text) {
    try {
      return InetAddress.getByAddress(bytes(text));
    } catch (UnknownHostException | IllegalArgumentException e) {
      return null;
    }
  }

  private static String complete(String base) {
    if (base.indexOf(':') >= 0) {
      return base;
    }
    String text = base.endsWith(".") ? base.substring(0, base.length() - 1) : base;
    long dots = text.chars().filter(c -> c == '.').count();
    return text + ".0".repeat((int) Math.max(0, 3 - dots));
  }

  private static int defaultBits(String base, byte[] address) {
    if (address.length == 16) {
      return 128;
    }
    String text = base.endsWith(".") ? base.substring(0, base.length() - 1) : base;
    return 8 * (int) (1 + text.chars().filter(c -> c == '.').count());
  }

  private static int prefix(String text, byte[] address) {
    if (text.indexOf('.') < 0) {
      int bits = Integer.parseInt(text);
      if (bits < 0 || bits > address.length * 8) {
        throw new IllegalArgumentException("not a prefix length: " + text);
      }
      return bits;
    }
    int mask = 0;
    for (byte b : bytes(text)) {
      mask = mask << 8 | b & 0xff;
    }
    int bits = Integer.numberOfLeadingZeros(~mask);
    if (bits < 32 && mask << bits != 0) {
      throw new IllegalArgumentException("not a mask: " + text);
    }
    return bits;
  }

  private static byte[] bytes(String text) {
    boolean six = text.indexOf(':') >= 0;
    if (text.isEmpty() || !text.chars().allMatch(c -> isPart(c, six)) || !(six || isFour(text))) {
      throw new IllegalArgumentException("not an address: " + text);
    }
    try {
      return InetAddress.getByName(text).getAddress();
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("not an address: " + text, e);
    }
  }

  private static boolean isPart(int c, boolean six) {
    return (c >= '0' && c <= '9')
        || c == '.'
        || (six && (c == ':' || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')));
  }

  private static boolean isFour(String text) {
    String[] parts = text.split("\\.", -1);
    if (parts.length != 4) {
      return false;
    }
    for (String part : parts) {
      if (part.isEmpty() || part.length() > 3 || Integer.parseInt(part) > 255) {
        return false;
      }
    }
    return true;
  }
}
