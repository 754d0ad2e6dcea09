package org.sluice.accesslog.internal.item;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.sluice.accesslog.internal.format.Line;
import org.sluice.log.api.LogOutput;

/** Short ways for what stands in nearly every line, where the output is our own. */
final class Fast {
  private Fast() {}

  /** Text made by us; of a pattern of the operator, so that JSON must still escape it. */
  static void generated(LogOutput out, byte[] text) {
    if (out instanceof Line line) {
      line.generated(text);
    } else {
      out.plain(new String(text, StandardCharsets.UTF_8));
    }
  }

  /** A numeric address, RFC 5952 for IPv6. */
  static void address(LogOutput out, InetSocketAddress socket) {
    InetAddress address = socket == null ? null : socket.getAddress();
    if (address == null) {
      out.none();
    } else if (address instanceof Inet4Address && out instanceof Line line) {
      line.ipv4(address.getAddress());
    } else {
      out.plain(Addresses.text(address));
    }
  }
}
