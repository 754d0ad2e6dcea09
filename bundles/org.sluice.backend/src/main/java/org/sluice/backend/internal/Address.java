package org.sluice.backend.internal;

import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.Locale;

/**
 * Where a backend listens: host and port, or a local socket. Comes from configuration only (T3).
 *
 * @param host name or address in lower case, IPv6 without brackets; null for a local socket
 * @param port 0 for a local socket
 * @param socket path of a local socket, relative ones from the base; null for a host
 */
record Address(String host, int port, String socket) {

  static Address ofHost(String host, int port) {
    return new Address(host.toLowerCase(Locale.ROOT), port, null);
  }

  static Address ofSocket(String path) {
    return new Address(null, 0, path);
  }

  boolean isLocal() {
    return socket != null;
  }

  /** Addresses to try that need no lookup; null when the name must be looked up first. */
  SocketAddress[] known() {
    if (isLocal()) {
      return new SocketAddress[] {new DomainSocketAddress(socket)};
    }
    byte[] literal = NetUtil.createByteArrayFromIpAddressString(host);
    if (literal == null) {
      return null;
    }
    try {
      return new SocketAddress[] {new InetSocketAddress(InetAddress.getByAddress(literal), port)};
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** Looks the name up; blocks. */
  SocketAddress[] resolve() throws UnknownHostException {
    InetAddress[] all = InetAddress.getAllByName(host);
    SocketAddress[] addresses = new SocketAddress[all.length];
    for (int i = 0; i < all.length; i++) {
      addresses[i] = new InetSocketAddress(all[i], port);
    }
    return addresses;
  }

  @Override
  public String toString() {
    if (isLocal()) {
      return "unix:" + socket;
    }
    return "http://" + (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }
}
