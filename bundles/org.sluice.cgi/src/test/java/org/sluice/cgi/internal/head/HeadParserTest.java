package org.sluice.cgi.internal.head;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.api.http.Headers;

/** Header blocks of programs: what is taken, what is refused (T2). */
class HeadParserTest {
  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static ProgramHead head(String block) throws HeadException {
    HeadParser parser = new HeadParser(64 * 1024);
    assertTrue(parser.add(bytes(block)), "complete");
    return ProgramHead.of(parser.fields());
  }

  private static String text(Headers headers) {
    StringBuilder out = new StringBuilder();
    headers.forEach((name, value) -> out.append(name).append('=').append(value).append('|'));
    return out.toString();
  }

  /** Line ends are ~ (CR) and ! (LF) here. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      quoteCharacter = '"',
      delimiter = ';',
      value = {
        "A: b!!; A=b|",
        "A: b~!~!; A=b|",
        "A: a~b~!!; A=ab|",
        "A:b!!; A=b|",
        "A:    b  !!; A=b|",
        "X-Empty:!!; X-Empty=|",
        "X-D: 1!X-D: 2!!; X-D=1, 2|",
        "Set-Cookie: a=1!X: y!Set-Cookie: b=2!!; Set-Cookie=a=1|Set-Cookie=b=2|X=y|",
        "Vary: a!Vary: b!Link: c!Link: d!!; Vary=a|Vary=b|Link=c|Link=d|",
        "ETag: \"\"1\"\"!ETag: \"\"2\"\"!!; ETag=\"\"2\"\"|",
        "Content-Type: Text/Plain; Content-Type=text/plain|",
        "Content-Length: 5!Transfer-Encoding: chunked!X: y!!; X=y|",
        "Connection: X!Keep-Alive: 1!Upgrade: h2!TE: t!Trailer: z!Proxy-Authenticate: q!X: y!!;"
            + " X=y|",
        "Date: 2001!Server: me!X: y!!; X=y|",
        "Last-Modified: gestern!X: y!!; X=y|",
        "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT!!; Last-Modified=Sun, 06 Nov 1994 08:49:37"
            + " GMT|",
      })
  void fields(String block, String expected) throws HeadException {
    String raw = block.replace('~', '\r').replace('!', '\n');
    assertEquals(
        expected.replace("\"\"", "\""),
        text(
            head(raw.replace("\"\"", "\"")
                    + (raw.endsWith("\n\n") || raw.endsWith("\n\r\n") ? "" : "\n\n"))
                .headers()));
  }

  @Test
  void typeKeepsItsParameters() throws HeadException {
    assertEquals(
        "text/plain; charset=X",
        head("Content-Type: Text/Plain; charset=X\n\n").headers().get("Content-Type"));
  }

  @Test
  void onlyAnEmptyLine() throws HeadException {
    ProgramHead head = head("\nbody");
    assertEquals(0, head.status());
    assertEquals(0, head.headers().size());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = ';',
      value = {
        "no colon; malformed header from script: Bad header: no colon",
        " folded; malformed header from script: Bad header:  folded",
        ": x; malformed header from script: Bad header: : x",
        "Bad Name: 1; malformed header from script: invalid characters: Bad Name: 1",
        "A\u0001B: 1; malformed header from script: invalid characters: A\\x01B: 1",
        "A: b\u0000c; malformed header from script: invalid characters: A: b\\x00c",
        "A\u00e9: b; malformed header from script: invalid characters: A\\xe9: b",
      })
  void refused(String line, String message) {
    HeadParser parser = new HeadParser(64 * 1024);
    String given = line.equals("folded") ? " folded" : line;
    HeadException e =
        assertThrows(HeadException.class, () -> parser.add(bytes("X: y\n" + given + "\n\nrest")));
    assertEquals(message.replace("  ", " "), e.getMessage().replace("  ", " "));
    assertArrayEquals(bytes("\nrest"), parser.rest());
  }

  @Test
  void limits() throws HeadException {
    HeadParser fits = new HeadParser(64 * 1024);
    assertTrue(fits.add(bytes("A: " + "x".repeat(8187) + "\n\n")));
    HeadParser line = new HeadParser(64 * 1024);
    assertThrows(HeadException.class, () -> line.add(bytes("A: " + "x".repeat(8188) + "\n\n")));
    HeadParser block = new HeadParser(64 * 1024);
    assertThrows(HeadException.class, () -> block.add(bytes("A: xxxxxxxxxxxx\n".repeat(5000))));
    HeadParser many = new HeadParser(64 * 1024);
    assertTrue(many.add(bytes("A: x\n".repeat(500) + "\n")));
    assertEquals(1000, many.fields().size());
  }

  /** What is attached to a hand-off has a limit of its own, once. */
  @Test
  void dataOfAHandOffCountsApart() throws HeadException {
    String data = "X-HANDOFF-Data: " + "d".repeat(65_535) + "\n";
    HeadParser fits = new HeadParser(1_000);
    assertTrue(fits.add(bytes("A: b\n" + data + "C: " + "x".repeat(980) + "\n\n")));
    assertEquals(65_535, fits.fields().get(3).length());
    HeadParser twice = new HeadParser(64 * 1024);
    assertThrows(HeadException.class, () -> twice.add(bytes(data + data + "\n")));
    HeadParser longer = new HeadParser(1024 * 1024);
    String tooLong = data.replace("\n", "d".repeat(20) + "\n");
    assertThrows(HeadException.class, () -> longer.add(bytes(tooLong + "\n")));
    HeadParser other = new HeadParser(1024 * 1024);
    assertThrows(HeadException.class, () -> other.add(bytes("X-Handoff-Dat: " + data)));
    HeadParser rest = new HeadParser(1_000);
    assertThrows(
        HeadException.class, () -> rest.add(bytes(data + "C: " + "x".repeat(1_000) + "\n\n")));
  }

  @Test
  void arrivesInPieces() throws HeadException {
    HeadParser parser = new HeadParser(1024);
    String block = "A: b\r\nC: d\r\n\r\nbody";
    int i = 0;
    while (!parser.add(bytes(block.substring(i, i + 1)))) {
      i++;
    }
    assertEquals(block.indexOf("body") - 1, i);
    assertEquals("[A, b, C, d]", parser.fields().toString());
  }

  @Test
  void endsTooEarly() throws HeadException {
    assertEquals("end of script output before headers", new HeadParser(9).ended().getMessage());
    HeadParser begun = new HeadParser(9);
    assertFalse(begun.add(bytes("A: b\nC")));
    assertEquals("premature end of script headers", begun.ended().getMessage());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = ';',
      value = {
        "Status: 404 Nix da; 404; Nix da",
        "Status: 202; 202; ",
        "Status: 200 A!Status: 201 B; 201; B",
        "Status: 304 x; 304; x",
      })
  void statuses(String lines, int status, String reason) throws HeadException {
    ProgramHead head = head(lines.replace('!', '\n') + "\n\n");
    assertEquals(status, head.status());
    if (reason == null) {
      assertNull(head.reason());
    } else {
      assertEquals(reason, head.reason());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "Status: 103 Early",
    "Status: 99",
    "Status: 600",
    "Status: x",
    "Status: 2000",
    "Status:"
  })
  void statusesRefused(String line) {
    assertThrows(HeadException.class, () -> head(line + "\n\n"));
  }

  @Test
  void locationsAreEscaped() throws HeadException {
    assertEquals("/a%20b%E9?c", head("Location: /a b\u00e9?c\n\n").location());
    assertNull(head("Location:\n\n").location());
    assertEquals("b", head("Location: a\nLocation: b\n\n").location());
  }

  @ParameterizedTest(name = "{0} {1}: {3}")
  @CsvSource(
      delimiter = ';',
      value = {
        "If-None-Match; \"1\"; \"1\"; 304",
        "If-None-Match; W/\"1\"; \"1\"; 304",
        "If-None-Match; \"0\", \"1\"; \"1\"; 304",
        "If-None-Match; *; \"1\"; 304",
        "If-None-Match; \"2\"; \"1\"; 0",
        "If-Match; \"1\"; \"1\"; 0",
        "If-Match; \"2\"; \"1\"; 412",
        "If-Match; W/\"1\"; \"1\"; 412",
        "If-Match; *; \"1\"; 0",
        "If-Modified-Since; Sun, 06 Nov 1994 08:49:37 GMT; \"1\"; 304",
        "If-Modified-Since; Sun, 06 Nov 1994 08:49:36 GMT; \"1\"; 0",
        "If-Unmodified-Since; Sun, 06 Nov 1994 08:49:36 GMT; \"1\"; 412",
        "If-Unmodified-Since; Sun, 06 Nov 1994 08:49:37 GMT; \"1\"; 0",
      })
  void conditions(String name, String value, String etag, int status) throws HeadException {
    ProgramHead head = head("ETag: " + etag + "\nLast-Modified: Sun, 06 Nov 1994 08:49:37 GMT\n\n");
    assertEquals(status, Conditions.judge(Headers.of(name, value), head));
  }

  /** A time to come is that of the answer (RFC 9110 section 8.8.2.1). */
  @Test
  void modifiedInTheFuture() throws HeadException {
    Instant before = Instant.now();
    ProgramHead head = head("Last-Modified: Tue, 31 Dec 2999 23:59:59 GMT\n\n");
    assertFalse(head.modified().isBefore(before));
    assertFalse(head.modified().isAfter(Instant.now()));
    assertFalse(head.headers().get("Last-Modified").contains("2999"));
  }
}
