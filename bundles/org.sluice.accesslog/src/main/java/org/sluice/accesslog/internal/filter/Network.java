package org.sluice.accesslog.internal.filter;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.sluice.accesslog.internal.item.Addresses;
import org.sluice.log.api.LogEntry;

/**
 * A network of addresses: {@code 10.1.0.0/16}, {@code 2001:db8::/32}, or one address. Immutable.
 */
final class Network {
  private final byte[] prefix;
  private final int bits;

  private Network(byte[] prefix, int bits) {
    this.prefix = prefix;
    this.bits = bits;
  }

  /**
   * Parses a network.
   *
   * @throws IllegalArgumentException if it is none
   */
  static Network of(String text) {
    int slash = text.indexOf('/');
    byte[] address = literal(slash < 0 ? text : text.substring(0, slash));
    int most = address == null ? 0 : address.length * 8;
    String length = slash < 0 ? Integer.toString(most) : text.substring(slash + 1);
    if (address == null || !length.matches("[0-9]{1,3}") || Integer.parseInt(length) > most) {
      throw new IllegalArgumentException(
          "'" + text + "' is no network; one is ADDRESS or ADDRESS/BITS, for example 10.0.0.0/8");
    }
    return new Network(address, Integer.parseInt(length));
  }

  /** Literals only, so that no name service is asked. */
  private static byte[] literal(String text) {
    boolean numeric = !text.isEmpty();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      numeric &= Character.digit(c, 16) >= 0 || c == '.' || c == ':';
    }
    boolean six = text.indexOf(':') >= 0;
    if (!numeric || (!six && !text.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}"))) {
      return null;
    }
    try {
      return InetAddress.getByName(text).getAddress();
    } catch (UnknownHostException e) {
      return null;
    }
  }

  boolean hasClient(LogEntry entry) {
    return contains(Addresses.client(entry.first()));
  }

  boolean contains(String address) {
    byte[] bytes = literal(address);
    return bytes != null && contains(bytes);
  }

  private boolean contains(byte[] address) {
    if (address.length != prefix.length) {
      return false;
    }
    for (int bit = 0; bit < bits; bit += 8) {
      int mask = bits - bit >= 8 ? 0xff : 0xff << (8 - (bits - bit)) & 0xff;
      if (((address[bit / 8] ^ prefix[bit / 8]) & mask) != 0) {
        return false;
      }
    }
    return true;
  }
}
