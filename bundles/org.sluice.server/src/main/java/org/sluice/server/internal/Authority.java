package org.sluice.server.internal;

/**
 * The authority of a request, {@code uri-host [ ":" port ]} (RFC 9110 section 7.2, RFC 3986 section
 * 3.2), read more narrowly than the grammar: a host is a name of letters, digits and {@code -._~},
 * or an IPv6 address in brackets. Escapes, sub-delimiters and user information are what two readers
 * take for two hosts.
 */
final class Authority {
  private static final int LONGEST_NAME = 254;

  private Authority() {}

  /** Whether {@code text} from {@code from} to {@code to} is a host, perhaps with a port. */
  static boolean isValid(String text, int from, int to) {
    int end = text.charAt(from) == '[' ? literal(text, from, to) : name(text, from, to);
    return end > from && (end == to || (text.charAt(end) == ':' && isPort(text, end + 1, to)));
  }

  /** Whether a port is there, as RFC 9112 section 3.2.3 wants it of CONNECT. */
  static boolean hasPort(String text) {
    int colon = text.lastIndexOf(':');
    return colon > text.lastIndexOf(']') && colon + 1 < text.length();
  }

  /** RFC 3986 section 3.2.3: digits, perhaps none. */
  private static boolean isPort(String text, int from, int to) {
    int port = 0;
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9' || i - from > 4) {
        return false;
      }
      port = port * 10 + (c - '0');
    }
    return port <= 65535;
  }

  /** End of a name without empty labels but the one behind a last dot; -1 if there is none. */
  private static int name(String text, int from, int to) {
    int i = from;
    char previous = '.';
    while (i < to && Chars.isHost(text.charAt(i))) {
      char c = text.charAt(i++);
      if (c == '.' && previous == '.') {
        return -1;
      }
      previous = c;
    }
    return i - from > LONGEST_NAME ? -1 : i;
  }

  /** Behind the closing bracket of an IPv6 address, or -1. No zone: it means nothing to others. */
  private static int literal(String text, int from, int to) {
    int close = text.indexOf(']', from);
    return close > from && close < to && isIpv6(text, from + 1, close) ? close + 1 : -1;
  }

  /**
   * RFC 3986 section 3.2.2, IPv6address: groups of hex digits, one gap, perhaps IPv4 at the end.
   */
  private static boolean isIpv6(String text, int from, int to) {
    int groups = 0;
    boolean gap = text.startsWith("::", from);
    int i = gap ? from + 2 : from;
    while (i < to) {
      int end = hex(text, i, to);
      if (end < to && text.charAt(end) == '.') {
        groups += isIpv4(text, i, to) ? 2 : 9;
        break;
      }
      if (end == i || end - i > 4) {
        return false;
      }
      groups++;
      i = end;
      if (i < to) {
        if (text.charAt(i) != ':' || ++i == to) {
          return false;
        }
        if (text.charAt(i) == ':') {
          if (gap) {
            return false;
          }
          gap = true;
          i++;
        }
      }
    }
    return gap ? groups < 8 : groups == 8;
  }

  private static int hex(String text, int from, int to) {
    int i = from;
    while (i < to && Character.digit(text.charAt(i), 16) >= 0) {
      i++;
    }
    return i;
  }

  private static boolean isIpv4(String text, int from, int to) {
    int octets = 0;
    int i = from;
    while (i <= to) {
      int start = i;
      int value = 0;
      while (i < to && text.charAt(i) >= '0' && text.charAt(i) <= '9' && i - start < 3) {
        value = value * 10 + (text.charAt(i++) - '0');
      }
      boolean padded = i - start > 1 && text.charAt(start) == '0';
      if (i == start || value > 255 || padded || (i < to && text.charAt(i) != '.')) {
        return false;
      }
      octets++;
      i++;
    }
    return octets == 4;
  }
}
