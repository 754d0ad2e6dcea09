package org.sluice.core.internal.config.rules;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.sluice.api.engine.ListenerSpec;
import org.sluice.core.internal.config.keys.BadValueException;

/**
 * An address of {@code listen=}: {@code 127.0.0.1:8080}, {@code [::1]:8080}, {@code
 * localhost:8080}, {@code *:8080}. Names are not looked up: a name server must not decide where a
 * server listens.
 *
 * @param key the address as text, in one spelling
 * @param address to bind; unresolved for {@code *}
 */
public record ListenRule(String key, InetSocketAddress address) {
  private static final String FORM =
      "an address is IP:PORT, [IPV6]:PORT, localhost:PORT or *:PORT, for example 127.0.0.1:8080";

  /** Parses one address. */
  public static ListenRule parse(String text) throws BadValueException {
    int colon = text.lastIndexOf(':');
    if (colon < 1) {
      throw new BadValueException(FORM + ": " + text);
    }
    int port = port(text, text.substring(colon + 1));
    String host = text.substring(0, colon);
    if (host.equals("*")) {
      return new ListenRule(
          "*:" + port, InetSocketAddress.createUnresolved(ListenerSpec.ANY, port));
    }
    InetAddress address = address(text, host.equals("localhost") ? "127.0.0.1" : host);
    String name = text(address);
    String key = (name.indexOf(':') < 0 ? name : "[" + name + "]") + ":" + port;
    return new ListenRule(key, new InetSocketAddress(address, port));
  }

  private static int port(String text, String digits) throws BadValueException {
    if (!digits.matches("[0-9]{1,5}") || Integer.parseInt(digits) > 65535) {
      throw new BadValueException("a port is 0 to 65535 (0: any free one): " + text);
    }
    return Integer.parseInt(digits);
  }

  private static InetAddress address(String text, String host) throws BadValueException {
    boolean six = host.matches("\\[[0-9A-Fa-f:.]+\\]") && host.indexOf(':') >= 0;
    if (!six && !isIpv4(host)) {
      throw new BadValueException(FORM + ": " + text);
    }
    try {
      return InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      throw new BadValueException(FORM + ": " + text);
    }
  }

  private static boolean isIpv4(String host) {
    String[] parts = host.split("\\.", -1);
    for (String part : parts) {
      if (!part.matches("[0-9]{1,3}") || Integer.parseInt(part) > 255) {
        return false;
      }
    }
    return parts.length == 4;
  }

  /** Text of an address; of IPv6 the shortest one (RFC 5952). */
  static String text(InetAddress address) {
    byte[] b = address.getAddress();
    if (b.length == 4) {
      return address.getHostAddress();
    }
    int[] words = new int[8];
    for (int i = 0; i < 8; i++) {
      words[i] = ((b[2 * i] & 0xff) << 8) | (b[2 * i + 1] & 0xff);
    }
    int best = -1;
    int length = 1;
    for (int i = 0; i < 8; i++) {
      int run = zeros(words, i);
      if (run > length) {
        best = i;
        length = run;
      }
    }
    return best < 0
        ? join(words, 0, 8)
        : join(words, 0, best) + "::" + join(words, best + length, 8);
  }

  private static int zeros(int[] words, int start) {
    int end = start;
    while (end < 8 && words[end] == 0) {
      end++;
    }
    return end - start;
  }

  private static String join(int[] words, int from, int to) {
    StringBuilder out = new StringBuilder();
    for (int i = from; i < to; i++) {
      out.append(i > from ? ":" : "").append(Integer.toHexString(words[i]));
    }
    return out.toString();
  }

  /**
   * Whether the other cannot be bound beside this: one of them means all addresses of the port, of
   * the other's family or of both.
   */
  public boolean overlaps(ListenRule other) {
    return port() == other.port()
        && port() != 0
        && !key.equals(other.key)
        && (includes(other) || other.includes(this));
  }

  private boolean includes(ListenRule other) {
    InetAddress mine = address.getAddress();
    InetAddress theirs = other.address.getAddress();
    return mine == null
        || (mine.isAnyLocalAddress()
            && theirs != null
            && mine.getAddress().length == theirs.getAddress().length);
  }

  private int port() {
    return address.getPort();
  }
}
