package org.sluice.accesslog.internal.item;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.sluice.api.http.Attributes;
import org.sluice.api.http.Exchange;

/** Numeric addresses as text. */
public final class Addresses {
  private Addresses() {}

  /** The client that a hook has named, else the peer of the connection; as {@code %a}. */
  public static String client(Exchange exchange) {
    Object named = exchange.attribute(Attributes.CLIENT_ADDRESS);
    if (named instanceof InetSocketAddress socket) {
      return socket.isUnresolved() ? socket.getHostString() : text(socket.getAddress());
    }
    return named instanceof String text ? text : text(exchange.connection().remote().getAddress());
  }

  /** IPv4 as usual, IPv6 as RFC 5952 sections 4 and 5 write it, without a zone. */
  public static String text(InetAddress address) {
    if (!(address instanceof Inet6Address)) {
      return address.getHostAddress();
    }
    byte[] b = address.getAddress();
    int[] groups = new int[8];
    for (int i = 0; i < 8; i++) {
      groups[i] = (b[2 * i] & 0xff) << 8 | (b[2 * i + 1] & 0xff);
    }
    int start = -1;
    int length = 1;
    for (int i = 0; i < 8; i++) {
      int n = 0;
      while (i + n < 8 && groups[i + n] == 0) {
        n++;
      }
      if (n > length) {
        start = i;
        length = n;
      }
    }
    StringBuilder text = new StringBuilder(39);
    for (int i = 0; i < 8; i++) {
      if (i == start) {
        text.append("::");
        i += length - 1;
        continue;
      }
      if (text.length() > 0 && text.charAt(text.length() - 1) != ':') {
        text.append(':');
      }
      text.append(Integer.toHexString(groups[i]));
    }
    return text.toString();
  }
}
