package org.sluice.server.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sluice.server.internal.Reading.Message;

/**
 * A second reading of HTTP/1.1, written from the grammars of RFC 9110 and RFC 9112 as regular
 * expressions over the whole text, and from nothing of the engine: slow, and easy to compare with
 * the RFCs. Knows no limits but those of chunk lines.
 */
final class ReferenceReading {
  private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
  private static final String OWS = "[ \\t]*";
  private static final String TEXT = "[\\t \\x21-\\x7e\\x80-\\xff]";

  /** Leaner than VCHAR: bytes that no URI has, apart from the few that browsers send. */
  private static final Pattern REQUEST_LINE =
      Pattern.compile(
          "("
              + TOKEN
              + ") ([\\x21-\\x7e&&[^\"#<>?\\\\`{}]]*(?:\\?[\\x21-\\x7e&&[^\"#<>]]*)?)"
              + " HTTP/([0-9])\\.([0-9])");

  private static final Pattern FIELD =
      Pattern.compile("(" + TOKEN + "):" + OWS + "(|" + TEXT + "*[^ \\t])" + OWS);
  private static final Pattern VALUE = Pattern.compile(TEXT + "*");
  private static final Pattern CHUNK =
      Pattern.compile(
          "([0-9A-Fa-f]{1,15})(?:"
              + OWS
              + ";"
              + OWS
              + TOKEN
              + "(?:"
              + OWS
              + "="
              + OWS
              + "(?:"
              + TOKEN
              + "|\"(?:\\\\"
              + TEXT
              + "|[\\t \\x21\\x23-\\x5b\\x5d-\\x7e\\x80-\\xff])*\"))?)*");
  private static final String HOST =
      "(?:(?!\\.)(?:[0-9A-Za-z_~-]|\\.(?!\\.))+|\\[[0-9A-Fa-f:.]+\\])(?::[0-9]{0,5})?";
  private static final Pattern IPV6 = ipv6();
  private static final Pattern AUTHORITY = Pattern.compile(HOST);
  private static final Pattern ABSOLUTE = Pattern.compile("(?i:http)://(" + HOST + ")(?:[/?].*)?");

  private static final List<String> NOT_IN_TRAILERS =
      List.of("host", "content-length", "transfer-encoding", "connection", "expect", "upgrade");

  /** The rest of the text cannot be read; everything behind is lost. */
  private static final class Bad extends Exception {
    private static final long serialVersionUID = 1;
  }

  /** The text ends before the message does. */
  private static final class Short extends Exception {
    private static final long serialVersionUID = 1;
  }

  private final String text;
  private int at;
  final List<Message> messages = new ArrayList<>();
  boolean refused;
  boolean ended;

  private ReferenceReading(String text) {
    this.text = text;
  }

  static ReferenceReading of(String text) {
    ReferenceReading reading = new ReferenceReading(text);
    try {
      while (!reading.ended && reading.at < text.length()) {
        reading.message();
      }
    } catch (Bad e) {
      reading.refused = true;
    } catch (Short e) {
      // More might come.
    }
    return reading;
  }

  /** RFC 9112 section 2.2: lines end with CRLF; neither CR nor LF stands anywhere else. */
  private String line(boolean first) throws Bad, Short {
    int lf = text.indexOf('\n', at);
    int cr = text.indexOf('\r', at);
    if (lf < 0) {
      boolean crInside = cr >= 0 && cr + 1 < text.length();
      boolean noMethod =
          first && at < text.length() && !text.substring(at, at + 1).matches("\\r|" + TOKEN);
      if (crInside || noMethod) {
        throw new Bad();
      }
      throw new Short();
    }
    if (cr < 0 || cr != lf - 1) {
      throw new Bad();
    }
    String line = text.substring(at, cr);
    at = lf + 1;
    return line;
  }

  private void message() throws Bad, Short {
    String first = line(true);
    if (first.isEmpty()) {
      first = line(true);
    }
    Matcher line = REQUEST_LINE.matcher(first);
    if (!line.matches() || line.group(2).isEmpty() || !line.group(3).equals("1")) {
      throw new Bad();
    }
    String method = line.group(1);
    String authority = authority(method, line.group(2));
    boolean old = line.group(4).equals("0");
    List<String[]> fields = new ArrayList<>();
    for (String next = line(false); !next.isEmpty(); next = line(false)) {
      fields.add(field(next));
      // Refused as soon as it is read, as a stream must be.
      judge(fields, old);
    }
    Map<String, List<String>> values = byName(fields);
    if (!old && !values.containsKey("host")) {
      throw new Bad();
    }
    boolean chunked = values.containsKey("transfer-encoding");
    String length = values.getOrDefault("content-length", List.of("0")).get(0);
    if (chunked && (old || values.containsKey("content-length"))) {
      throw new Bad();
    }
    if (method.equals("TRACE") && (chunked || Long.parseLong(length) > 0)) {
      throw new Bad();
    }
    StringBuilder trailers = new StringBuilder();
    String content = chunked ? chunks(trailers) : take(Long.parseLong(length));
    boolean keep = persists(values.getOrDefault("connection", List.of()), old);
    String head = written(fields, authority);
    messages.add(
        new Message(method, line.group(2), old ? 0 : 1, head, content, trailers.toString(), keep));
    ended = !keep;
  }

  /** RFC 9112 section 3.2; null but for the absolute form. */
  private static String authority(String method, String target) throws Bad {
    Matcher absolute = ABSOLUTE.matcher(target);
    if (method.equals("CONNECT")) {
      throw new Bad();
    }
    if (target.startsWith("/") || (target.equals("*") && method.equals("OPTIONS"))) {
      return null;
    }
    if (!absolute.matches() || !isAuthority(absolute.group(1))) {
      throw new Bad();
    }
    return absolute.group(1);
  }

  private static boolean isAuthority(String value) {
    if (!AUTHORITY.matcher(value).matches()) {
      return false;
    }
    int close = value.indexOf(']');
    String port = value.substring(Math.max(close, value.indexOf(':', Math.max(close, 0))) + 1);
    boolean hasPort = close > 0 ? value.indexOf(':', close) > 0 : value.indexOf(':') > 0;
    if (hasPort && !port.replace(":", "").isEmpty()) {
      if (Integer.parseInt(port.replace(":", "")) > 65535) {
        return false;
      }
    }
    return close < 0 || IPV6.matcher(value.substring(1, close)).matches();
  }

  /** RFC 3986 section 3.2.2, IPv6address, alternative by alternative. */
  private static Pattern ipv6() {
    String h = "[0-9A-Fa-f]{1,4}";
    String octet = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    String last = "(?:" + h + ":" + h + "|(?:" + octet + "\\.){3}" + octet + ")";
    StringBuilder all =
        new StringBuilder("(?:" + h + ":){6}" + last + "|::(?:" + h + ":){5}" + last);
    for (int before = 0; before <= 4; before++) {
      String front = "(?:(?:" + h + ":){0," + before + "}" + h + ")?";
      all.append('|').append(front).append("::(?:").append(h).append(":){").append(4 - before);
      all.append('}').append(last);
    }
    all.append("|(?:(?:" + h + ":){0,5}" + h + ")?::" + h);
    all.append("|(?:(?:" + h + ":){0,6}" + h + ")?::");
    return Pattern.compile(all.toString());
  }

  private static String[] field(String line) throws Bad {
    Matcher field = FIELD.matcher(line);
    if (!field.matches() || !VALUE.matcher(field.group(2)).matches()) {
      throw new Bad();
    }
    return new String[] {field.group(1), field.group(2)};
  }

  private static Map<String, List<String>> byName(List<String[]> fields) {
    Map<String, List<String>> values = new LinkedHashMap<>();
    for (String[] field : fields) {
      values
          .computeIfAbsent(field[0].toLowerCase(Locale.ROOT), any -> new ArrayList<>())
          .add(field[1]);
    }
    return values;
  }

  private static void judge(List<String[]> fields, boolean old) throws Bad {
    Map<String, List<String>> values = byName(fields);
    List<String> none = List.of();
    List<String> host = values.getOrDefault("host", none);
    List<String> length = values.getOrDefault("content-length", none);
    List<String> coding = values.getOrDefault("transfer-encoding", none);
    boolean good = host.size() < 2 && length.size() < 2 && coding.size() < 2;
    good = good && host.stream().allMatch(h -> h.isEmpty() || isAuthority(h));
    good = good && length.stream().allMatch(n -> n.matches("0?[0-9]{1,17}"));
    good = good && coding.stream().allMatch(t -> t.equalsIgnoreCase("chunked"));
    if (!old) {
      good =
          good
              && values.getOrDefault("expect", none).stream()
                  .allMatch(e -> e.equalsIgnoreCase("100-continue"));
    }
    if (!good) {
      throw new Bad();
    }
  }

  private static boolean persists(List<String> connection, boolean old) {
    List<String> options = new ArrayList<>();
    for (String value : connection) {
      for (String option : value.split(",", -1)) {
        options.add(option.replaceAll("^[ \\t]+|[ \\t]+$", "").toLowerCase(Locale.ROOT));
      }
    }
    return !options.contains("close") && (!old || options.contains("keep-alive"));
  }

  private static String written(List<String[]> fields, String authority) {
    StringBuilder out = new StringBuilder();
    for (String[] field : fields) {
      boolean replaced = authority != null && field[0].equalsIgnoreCase("host");
      out.append(field[0]).append(':').append(replaced ? authority : field[1]).append('\n');
    }
    return out.toString();
  }

  private String take(long length) throws Short {
    if (length > text.length() - at) {
      throw new Short();
    }
    at += (int) length;
    return text.substring(at - (int) length, at);
  }

  /** RFC 9112 section 7.1. */
  private String chunks(StringBuilder trailers) throws Bad, Short {
    StringBuilder content = new StringBuilder();
    long size = -1;
    while (size != 0) {
      String line = chunkLine();
      Matcher chunk = CHUNK.matcher(line);
      if (!chunk.matches()) {
        throw new Bad();
      }
      size = Long.parseLong(chunk.group(1), 16);
      content.append(take(size));
      if (size > 0) {
        lineEnd();
      }
    }
    for (String line = line(false); !line.isEmpty(); line = line(false)) {
      String[] field = field(line);
      if (NOT_IN_TRAILERS.contains(field[0].toLowerCase(Locale.ROOT))) {
        throw new Bad();
      }
      trailers.append(field[0]).append(':').append(field[1]).append('\n');
    }
    return content.toString();
  }

  private String chunkLine() throws Bad, Short {
    int begin = at;
    try {
      String line = line(false);
      if (line.length() > ChunkedFraming.LINE) {
        throw new Bad();
      }
      return line;
    } catch (Short e) {
      int have = text.length() - begin;
      if (have > ChunkedFraming.LINE + 1
          || (have == ChunkedFraming.LINE + 1 && !text.endsWith("\r"))) {
        throw new Bad();
      }
      throw e;
    }
  }

  /** CRLF behind the data of a chunk. */
  private void lineEnd() throws Bad, Short {
    String left = text.substring(at, Math.min(at + 2, text.length()));
    if (!"\r\n".startsWith(left)) {
      throw new Bad();
    }
    if (left.length() < 2) {
      throw new Short();
    }
    at += 2;
  }

  @Override
  public String toString() {
    return messages + (refused ? " refused" : ended ? " ended" : "") + " at " + at;
  }
}
