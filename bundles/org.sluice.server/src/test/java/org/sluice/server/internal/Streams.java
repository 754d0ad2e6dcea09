package org.sluice.server.internal;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;
import net.jqwik.api.Tuple.Tuple2;

/** Streams of bytes that are nearly HTTP/1.1: messages by the grammar, then damage. */
final class Streams {
  /** What damage is made of: whatever readers have disagreed on. */
  private static final String[] PIECES = {
    "\r",
    "\n",
    "\r\n",
    "\r\n\r\n",
    " ",
    "\t",
    "\0",
    "\u000b",
    ":",
    ";",
    ",",
    "=",
    "\"",
    "\\",
    "0",
    "1",
    "5",
    "a",
    "f",
    "x",
    "-",
    "+",
    "_",
    "0x",
    "\u00a0",
    "\u00e9",
    "\u007f",
    "?",
    "#",
    "%",
    "//",
    "http://",
    "@",
    "[",
    "]",
    "[::1]",
    ".",
    "..",
    "close",
    "keep-alive",
    "chunked",
    "identity",
    "0\r\n\r\n",
    "1\r\nx\r\n",
    "Host: b\r\n",
    "Content-Length: 0\r\n",
    "Content-Length: 5\r\n",
    "Transfer-Encoding: chunked\r\n",
    "Transfer-Encoding: x\r\n",
    " folded\r\n",
    "Connection: close\r\n",
    "Expect: 100-continue\r\n",
    "HTTP/1.0",
    "HTTP/1.1",
    "HTTP/2.0",
    "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n",
    ";a=\"b\"",
    "00000000000000000",
    "18446744073709551621",
  };

  private static final Arbitrary<String> TARGET =
      Arbitraries.frequency(
          Tuple.of(20, "/"),
          Tuple.of(5, "/a?b"),
          Tuple.of(2, "http://b.example/x"),
          Tuple.of(1, "http://[::1]:80"),
          Tuple.of(1, "https://a/"),
          Tuple.of(1, "http://u@a/"),
          Tuple.of(1, "*"),
          Tuple.of(1, "a:1"),
          Tuple.of(1, "/\u00e9"));

  private static final Arbitrary<String> FIELD =
      Arbitraries.frequency(
          Tuple.of(20, "A: b\r\n"),
          Tuple.of(5, "a:\r\n"),
          Tuple.of(5, "B:\t c d\t\r\n"),
          Tuple.of(3, "Connection: keep-alive\r\n"),
          Tuple.of(1, "Connection: x, close\r\n"),
          Tuple.of(1, "Expect: 100-continue\r\n"),
          Tuple.of(1, "Upgrade: x\r\n"),
          Tuple.of(1, "TE: trailers\r\n"),
          Tuple.of(1, "Host: b\r\n"),
          Tuple.of(1, "Transfer-Encoding: chunked\r\n"),
          Tuple.of(1, "Content-Length: 3\r\n"),
          Tuple.of(1, "A : b\r\n"),
          Tuple.of(1, " fold\r\n"));

  private static final Arbitrary<String> CONTENT =
      Arbitraries.frequency(
          Tuple.of(5, "x"),
          Tuple.of(5, "hello"),
          Tuple.of(3, "0\r\n\r\n"),
          Tuple.of(3, "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"),
          Tuple.of(1, "\r\n"));

  private static final Arbitrary<String> EXTENSION =
      Arbitraries.frequency(
          Tuple.of(20, ""),
          Tuple.of(2, ";a"),
          Tuple.of(2, ";a=b"),
          Tuple.of(2, " ; a = \"b;\\\"c\""),
          Tuple.of(1, ";a=\"\r\n\""),
          Tuple.of(1, ";"));

  private Streams() {}

  /** Streams of one to four messages, most of them with one to three places of damage. */
  static Arbitrary<String> all() {
    Arbitrary<String> messages =
        message().list().ofMinSize(1).ofMaxSize(4).map(all -> String.join("", all));
    Arbitrary<List<Tuple2<Integer, String>>> damage =
        Combinators.combine(Arbitraries.integers().between(0, 4095), Arbitraries.of(PIECES))
            .as(Tuple::of)
            .list()
            .ofMaxSize(3);
    return Combinators.combine(messages, damage).as(Streams::damaged);
  }

  private static String damaged(String stream, List<Tuple2<Integer, String>> places) {
    StringBuilder out = new StringBuilder(stream);
    for (Tuple2<Integer, String> place : places) {
      int at = (place.get1() >> 2) % (out.length() + 1);
      switch (place.get1() & 3) {
        case 0 -> out.insert(at, place.get2());
        case 1 -> out.replace(at, Math.min(out.length(), at + place.get2().length()), place.get2());
        case 2 -> out.delete(at, Math.min(out.length(), at + 1 + place.get2().length() % 3));
        default -> out.setLength(Math.max(1, at));
      }
    }
    return out.toString();
  }

  private static Arbitrary<String> message() {
    Arbitrary<String> method =
        Arbitraries.frequency(
            Tuple.of(10, "GET"),
            Tuple.of(10, "POST"),
            Tuple.of(2, "HEAD"),
            Tuple.of(2, "OPTIONS"),
            Tuple.of(1, "TRACE"),
            Tuple.of(1, "CONNECT"),
            Tuple.of(1, "F~O"));
    Arbitrary<String> version =
        Arbitraries.frequency(
            Tuple.of(30, "HTTP/1.1"), Tuple.of(3, "HTTP/1.0"), Tuple.of(1, "HTTP/1.2"));
    Arbitrary<String> fields =
        FIELD.list().ofMaxSize(4).map(all -> "Host: a\r\n" + String.join("", all));
    return Combinators.combine(method, TARGET, version, fields, body())
        .as((m, t, v, f, b) -> m + " " + t + " " + v + "\r\n" + f + b);
  }

  /** The last fields of a head, its end, and the body they announce. */
  private static Arbitrary<String> body() {
    Arbitrary<String> length =
        CONTENT.map(text -> "Content-Length: " + text.length() + "\r\n\r\n" + text);
    Arbitrary<String> chunk =
        Combinators.combine(CONTENT, EXTENSION)
            .as((text, ext) -> Integer.toHexString(text.length()) + ext + "\r\n" + text + "\r\n");
    Arbitrary<String> trailer =
        Arbitraries.frequency(
            Tuple.of(10, ""), Tuple.of(3, "T: u\r\n"), Tuple.of(1, "Content-Length: 1\r\n"));
    Arbitrary<String> chunked =
        Combinators.combine(chunk.list().ofMaxSize(3), EXTENSION, trailer)
            .as(
                (chunks, ext, end) ->
                    "Transfer-Encoding: chunked\r\n\r\n"
                        + String.join("", chunks)
                        + "0"
                        + ext
                        + "\r\n"
                        + end
                        + "\r\n");
    return Arbitraries.frequencyOf(
        Tuple.of(5, Arbitraries.just("\r\n")), Tuple.of(5, length), Tuple.of(6, chunked));
  }
}
