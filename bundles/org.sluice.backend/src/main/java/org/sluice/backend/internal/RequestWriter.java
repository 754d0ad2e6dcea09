package org.sluice.backend.internal;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.Headers;
import org.sluice.api.http.Request;

/**
 * Writes request heads for backends into one array per event loop. Decides field by field what
 * passes: fields of the hop do not, what only the front may say does not, and forwarded identity is
 * the front's own (T14). One per event loop.
 */
final class RequestWriter {
  private static final byte[] VERSION_HOST = ascii(" HTTP/1.1\r\nHost: ");
  private static final byte[] CRLF = ascii("\r\n");
  private static final byte[] VIA = ascii("Via: ");
  private static final byte[] VIA_OURS = ascii(" sluice\r\n");
  private static final byte[] CLOSE = ascii("Connection: close\r\n");
  private static final byte[] TE = ascii("TE: trailers\r\nConnection: TE\r\n");
  private static final byte[] UPGRADE = ascii("Connection: Upgrade\r\nUpgrade: ");
  private static final byte[] LENGTH = ascii("Content-Length: ");
  private static final byte[] CHUNKED = ascii("Transfer-Encoding: chunked\r\n");
  private static final byte[] EXPECT = ascii("Expect: 100-continue\r\n");

  private byte[] out = new byte[1024];
  private int length;
  private boolean teTrailers;
  private String via;
  private String forwarded;
  private String forwardedFor;
  private String forwardedHost;
  private String forwardedProto;

  /**
   * What the head says beside the client's fields.
   *
   * @param target path and query for the request line
   * @param host for the Host field
   * @param contentLength of the body; -1: in chunks; -2: none
   * @param expect whether to wait for 100
   * @param upgrade protocols to offer, or null
   * @param close whether this is the connection's last request
   */
  record Head(
      String target,
      String host,
      long contentLength,
      boolean expect,
      String upgrade,
      boolean close) {
    static final long NO_BODY = -2;
  }

  /** The head as bytes. */
  ByteBuf write(Exchange exchange, BackendOptions options, Head head, ByteBufAllocator allocator) {
    Request request = exchange.request();
    length = 0;
    teTrailers = false;
    via = null;
    forwarded = null;
    forwardedFor = null;
    forwardedHost = null;
    forwardedProto = null;
    text(request.method());
    put(' ');
    text(head.target);
    bytes(VERSION_HOST);
    text(head.host);
    bytes(CRLF);
    fields(request, options);
    hopsLeft(request);
    identity(exchange, options);
    connection(head);
    body(head, request.method());
    written(options.requestEdits.written());
    bytes(CRLF);
    return allocator.directBuffer(length).writeBytes(out, 0, length);
  }

  private void fields(Request request, BackendOptions options) {
    Headers fields = request.headers();
    Set<String> named = FieldRules.named(fields);
    for (int i = 0, n = fields.size(); i < n; i++) {
      String name = fields.name(i);
      String value = fields.value(i);
      if (passes(name, value, named, options)) {
        field(name, value);
      }
    }
  }

  /** RFC 9110 section 7.6.2: one hop less; that it is a number above zero was seen before. */
  private void hopsLeft(Request request) {
    if (request.method().equals("OPTIONS")) {
      String hops = request.headers().get("Max-Forwards");
      if (hops != null) {
        field("Max-Forwards", Integer.toString(Integer.parseInt(hops) - 1));
      }
    }
  }

  private boolean passes(String name, String value, Set<String> named, BackendOptions options) {
    if (isOurs(name, value, options) || FieldRules.isOfFront(name)) {
      return false;
    }
    if (FieldRules.isOfHop(name)) {
      teTrailers |= name.length() == 2 && Headers.of("TE", value).hasToken("TE", "trailers");
      return false;
    }
    if (!named.isEmpty() && named.contains(name.toLowerCase(Locale.ROOT))) {
      return false;
    }
    if (options.requestEdits.removes(name)) {
      return false;
    }
    if (options.cookies != null && name.equalsIgnoreCase("Cookie")) {
      String rest = options.cookies.cookie(value);
      if (!rest.isEmpty()) {
        field(name, rest);
      }
      return false;
    }
    return name.indexOf('_') < 0 || !isImpostor(name);
  }

  /** Fields that the front writes itself; some are remembered to be appended to. */
  private boolean isOurs(String name, String value, BackendOptions options) {
    boolean trust = options.forwarding != BackendOptions.Forwarding.OFF;
    switch (name.length()) {
      case 3:
        if (!name.equalsIgnoreCase("Via")) {
          return false;
        }
        via = via == null ? value : via + ", " + value;
        return true;
      case 4:
        return name.equalsIgnoreCase("Host");
      case 5:
        // No variable HTTP_PROXY for whatever program the backend runs (T7).
        return name.equalsIgnoreCase("Proxy");
      case 6:
        return name.equalsIgnoreCase("Expect");
      case 9:
        if (!trust || !name.equalsIgnoreCase("Forwarded")) {
          return trust && isForwarding(name, value, options);
        }
        forwarded = forwarded == null ? value : forwarded + ", " + value;
        return true;
      case 12:
        return name.equalsIgnoreCase("Max-Forwards");
      case 14:
        return name.equalsIgnoreCase("Content-Length");
      default:
        return trust && isForwarding(name, value, options);
    }
  }

  private boolean isForwarding(String name, String value, BackendOptions options) {
    if ((name.charAt(0) | 0x20) != 'x') {
      return false;
    }
    if (name.equalsIgnoreCase("X-Forwarded-For")) {
      forwardedFor = forwardedFor == null ? value : forwardedFor + ", " + value;
    } else if (name.equalsIgnoreCase("X-Forwarded-Host")) {
      forwardedHost = forwardedHost == null ? value : forwardedHost + ", " + value;
    } else if (name.equalsIgnoreCase("X-Forwarded-Proto")) {
      forwardedProto = forwardedProto == null ? value : forwardedProto + ", " + value;
    } else {
      // Others of the family can only be believed from a front we append to.
      return options.forwarding == BackendOptions.Forwarding.REPLACE
          && (name.regionMatches(true, 0, "X-Forwarded-", 0, 12)
              || name.equalsIgnoreCase("X-Real-IP"));
    }
    return true;
  }

  /** Servers that make variables of fields take {@code X_Forwarded_For} for the real one (T14). */
  private static boolean isImpostor(String name) {
    String real = name.toLowerCase(Locale.ROOT).replace('_', '-');
    return real.startsWith("x-forwarded-")
        || real.startsWith("x-real-")
        || real.startsWith("sluice-")
        || FieldRules.isOfHop(real)
        || FieldRules.isOfFront(real)
        || real.equals("content-length")
        || real.equals("content-type");
  }

  private void identity(Exchange exchange, BackendOptions options) {
    if (options.via.equals("on")) {
      bytes(VIA);
      if (via != null) {
        text(via);
        text(", ");
      }
      text(exchange.request().minorVersion() == 0 ? "1.0" : "1.1");
      bytes(VIA_OURS);
    } else if (via != null && options.via.equals("off")) {
      field("Via", via);
    }
    if (options.forwarding != BackendOptions.Forwarding.OFF) {
      forwarding(exchange, options.forwarding == BackendOptions.Forwarding.APPEND);
    }
  }

  private void forwarding(Exchange exchange, boolean append) {
    String address = exchange.connection().remote().getAddress().getHostAddress();
    int zone = address.indexOf('%');
    address = zone < 0 ? address : address.substring(0, zone);
    String host = clientHost(exchange.request());
    String proto = exchange.connection().secure() ? "https" : "http";
    append("X-Forwarded-For: ", append ? forwardedFor : null, address);
    if (host != null) {
      append("X-Forwarded-Host: ", append ? forwardedHost : null, host);
    }
    append("X-Forwarded-Proto: ", append ? forwardedProto : null, proto);
    text("Forwarded: ");
    if (append && forwarded != null) {
      text(forwarded);
      text(", ");
    }
    // RFC 7239 section 6: what is no token is quoted, IPv6 in brackets.
    boolean six = address.indexOf(':') >= 0;
    text(six ? "for=\"[" : "for=");
    text(address);
    text(six ? "]\"" : "");
    if (host != null) {
      text(";host=\"");
      text(host);
      put('"');
    }
    text(";proto=");
    text(proto);
    bytes(CRLF);
  }

  private void append(String name, String before, String value) {
    text(name);
    if (before != null) {
      text(before);
      text(", ");
    }
    text(value);
    bytes(CRLF);
  }

  /** What the client asked for: the authority of an absolute target, else Host. */
  static String clientHost(Request request) {
    String target = request.target();
    int scheme = target.startsWith("/") ? -1 : target.indexOf("://");
    if (scheme < 0) {
      return request.headers().get("Host");
    }
    int end = scheme + 3;
    while (end < target.length() && "/?#".indexOf(target.charAt(end)) < 0) {
      end++;
    }
    String authority = target.substring(scheme + 3, end);
    return authority.indexOf('"') >= 0 || authority.indexOf('\\') >= 0 ? null : authority;
  }

  private void connection(Head head) {
    if (head.upgrade != null) {
      bytes(UPGRADE);
      text(head.upgrade);
      bytes(CRLF);
    } else if (head.close) {
      bytes(CLOSE);
    } else if (teTrailers) {
      bytes(TE);
    }
  }

  private void body(Head head, String method) {
    if (head.contentLength >= 0) {
      bytes(LENGTH);
      text(Long.toString(head.contentLength));
      bytes(CRLF);
    } else if (head.contentLength == -1) {
      bytes(CHUNKED);
    } else if (method.equals("POST") || method.equals("PUT") || method.equals("PATCH")) {
      // RFC 9110 section 8.6: methods that expect content say that there is none.
      text("Content-Length: 0\r\n");
    }
    if (head.expect) {
      bytes(EXPECT);
    }
  }

  private void written(List<String> pairs) {
    for (int i = 0; i < pairs.size(); i += 2) {
      field(pairs.get(i), pairs.get(i + 1));
    }
  }

  private void field(String name, String value) {
    text(name);
    put(':');
    put(' ');
    text(value);
    bytes(CRLF);
  }

  @SuppressWarnings("deprecation") // the low bytes are what is wanted: heads are Latin-1
  private void text(String text) {
    int n = text.length();
    room(n);
    text.getBytes(0, n, out, length);
    length += n;
  }

  private void put(char c) {
    room(1);
    out[length++] = (byte) c;
  }

  private void bytes(byte[] some) {
    room(some.length);
    System.arraycopy(some, 0, out, length, some.length);
    length += some.length;
  }

  private void room(int more) {
    if (length + more > out.length) {
      out = Arrays.copyOf(out, Math.max(out.length * 2, length + more));
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
