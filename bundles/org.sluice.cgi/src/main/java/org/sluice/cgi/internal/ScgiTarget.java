package org.sluice.cgi.internal;

import io.netty.channel.unix.DomainSocketAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/**
 * {@code scgi:host:port} or {@code scgi:run/app.sock}, with or without slashes behind the scheme.
 */
final class ScgiTarget {
  private static final int MOST_PORT = 65535;

  private ScgiTarget() {}

  /**
   * The address. Looks a host name up, so it may block.
   *
   * @throws IllegalArgumentException if it is neither
   */
  static SocketAddress parse(String rest) {
    String text = rest.startsWith("//") ? rest.substring(2) : rest;
    int colon = text.lastIndexOf(':');
    if (text.indexOf('/') >= 0 || colon < 0) {
      if (text.isEmpty() || text.endsWith("/")) {
        throw wrong(rest);
      }
      return new DomainSocketAddress(text);
    }
    String host = text.substring(0, colon);
    int port = port(text.substring(colon + 1));
    if (host.isEmpty() || port < 1) {
      throw wrong(rest);
    }
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    }
    return new InetSocketAddress(host, port);
  }

  private static int port(String text) {
    int port = 0;
    for (int i = 0; i < text.length(); i++) {
      int digit = Character.digit(text.charAt(i), 10);
      port = digit < 0 || port > MOST_PORT ? MOST_PORT + 1 : port * 10 + digit;
    }
    return port > MOST_PORT ? -1 : port;
  }

  private static IllegalArgumentException wrong(String rest) {
    return new IllegalArgumentException(
        "scgi:"
            + rest
            + ": this target is scgi:HOST:PORT or scgi:PATH of a socket, for example"
            + " scgi:127.0.0.1:4000 or scgi:run/app.sock");
  }
}
