package org.sluice.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One raw HTTP/1.1 message, or several, and what may come of it. The table is {@code http1.cases}
 * in this package; its first lines tell how it is written.
 *
 * <p>Behind the bytes of a case another request is sent. Where every acceptable outcome ends the
 * connection that request must have no effect at all; else it must be answered.
 */
public final class WireCase {
  /** Target of the request that nobody may see. */
  public static final String SMUGGLED = "/smuggled";

  private static final byte[] MUST_NOT = request(SMUGGLED, "");
  private static final byte[] MUST = request("/after", "Connection: close\r\n");

  private final String id;
  private final String section;
  private final String[] outcomes;
  private final List<byte[]> segments;

  private WireCase(String id, String section, String[] outcomes, List<byte[]> segments) {
    this.id = id;
    this.section = section;
    this.outcomes = outcomes;
    this.segments = segments;
  }

  private static byte[] request(String target, String fields) {
    return ("GET " + target + " HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n")
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  /** The whole table, in order. */
  public static List<WireCase> all() {
    try (InputStream in = WireCase.class.getResourceAsStream("http1.cases")) {
      List<WireCase> cases = new ArrayList<>();
      String section = "";
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n", -1)) {
        if (line.startsWith("== ")) {
          section = line.substring(3);
        } else if (!line.isEmpty() && line.charAt(0) != '#') {
          String[] cells = line.split(" \\| ", 3);
          cases.add(
              new WireCase(cells[0], section, cells[1].split("/", -1), WireText.parse(cells[2])));
        }
      }
      return cases;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Name of the case, unique in the table. */
  public String id() {
    return id;
  }

  /** The bytes as the case has them, without the request behind. */
  public byte[] bytes() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    segments.forEach(all::writeBytes);
    return all.toByteArray();
  }

  /** Whether the connection must not survive. */
  public boolean ends() {
    return Arrays.stream(outcomes).allMatch(each -> each.endsWith("!"));
  }

  /** Whether only one outcome is acceptable. */
  public boolean isCertain() {
    return outcomes.length == 1;
  }

  /** Whether an outcome, written as in the table but without {@code h}, is acceptable. */
  public boolean accepts(String outcome) {
    return Arrays.stream(outcomes).anyMatch(each -> each.replace("h", "").equals(outcome));
  }

  /** Sends the case and reads until the server ends the connection. */
  public Observed run(RawHttpClient client) throws IOException {
    for (byte[] segment : segments.subList(0, segments.size() - 1)) {
      client.send(segment);
    }
    // In one piece with the end of the case: behind a close that both sides agree on, bytes that
    // come late would only show how fast the server was.
    ByteArrayOutputStream last = new ByteArrayOutputStream();
    last.writeBytes(segments.get(segments.size() - 1));
    last.writeBytes(ends() ? MUST_NOT : MUST);
    client.send(last.toByteArray());
    byte[] all = client.readToEnd();
    return observe(all);
  }

  private Observed observe(byte[] all) throws IOException {
    String text = new String(all, StandardCharsets.ISO_8859_1);
    List<String> statuses = new ArrayList<>();
    String[] longest = outcomes[0].replace("!", "").split(",", -1);
    int at = 0;
    while (at < text.length()) {
      boolean head = statuses.size() < longest.length && longest[statuses.size()].endsWith("h");
      int end = text.indexOf("\r\n\r\n", at) + 4;
      if (end < 4 || !text.startsWith("HTTP/1.1 ", at)) {
        throw new IOException(this + ": no response: " + text.substring(at));
      }
      String status = text.substring(at + 9, at + 12);
      int length = head || status.startsWith("1") ? 0 : length(text.substring(at, end));
      statuses.add(status);
      at = end + length;
    }
    boolean survived = !ends() && !statuses.isEmpty() && endsWithAfter(statuses);
    if (survived) {
      statuses.remove(statuses.size() - 1);
    }
    return new Observed(String.join(",", statuses) + (survived ? "" : "!"), text);
  }

  /** Whether there is one answer more than the outcome that lets the connection live. */
  private boolean endsWithAfter(List<String> statuses) {
    return Arrays.stream(outcomes)
        .filter(each -> !each.endsWith("!"))
        .anyMatch(each -> each.split(",", -1).length + 1 == statuses.size());
  }

  private static int length(String head) throws IOException {
    for (String line : head.split("\r\n", -1)) {
      if (line.regionMatches(true, 0, "Content-Length: ", 0, 16)) {
        return Integer.parseInt(line.substring(16));
      }
    }
    throw new IOException("a response without Content-Length: " + head);
  }

  @Override
  public String toString() {
    return id + " [" + section + "] " + String.join("/", outcomes);
  }

  /**
   * What came.
   *
   * @param outcome as the table writes it, without {@code h}
   * @param text everything the server sent, ISO 8859-1
   */
  public record Observed(String outcome, String text) {}
}
