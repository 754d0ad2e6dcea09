package org.sluice.fdpass.internal;

import java.net.Inet6Address;
import java.net.InetAddress;

/** Addresses as receivers expect them: IPv6 in the form of RFC 5952, without a zone. */
final class IpText {
  private IpText() {}

  static String of(InetAddress address) {
    if (!(address instanceof Inet6Address)) {
      return address.getHostAddress();
    }
    byte[] b = address.getAddress();
    int start = -1;
    int length = 1;
    for (int i = 0; i < 8; i++) {
      int j = i;
      while (j < 8 && group(b, j) == 0) {
        j++;
      }
      if (j - i > length) {
        start = i;
        length = j - i;
      }
    }
    StringBuilder text = new StringBuilder(39);
    for (int i = 0; i < 8; i++) {
      if (i == start) {
        text.append("::");
        i += length - 1;
      } else {
        if (i > 0 && i != start + length) {
          text.append(':');
        }
        text.append(Integer.toHexString(group(b, i)));
      }
    }
    return text.toString();
  }

  private static int group(byte[] b, int i) {
    return (b[2 * i] & 0xff) << 8 | (b[2 * i + 1] & 0xff);
  }
}
