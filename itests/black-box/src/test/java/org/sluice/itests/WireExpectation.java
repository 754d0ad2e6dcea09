package org.sluice.itests;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.sluice.testing.WireCase;

/**
 * What a backend must get for the accepted part of a case, written from RFC 9110 section 7.6 and
 * RFC 9112 and from nothing of the proxy. Reads leniently: only what was accepted is read.
 */
final class WireExpectation {
  /** Paths that are not passed on as they were written. */
  private static final Map<String, String> CANONICAL =
      Map.of(
          "/a|", "/a%7C",
          "/a^", "/a%5E",
          "/a[1]", "/a%5B1%5D",
          "/a%41%20", "/aA%20",
          "//a/", "/a/",
          "", "/");

  private static final Set<String> OF_HOP =
      Set.of("connection", "proxy-connection", "te", "transfer-encoding", "upgrade");

  private final String text;
  private final String backend;
  private int at;

  private WireExpectation(String text, String backend) {
    this.text = text;
    this.backend = backend;
  }

  /**
   * The requests that were answered and not refused, and the one behind the case if it has one.
   *
   * @param nothing whether the first one is answered by the front
   * @param backend host and port of the backend, for requests that name none
   */
  static List<String> of(WireCase wire, String outcome, boolean nothing, String backend) {
    boolean survived = !outcome.endsWith("!");
    String[] statuses = outcome.replace("!", "").split(",", -1);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(wire.bytes());
    String behind = "GET /after HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    all.writeBytes(behind.getBytes(StandardCharsets.ISO_8859_1));
    WireExpectation reading =
        new WireExpectation(all.toString(StandardCharsets.ISO_8859_1), backend);
    List<String> expected = new ArrayList<>();
    long accepted = Arrays.stream(statuses).filter(each -> each.matches("200|405")).count();
    for (long i = accepted + (survived ? 1 : 0); i > 0; i--) {
      expected.add(reading.request());
    }
    return nothing ? expected.subList(1, expected.size()) : expected;
  }

  private String line() {
    int end = text.indexOf("\r\n", at);
    String line = text.substring(at, end);
    at = end + 2;
    return line;
  }

  private String request() {
    String first = line();
    String[] words = (first.isEmpty() ? line() : first).split(" ");
    List<String[]> fields = new ArrayList<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      fields.add(new String[] {line.substring(0, colon), blankless(line.substring(colon + 1))});
    }
    String coding = value(fields, "transfer-encoding");
    String length = value(fields, "content-length");
    StringBuilder head = new StringBuilder(words[0]).append(' ').append(target(words[1]));
    head.append(" HTTP/1.1\r\nHost: ").append(host(words[1], fields)).append("\r\n");
    passed(fields, head);
    boolean old = words[2].equals("HTTP/1.0");
    if ("websocket".equals(value(fields, "upgrade"))) {
      head.append("Connection: Upgrade\r\nUpgrade: websocket\r\n");
    }
    boolean content = coding != null || (length != null && Long.parseLong(length) > 0);
    if (coding != null) {
      head.append("Transfer-Encoding: chunked\r\n");
    } else if (content || words[0].equals("POST")) {
      head.append("Content-Length: ");
      head.append(length == null ? 0 : Long.parseLong(length)).append("\r\n");
    }
    if (content && !old && value(fields, "expect") != null) {
      head.append("Expect: 100-continue\r\n");
    }
    return head + "\r\n" + (coding != null ? chunks() : take(content ? length : "0"));
  }

  private static String blankless(String value) {
    return value.replaceAll("^[ \\t]+|[ \\t]+$", "");
  }

  private static String value(List<String[]> fields, String name) {
    return fields.stream()
        .filter(field -> field[0].equalsIgnoreCase(name))
        .map(field -> field[1])
        .findFirst()
        .orElse(null);
  }

  private static String target(String written) {
    String path = written.replaceFirst("^(?i:http)://[^/?]*", "");
    int question = path.indexOf('?');
    String query = question < 0 ? "" : path.substring(question);
    String plain = question < 0 ? path : path.substring(0, question);
    return CANONICAL.getOrDefault(plain, plain) + query;
  }

  /** RFC 9112 section 3.2.2: the authority of an absolute target outweighs the field. */
  private String host(String target, List<String[]> fields) {
    if (target.toLowerCase(Locale.ROOT).startsWith("http://")) {
      return target.substring(7).split("[/?]", -1)[0];
    }
    String host = value(fields, "host");
    return host == null || host.isEmpty() ? backend : host;
  }

  private static void passed(List<String[]> fields, StringBuilder head) {
    Set<String> gone = new HashSet<>(OF_HOP);
    for (String[] field : fields) {
      if (field[0].equalsIgnoreCase("Connection")) {
        for (String name : field[1].split(",")) {
          gone.add(blankless(name).toLowerCase(Locale.ROOT));
        }
      }
    }
    gone.addAll(List.of("host", "content-length", "expect"));
    // Names that a program could take for one of those that frame a message.
    gone.addAll(List.of("content_length", "transfer_encoding"));
    for (String[] field : fields) {
      if (!gone.contains(field[0].toLowerCase(Locale.ROOT))) {
        head.append(field[0]).append(": ").append(field[1]).append("\r\n");
      }
    }
  }

  private String take(String length) {
    int count = Integer.parseInt(length);
    at += count;
    return text.substring(at - count, at);
  }

  private String chunks() {
    StringBuilder content = new StringBuilder();
    while (true) {
      String size = line().split("[; \\t]", -1)[0];
      int count = Integer.parseInt(size, 16);
      content.append(text, at, at + count);
      at += count;
      if (count == 0) {
        break;
      }
      line();
    }
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      content.append("\r\n").append(line, 0, colon).append(": ");
      content.append(blankless(line.substring(colon + 1)));
    }
    return content.toString();
  }
}
