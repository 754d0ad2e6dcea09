package org.sluice.backend.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.api.http.Body;
import org.sluice.api.http.Headers;
import org.sluice.api.http.Response;
import org.sluice.testing.Await;
import org.sluice.testing.RawHttpClient;
import org.sluice.testing.RawResponse;

/** What a backend is asked, byte by byte, and what comes back to the client. */
class ForwardTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  private static TestFront front;
  private RawBackend backend;

  @BeforeAll
  static void start() throws IOException {
    front = new TestFront();
  }

  @AfterAll
  static void stop() {
    front.close();
  }

  @BeforeEach
  void open() throws IOException {
    backend = RawBackend.always(OK);
  }

  @AfterEach
  void close() throws IOException {
    front.filter = null;
    backend.close();
  }

  /** The request as the backend got it. */
  private String asked(String request, String... options) throws IOException {
    front.route("r", backend.url() + "base/", options);
    try (RawHttpClient client = front.connect()) {
      assertEquals(200, client.send(request).readResponse().status());
    }
    assertEquals(1, backend.requests.size(), "exactly one request");
    return backend.requests.get(0);
  }

  private static List<String> values(String request, String name) {
    return Arrays.stream(request.split("\r\n"))
        .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
        .map(line -> line.substring(name.length() + 1).strip())
        .toList();
  }

  private String get(String... lines) {
    return "GET /r/x?q=1 HTTP/1.1\r\nHost: site.example\r\n"
        + String.join("", Arrays.stream(lines).map(line -> line + "\r\n").toList())
        + "\r\n";
  }

  @Test
  void identityIsTheFrontsOwn() throws IOException {
    String request =
        asked(
            get(
                "X-Forwarded-For: 6.6.6.6",
                "x-forwarded-host: evil",
                "X_Forwarded_For: 6.6.6.6",
                "X-Forwarded-Prefix: /evil",
                "X-Real-IP: 6.6.6.6",
                "Forwarded: for=6.6.6.6"));
    assertEquals("GET /base/x?q=1 HTTP/1.1", request.split("\r\n")[0]);
    assertEquals(List.of("127.0.0.1:" + backend.port()), values(request, "Host"));
    assertEquals(List.of("127.0.0.1"), values(request, "X-Forwarded-For"));
    assertEquals(List.of("site.example"), values(request, "X-Forwarded-Host"));
    assertEquals(List.of("http"), values(request, "X-Forwarded-Proto"));
    assertEquals(
        List.of("for=127.0.0.1;host=\"site.example\";proto=http"), values(request, "Forwarded"));
    assertEquals(List.of("1.1 sluice"), values(request, "Via"));
    assertFalse(request.contains("6.6.6.6") || request.contains("evil"), request);
  }

  @Test
  void identityIsAppendedWhereAFrontBeforeUsIsTrusted() throws IOException {
    String request =
        asked(
            get("X-Forwarded-For: 1.2.3.4", "Forwarded: for=1.2.3.4", "Via: 1.1 cdn"),
            "forwarded",
            "append");
    assertEquals(List.of("1.2.3.4, 127.0.0.1"), values(request, "X-Forwarded-For"));
    assertTrue(values(request, "Forwarded").get(0).startsWith("for=1.2.3.4, for=127.0.0.1;"));
    assertEquals(List.of("1.1 cdn, 1.1 sluice"), values(request, "Via"));
  }

  @Test
  void identityIsLeftAloneWhenOff() throws IOException {
    String request = asked(get("X-Forwarded-For: 1.2.3.4"), "forwarded", "off");
    assertEquals(List.of("1.2.3.4"), values(request, "X-Forwarded-For"));
    assertEquals(List.of(), values(request, "Forwarded"));
  }

  /** T14: what Connection names goes, but never identity. */
  @Test
  void connectionCannotDropTrust() throws IOException {
    String request =
        asked(
            get(
                "Connection: X-Forwarded-For, X-Custom, Via, Cookie, Host",
                "X-Custom: 1",
                "Cookie: a=b",
                "Keep-Alive: 5",
                "Proxy-Authorization: x",
                "Proxy-Connection: y",
                "TE: gzip",
                "Upgrade: h2c",
                "Proxy: evil",
                "X-Socket-Handoff: /x",
                "Sluice-Handoff: y"));
    assertEquals(List.of("127.0.0.1"), values(request, "X-Forwarded-For"));
    assertEquals(List.of("a=b"), values(request, "Cookie"));
    for (String gone :
        new String[] {
          "Connection",
          "X-Custom",
          "Keep-Alive",
          "Proxy-Authorization",
          "Proxy-Connection",
          "TE",
          "Upgrade",
          "Proxy",
          "X-Socket-Handoff",
          "Sluice-Handoff"
        }) {
      assertEquals(List.of(), values(request, gone), gone);
    }
  }

  @ParameterizedTest
  @CsvSource({"client,site.example", "app.internal:81,app.internal:81"})
  void hostIsKeptOrSet(String option, String host) throws IOException {
    assertEquals(List.of(host), values(asked(get(), "backend.host", option), "Host"));
  }

  @Test
  void fieldsAreFiltered() throws IOException {
    String request =
        asked(
            get("A: 1", "B: 1", "Cookie: keep=1; drop=2; dropped=3"),
            "header.request.set.A",
            "2",
            "header.request.remove.b",
            "on",
            "header.request.add.C",
            "3",
            "backend.cookie-remove",
            "drop*");
    assertEquals(List.of("2"), values(request, "A"));
    assertEquals(List.of(), values(request, "B"));
    assertEquals(List.of("3"), values(request, "C"));
    assertEquals(List.of("keep=1"), values(request, "Cookie"));
  }

  @Test
  void bodyIsFramedAnew() throws IOException {
    String request =
        asked(
            "POST /r/x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTrailer: T\r\n\r\n"
                + "3;ext=1\r\nabc\r\n0\r\nT: v\r\nX-Forwarded-For: 6.6.6.6\r\n\r\n");
    assertEquals(List.of("chunked"), values(request, "Transfer-Encoding"));
    assertTrue(request.endsWith("\r\n\r\n3\r\nabc\r\n0\r\nT: v\r\n\r\n"), request);
  }

  @Test
  void bufferedBodyHasALength() throws IOException {
    String request =
        asked(
            "POST /r/x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "3\r\nabc\r\n0\r\n\r\n",
            "request-buffer",
            "16k");
    assertEquals(List.of("3"), values(request, "Content-Length"));
    assertTrue(request.endsWith("\r\n\r\nabc"), request);
  }

  @Test
  void postWithoutBodySaysSo() throws IOException {
    String request = asked("POST /r/x HTTP/1.1\r\nHost: a\r\n\r\n");
    assertEquals(List.of("0"), values(request, "Content-Length"));
  }

  @Test
  void localSocketIsABackendToo() throws Exception {
    Path socket = Files.createTempDirectory("sl").resolve("b");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket));
      Thread thread =
          new Thread(
              () -> {
                try (SocketChannel peer = server.accept()) {
                  for (int i = 0; i < 2; i++) {
                    ByteBuffer request = ByteBuffer.allocate(4096);
                    peer.read(request);
                    String text = new String(request.array(), 0, request.position());
                    String host = values(text, "Host").get(0);
                    String head = "HTTP/1.1 200 OK\r\nContent-Length: " + host.length();
                    peer.write(ByteBuffer.wrap((head + "\r\n\r\n" + host).getBytes()));
                  }
                } catch (IOException e) {
                  // The front has closed.
                }
              });
      thread.start();
      front.route("u", "unix:" + socket + "|http://inside.example/x/");
      try (RawHttpClient client = front.connect()) {
        // Twice on one connection: only one was accepted.
        assertEquals("inside.example", client.get("/u/").readResponse().text());
        assertEquals("inside.example", client.get("/u/").readResponse().text());
      }
    } finally {
      Files.delete(socket);
      Files.delete(socket.getParent());
    }
  }

  @Test
  void traceIsRefusedAndLastHopAnswers() throws IOException {
    front.route("r", backend.url());
    try (RawHttpClient client = front.connect()) {
      client.send("TRACE /r/ HTTP/1.1\r\nHost: a\r\n\r\n");
      assertEquals(405, client.readResponse().status());
      client.send("OPTIONS /r/ HTTP/1.1\r\nHost: a\r\nMax-Forwards: 0\r\n\r\n");
      assertEquals(200, client.readResponse("OPTIONS").status());
      for (String bad : new String[] {"x", "-1", "1x", ""}) {
        client.send("OPTIONS /r/ HTTP/1.1\r\nHost: a\r\nMax-Forwards: " + bad + "\r\n\r\n");
        assertEquals(400, client.readResponse("OPTIONS").status(), bad);
      }
    }
    assertEquals(0, backend.requests.size());
    String forwarded = asked("OPTIONS /r/ HTTP/1.1\r\nHost: a\r\nMax-Forwards: 5\r\n\r\n");
    assertEquals(List.of("4"), values(forwarded, "Max-Forwards"));
  }

  private RawResponse answer(String response, String... options) throws IOException {
    try (RawBackend answering =
        new RawBackend(
            peer -> {
              peer.request();
              peer.send(response.replace("PORT", Integer.toString(peer.socket.getLocalPort())));
            })) {
      front.route("a", answering.url() + "app/", options);
      try (RawHttpClient client = front.connect()) {
        return client.get("/a/x").readResponse();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "http://127.0.0.1:PORT/app/login, http://localhost/a/login",
    "HTTP://127.0.0.1:PORT/app/?x=1, http://localhost/a/?x=1",
    "http://127.0.0.1:PORT/apple, http://127.0.0.1:PORT/apple",
    "http://127.0.0.1:PORT/APP/x, http://127.0.0.1:PORT/APP/x",
    "http://127.0.0.1.evil/app/x, http://127.0.0.1.evil/app/x",
    "/app/login, /app/login",
  })
  void locationIsRewritten(String given, String wanted) throws IOException {
    RawResponse answer =
        answer("HTTP/1.1 302 Found\r\nLocation: " + given + "\r\nContent-Length: 0\r\n\r\n");
    String port =
        wanted.contains("PORT")
            ? answer.header("Location").replaceAll(":[0-9]+/", ":PORT/")
            : answer.header("Location");
    assertEquals(wanted, port);
  }

  @Test
  void pathsOfLocationAreRewrittenByRule() throws IOException {
    RawResponse answer =
        answer(
            "HTTP/1.1 302 Found\r\nLocation: /app/login\r\nContent-Length: 0\r\n\r\n",
            "backend.reverse",
            "auto,/app/");
    assertEquals("http://localhost/a/login", answer.header("Location"));
  }

  @Test
  void cookiesAreRewritten() throws IOException {
    RawResponse answer =
        answer(
            "HTTP/1.1 200 OK\r\n"
                + "Set-Cookie: path=/app/secret; Path=/app/x; Domain=.internal.example\r\n"
                + "Set-Cookie: gone=1\r\n"
                + "Content-Length: 0\r\n\r\n",
            "backend.cookie-path",
            "/app/ /a/",
            "backend.cookie-domain",
            ".INTERNAL site.example",
            "backend.cookie-remove",
            "gone");
    assertEquals(1, answer.count("Set-Cookie"));
    assertEquals("path=/app/secret; Path=/a/; Domain=site.example", answer.header("Set-Cookie"));
  }

  @Test
  void fieldsOfTheHopStay() throws IOException {
    RawResponse answer =
        answer(
            "HTTP/1.1 200 OK\r\n"
                + "Server: b\r\n"
                + "X-Powered-By: p\r\n"
                + "Connection: X-Hop, close\r\n"
                + "X-Hop: 1\r\n"
                + "Keep-Alive: x\r\n"
                + "Content-Length: 0\r\n\r\n");
    assertEquals("b", answer.header("Server"));
    assertEquals("p", answer.header("X-Powered-By"));
    assertEquals(0, answer.count("X-Hop") + answer.count("Keep-Alive"));
  }

  @Test
  void interimResponsesAndTrailersPass() throws IOException {
    try (RawBackend answering =
        RawBackend.always(
            "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\nX-Socket-Handoff: /x\r\n\r\n"
                + "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "3\r\nabc\r\n0\r\nT: v\r\nX-Handoff-Data: x\r\nSet-Cookie: y\r\n\r\n")) {
      front.route("t", answering.url());
      try (RawHttpClient client = front.connect()) {
        RawResponse hints = client.get("/t/").readResponse();
        assertEquals(103, hints.status());
        assertEquals("</x>", hints.header("Link"));
        assertEquals(0, hints.count("X-Socket-Handoff"));
        RawResponse answer = client.readResponse();
        assertEquals("abc", answer.text());
        assertTrue(answer.rawText().endsWith("0\r\nT: v\r\n\r\n"), answer.rawText());
        assertEquals("abc", second(client).text());
      }
      assertEquals(1, answering.connections.get(), "the connection was used again");
    }
  }

  private static RawResponse second(RawHttpClient client) throws IOException {
    client.get("/t/").readResponse();
    return client.readResponse();
  }

  @Test
  void headHasTheLengthAndNoBody() throws IOException {
    try (RawBackend answering =
        RawBackend.always("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")) {
      front.route("h", answering.url());
      try (RawHttpClient client = front.connect()) {
        for (int i = 0; i < 2; i++) {
          client.send("HEAD /h/ HTTP/1.1\r\nHost: a\r\n\r\n");
          assertEquals("1000", client.readResponse("HEAD").header("Content-Length"));
        }
      }
      assertEquals(1, answering.connections.get());
    }
  }

  @Test
  void expectIsForwardedAndAnsweredByTheBackend() throws IOException {
    try (RawBackend answering =
        new RawBackend(
            peer -> {
              String head = peer.head();
              assertTrue(head.contains("Expect: 100-continue"), head);
              peer.send("HTTP/1.1 100 Continue\r\n\r\n");
              assertEquals("abc", new String(peer.in().readNBytes(3)));
              peer.send(OK);
            })) {
      front.route("e", answering.url());
      try (RawHttpClient client = front.connect()) {
        client.send(
            "PUT /e/ HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
        assertEquals(100, client.readResponse("PUT").status());
        assertEquals("ok", client.send("abc").readResponse("PUT").text());
      }
    }
  }

  /** The response begins before the request has ended, and both go on. */
  @Test
  void echoAnswersWhileItReads() throws IOException {
    try (RawBackend answering =
        new RawBackend(
            peer -> {
              peer.head();
              peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
              for (int i = 0; i < 3; i++) {
                peer.send("1\r\n" + (char) peer.in().read() + "\r\n");
              }
              peer.send("0\r\n\r\n").hold();
            })) {
      front.route("echo", answering.url());
      try (RawHttpClient client = front.connect()) {
        client.send("POST /echo/ HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n");
        assertTrue(client.readHead().startsWith("HTTP/1.1 200 "));
        for (String letter : new String[] {"a", "b", "c"}) {
          client.send(letter);
          assertEquals("1\r\n" + letter + "\r\n", new String(client.read(6)));
        }
        assertEquals("0\r\n\r\n", new String(client.read(5)));
      }
    }
  }

  @Test
  void refusedExpectationCostsNoBody() throws IOException {
    try (RawBackend answering =
        new RawBackend(
            peer -> {
              peer.head();
              peer.send("HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n").hold();
            })) {
      front.route("e", answering.url());
      try (RawHttpClient client = front.connect()) {
        client.send(
            "PUT /e/ HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
        assertEquals(401, client.readResponse("PUT").status());
      }
    }
  }

  @Test
  void anApplicationsWordReachesTheFiltersAndItsBodyCanBeDropped() throws IOException {
    try (RawBackend answering =
        RawBackend.always(
            "HTTP/1.1 200 OK\r\nX-Socket-Handoff: /run/x.sock\r\nX-Handoff-Data: {\"a\":1}\r\n"
                + "Content-Length: 100000\r\n\r\n"
                + "z".repeat(100_000))) {
      front.filter =
          (exchange, response) -> {
            Headers seen = response.headers();
            response.body().close();
            return Response.of(
                200,
                Headers.empty(),
                Body.of(seen.get("X-Socket-Handoff") + seen.get("X-Handoff-Data")));
          };
      front.route("w", answering.url());
      try (RawHttpClient client = front.connect()) {
        for (int i = 0; i < 3; i++) {
          assertEquals("/run/x.sock{\"a\":1}", client.get("/w/").readResponse().text());
        }
      }
      Backend account = front.backends.at(Address.ofHost("127.0.0.1", answering.port()));
      Await.until(() -> account.running.get() == 0, "nothing runs");
    }
  }

  /** It has a limit of its own, which {@code backend.limit-field} is not. */
  @Test
  void dataOfAHandOffMayBeLong() throws IOException {
    String data = "d".repeat(65_535);
    String head = "HTTP/1.1 200 OK\r\nX-Socket-Handoff: /x\r\nContent-Length: 0\r\n";
    try (RawBackend answering =
            RawBackend.always(head + "x-handoff-data: " + data + "\r\nX-A: b\r\n\r\n");
        RawBackend bad = RawBackend.always(head + "X-Handoff: " + data + "\r\n\r\n")) {
      front.filter =
          (exchange, response) -> {
            Headers seen = response.headers();
            String text = seen.get("X-Handoff-Data").length() + seen.get("X-A");
            return Response.of(200, Headers.empty(), Body.of(text));
          };
      front.route("long", answering.url());
      try (RawHttpClient client = front.connect()) {
        assertEquals("65535b", client.get("/long/").readResponse().text());
      }
      front.filter = (exchange, response) -> response;
      front.route("bad", bad.url());
      try (RawHttpClient client = front.connect()) {
        assertEquals(502, client.get("/bad/").readResponse().status());
      }
    }
  }

  /**
   * A word that comes before the request was read waits for the request's end: whoever gets the
   * socket finds nothing of it there.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Content-Length: 6 | abc | def",
        "Transfer-Encoding: chunked | 3~abc~ | 3~def~0~~",
        "Content-Length: 3~Expect: 100-continue | | abc"
      })
  void earlyWordWaitsForTheBody(String fields, String start, String rest) throws IOException {
    String word = "HTTP/1.1 200 OK\r\nSluice-Handoff: x\r\nContent-Length: 2\r\n\r\nno";
    try (RawBackend answering =
        new RawBackend(
            peer -> {
              if (peer.head() != null) {
                peer.send(word);
                peer.hold();
              }
            })) {
      front.filter =
          (exchange, response) ->
              Response.of(200, Headers.empty(), Body.of(response.headers().get("Sluice-Handoff")));
      front.route("w", answering.url());
      try (RawHttpClient client = front.connect()) {
        for (int i = 1; i <= 2; i++) {
          int connections = i;
          client.send("POST /w/ HTTP/1.1\r\nHost: a\r\n" + lines(fields) + "\r\n\r\n");
          client.send(start == null ? "" : lines(start));
          if (fields.contains("Expect")) {
            assertEquals(100, client.readResponse("POST").status());
          }
          Await.until(() -> answering.connections.get() == connections, "asked, and never again");
          assertTrue(client.silentFor(Duration.ofMillis(50)), "it waits");
          assertEquals("x", client.send(lines(rest)).readResponse("POST").text());
        }
      }
      Backend account = front.backends.at(Address.ofHost("127.0.0.1", answering.port()));
      Await.until(() -> account.running.get() == 0 && account.open.get() == 0, "all is closed");
    }
  }

  private static String lines(String text) {
    return text.replace("~", "\r\n");
  }

  /** Neither a backend that leaves nor a client that leaves leaves anything behind. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void earlyWordOutlivesItsBackend(boolean clientLeaves) throws IOException {
    try (RawBackend answering =
        new RawBackend(
            peer -> {
              peer.head();
              peer.send("HTTP/1.1 200 OK\r\nSluice-Handoff: x\r\nContent-Length: 9\r\n\r\n");
              peer.reset();
            })) {
      front.filter =
          (exchange, response) -> {
            response.body().close();
            return Response.of(200, Headers.empty(), Body.of("handed over"));
          };
      front.route("w", answering.url());
      Backend account = front.backends.at(Address.ofHost("127.0.0.1", answering.port()));
      try (RawHttpClient client = front.connect()) {
        client.send("POST /w/ HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n");
        Await.until(
            () -> account.connects.sum() == 1 && account.open.get() == 0, "the backend has left");
        if (clientLeaves) {
          client.reset();
        } else {
          assertEquals("handed over", client.send("abc").readResponse("POST").text());
        }
      }
      Await.until(() -> account.running.get() == 0, "nothing runs");
    }
  }

  @Test
  void upgradeIsATunnel() throws IOException {
    try (RawBackend answering =
        new RawBackend(
            peer -> {
              String head = peer.head();
              assertTrue(head.contains("Connection: Upgrade\r\nUpgrade: websocket\r\n"), head);
              peer.send(
                  "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                      + "Connection: Upgrade\r\n"
                      + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\nhello");
              int b;
              while ((b = peer.in().read()) >= 0) {
                peer.send(new byte[] {(byte) Character.toUpperCase(b)});
              }
              peer.send("bye");
            })) {
      front.route("ws", answering.url());
      try (RawHttpClient client = front.connect()) {
        client.get(
            "/ws/",
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");
        String head = client.readHead();
        assertTrue(head.startsWith("HTTP/1.1 101 ") && head.contains("Upgrade: websocket"), head);
        assertEquals("hello", new String(client.read(5)));
        client.send("abc");
        assertEquals("ABC", new String(client.read(3)));
        client.halfClose();
        assertEquals("bye", new String(client.readToEnd()));
      }
      Backend account = front.backends.at(Address.ofHost("127.0.0.1", answering.port()));
      Await.until(() -> account.open.get() == 0, "the tunnel is gone");
    }
  }

  /** T16: no tunnel without a 101 that was checked. */
  @ParameterizedTest
  @CsvSource({
    "Upgrade: websocket, 502",
    "Upgrade: websocket|Connection: Upgrade|Sec-WebSocket-Accept: wrong, 502",
    "Upgrade: other|Connection: Upgrade|Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=, 502",
    "Connection: Upgrade|Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=, 502",
  })
  void badUpgradeIsNone(String fields, int status) throws IOException {
    String head = "HTTP/1.1 101 Switching Protocols\r\n" + fields.replace("|", "\r\n") + "\r\n\r\n";
    try (RawBackend answering = RawBackend.always(head)) {
      front.route("ws", answering.url());
      try (RawHttpClient client = front.connect()) {
        client.get(
            "/ws/",
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");
        assertEquals(status, client.readResponse().status());
      }
    }
  }

  @Test
  void errorsAreOverriddenWithoutLosingTheChallenge() throws IOException {
    RawResponse answer =
        answer(
            "HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=x\r\nContent-Length: 6\r\n\r\nsecret",
            "error-override",
            "401,500-599");
    assertEquals(401, answer.status());
    assertEquals("Basic realm=x", answer.header("WWW-Authenticate"));
    assertFalse(answer.text().contains("secret"));
    assertEquals(
        "not mine",
        answer("HTTP/1.1 404 No\r\nContent-Length: 8\r\n\r\nnot mine", "error-override", "500-599")
            .text());
  }

  @Test
  void connectionsAreLimitedAndWaitedFor() throws Exception {
    front.route("l", backend.url(), "backend.connections", "1", "backend.acquire-timeout", "5s");
    Backend account = front.backends.at(Address.ofHost("127.0.0.1", backend.port()));
    try (RawHttpClient one = front.connect();
        RawHttpClient two = front.connect()) {
      // The clients are on different loops: the idle connection of one gives way to the other.
      for (int i = 0; i < 3; i++) {
        assertEquals("ok", one.get("/l/").readResponse().text());
        assertEquals("ok", two.get("/l/").readResponse().text());
        assertTrue(account.open.get() <= 1, "one connection at a time");
      }
    }
  }
}
