package org.sluice.server.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.api.wire.MalformedException;

class HeadParserTest {
  private static final Limits LIMITS = Limits.of(TestServer.SPEC);

  /** Blanks are written as they are; \r, \n, \t and \0 stand for the bytes. */
  private static ByteBuf bytes(String text) {
    String raw =
        text.replace("\\r", "\r").replace("\\n", "\n").replace("\\t", "\t").replace("\\0", "\0");
    return Unpooled.copiedBuffer(raw, StandardCharsets.ISO_8859_1);
  }

  private static RequestHead parse(String text) throws MalformedException {
    HeadParser parser = new HeadParser();
    assertTrue(parser.parse(bytes(text), LIMITS), "the head is whole");
    return parser.head();
  }

  @Test
  void readsAHeadAndLeavesTheRest() throws MalformedException {
    ByteBuf in = bytes("GET /a?b HTTP/1.1\\r\\nHost: x\\r\\nA:  b c \\t\\r\\na:\\r\\n\\r\\nrest");
    HeadParser parser = new HeadParser();
    assertTrue(parser.parse(in, LIMITS));
    RequestHead head = parser.head();
    assertEquals("GET", head.method());
    assertEquals("/a?b", head.target());
    assertEquals("/a", head.rawPath());
    assertEquals("b", head.query());
    assertEquals(1, head.minorVersion());
    assertArrayEquals(new String[] {"Host", "x", "A", "b c", "a", ""}, parser.fields());
    assertEquals("rest", in.toString(StandardCharsets.ISO_8859_1));
    assertEquals(in.readerIndex(), head.bytes());
    assertTrue(head.keepAlive());
    assertFalse(head.hasBody());
  }

  @Test
  void readsByteByByte() throws MalformedException {
    String text = "\\r\\nPOST /x HTTP/1.0\\r\\nContent-Length: 12\\r\\nX-Y: z\\r\\n\\r\\n";
    ByteBuf all = bytes(text);
    ByteBuf in = Unpooled.buffer();
    HeadParser parser = new HeadParser();
    while (all.readableBytes() > 1) {
      in.writeByte(all.readByte());
      assertFalse(parser.parse(in, LIMITS));
    }
    in.writeByte(all.readByte());
    assertTrue(parser.parse(in, LIMITS));
    RequestHead head = parser.head();
    assertEquals(0, head.minorVersion());
    assertEquals(12, head.contentLength());
    assertFalse(head.keepAlive());
    assertFalse(in.isReadable());
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "null",
      value = {
        "/, /, null",
        "/?, /, ''",
        "/a?b?c, /a, b?c",
        "http://h/p?q, /p, q",
        "http://h, /, null",
        "http://h?q, /, q",
        "HTTP://h:1/%41, /%41, null"
      })
  void splitsTargets(String target, String path, String query) throws MalformedException {
    RequestHead head = parse("GET " + target + " HTTP/1.1\\r\\nHost: h\\r\\n\\r\\n");
    assertEquals(target, head.target());
    assertEquals(path, head.rawPath());
    if (query == null) {
      assertNull(head.query());
    } else {
      assertEquals(query, head.query());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "HTTP/1.1, '', true",
    "HTTP/1.1, close, false",
    "HTTP/1.1, 'x, Close', false",
    "HTTP/1.1, 'keep-alive', true",
    "HTTP/1.0, '', false",
    "HTTP/1.0, Keep-Alive, true",
    "HTTP/1.0, 'keep-alive, close', false",
    "HTTP/1.9, '', true"
  })
  void knowsWhetherTheConnectionPersists(String version, String field, boolean persists)
      throws MalformedException {
    String line = field.isEmpty() ? "" : "connection: " + field + "\\r\\n";
    RequestHead head = parse("GET / " + version + "\\r\\nHost: h\\r\\n" + line + "\\r\\n");
    assertEquals(persists, head.keepAlive());
  }

  /** Every line stands behind {@code POST / HTTP/1.1} and {@code Host}. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "400|A b: c", // RFC 9112 5.1
        "400|A : c",
        "400| folded", // 5.2
        "400|: c",
        "400|nocolon",
        "400|A: b\\0c", // RFC 9110 5.5
        "400|A: b\\rc",
        "400|A: b\\nB: c", // 2.2
        "400|Host: again",
        "400|Content-Length: -1",
        "400|Content-Length: +1",
        "400|Content-Length: 1 1",
        "400|Content-Length: 0x1",
        "400|Content-Length: ",
        "400|Content-Length: 1,1",
        "400|Content-Length: 12345678901234567890x",
        "413|Content-Length: 1234567890123456789",
        "400|Content-Length: 1\\r\\nContent-Length: 1",
        "400|Content-Length: 1\\r\\nTransfer-Encoding: chunked",
        "400|Transfer-Encoding: gzip", // 6.3: the end is not known
        "501|Transfer-Encoding: gzip, chunked", // 6.1
        "400|Transfer-Encoding: chunked, gzip",
        "400|Transfer-Encoding: chunked\\r\\nTransfer-Encoding: chunked",
        "400|Transfer-Encoding: \\0chunked",
        "400|Transfer-Encoding: xchunke",
        "417|Expect: the-unexpected",
      })
  void refusesFields(int status, String line) {
    MalformedException e =
        assertThrows(
            MalformedException.class,
            () -> parse("POST / HTTP/1.1\\r\\nHost: h\\r\\n" + line + "\\r\\n\\r\\n"));
    assertEquals(status, Refused.status(e), e.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "400| GET / HTTP/1.1",
        "400|GET  / HTTP/1.1",
        "400|GET /  HTTP/1.1",
        "400|GET / HTTP/1.1 ",
        "400|GET\\t/ HTTP/1.1",
        "400|GET /\\0 HTTP/1.1",
        "400|GET /#f HTTP/1.1",
        "400|GET /",
        "400|GET",
        "400|G(T / HTTP/1.1",
        "400|GET / http/1.1",
        "400|GET / HTTP/1",
        "400|GET / HTTP/1.1.1",
        "505|GET / HTTP/2.0",
        "505|GET / HTTP/0.9",
        "400|GET * HTTP/1.1",
        "400|GET a HTTP/1.1",
        "400|GET ftp://a/ HTTP/1.1",
        "400|CONNECT / HTTP/1.1",
        "400|\\r\\n\\r\\nGET / HTTP/1.1",
        "400|\\x16\\x03\\x01 / HTTP/1.1",
      })
  void refusesRequestLines(int status, String line) {
    MalformedException e =
        assertThrows(MalformedException.class, () -> parse(line + "\\r\\nHost: h\\r\\n\\r\\n"));
    assertEquals(status, Refused.status(e), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "a:80", "[::1]:8080", "xn--a.example", "127.0.0.1"})
  void acceptsHosts(String host) throws MalformedException {
    assertEquals(
        host, parse("GET / HTTP/1.1\\r\\nHost: " + host + "\\r\\n\\r\\n").headers().get("host"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a/b", "u@h", "a b", "a,b", "a\\\\b", "h?q"})
  void refusesHosts(String host) {
    assertEquals(
        400,
        Refused.status(
            assertThrows(
                MalformedException.class,
                () -> parse("GET / HTTP/1.1\\r\\nHost: " + host + "\\r\\n\\r\\n"))));
  }

  @Test
  void wantsHostAndNoCodingByVersion() throws MalformedException {
    assertEquals(
        400,
        Refused.status(
            assertThrows(MalformedException.class, () -> parse("GET / HTTP/1.1\\r\\n\\r\\n"))));
    assertEquals(0, parse("GET / HTTP/1.0\\r\\n\\r\\n").headers().size());
    String coded = "POST / HTTP/1.0\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n";
    assertEquals(400, Refused.status(assertThrows(MalformedException.class, () -> parse(coded))));
  }

  @ParameterizedTest
  @CsvSource({"100, 200, 10, 0", "101, 1, 1, 414", "5, 201, 1, 431", "5, 1, 11, 431"})
  void limitsLineFieldAndCount(int line, int field, int fields, int status)
      throws MalformedException {
    String path = "/" + "p".repeat(Math.max(0, line - "GET / HTTP/1.1".length()));
    StringBuilder text = new StringBuilder("GET " + path + " HTTP/1.1\\r\\nHost: h\\r\\n");
    for (int i = 1; i < fields; i++) {
      text.append("a:").append("v".repeat(Math.max(0, field - 2))).append("\\r\\n");
    }
    if (fields == 1 && field > 1) {
      text.append("a:").append("v".repeat(field - 2)).append("\\r\\n");
    }
    if (status == 0) {
      assertEquals(fields, parse(text + "\\r\\n").headers().size());
      return;
    }
    MalformedException e = assertThrows(MalformedException.class, () -> parse(text + "\\r\\n"));
    assertEquals(status, Refused.status(e));
    // The same before the line has ended: nothing is collected beyond the limit.
    MalformedException early =
        assertThrows(
            MalformedException.class, () -> new HeadParser().parse(bytes(text.toString()), LIMITS));
    assertEquals(status, Refused.status(early));
  }

  @Test
  void limitsTheWholeHead() {
    Limits wide = new Limits(100, 8190, 1000, 20_000, 0, 0, 1, 1, 1);
    StringBuilder text = new StringBuilder("GET / HTTP/1.1\\r\\nHost: h\\r\\n");
    for (int i = 0; i < 10; i++) {
      text.append("a: ").append("v".repeat(4000)).append("\\r\\n");
    }
    MalformedException e =
        assertThrows(
            MalformedException.class, () -> new HeadParser().parse(bytes(text.toString()), wide));
    assertEquals(431, Refused.status(e));
  }
}
