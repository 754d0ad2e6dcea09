package org.sluice.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.testing.RawHttpClient;
import org.sluice.testing.RawHttpClient.End;
import org.sluice.testing.RawResponse;

/**
 * Classes of bugs that front servers have had, as far as the engine is concerned. T1 is {@link
 * HttpWireIT}, T11 {@link SlowClientsIT} and {@link SitesIT}, T12 {@link LeaksIT}, T15 {@link
 * HotSwapIT}.
 */
class HttpThreatsIT {
  private static Front front;

  @BeforeAll
  static void start() throws IOException {
    Base base =
        Base.withSite("threats", "error.404=/missing")
            .fixed("all", "/all", "all")
            .fixed("missing", "/missing", "nothing here")
            .route("refused", "path=/refused", "target=status:403")
            .route("page", "path=/page", "target=page:/all")
            .deploy("page.jar", Distribution.plugin("page"));
    for (int i = 0; i < 50; i++) {
      base.fixed("n" + i, "/n/" + i, "answer " + i);
    }
    front = Front.start(base);
  }

  @AfterAll
  static void stop() {
    front.close();
  }

  /** T3: what a client names is never connected to. */
  @Test
  void t3TheClientChoosesNoTarget() throws Exception {
    try (ServerSocket bait = new ServerSocket(0, 10, InetAddress.getByName("127.0.0.1"))) {
      String where = "127.0.0.1:" + bait.getLocalPort();
      for (String head :
          new String[] {
            "GET http://" + where + "/all HTTP/1.1\r\nHost: a",
            "GET /all HTTP/1.1\r\nHost: " + where,
            "CONNECT " + where + " HTTP/1.1\r\nHost: " + where,
            "GET /http://" + where + "/ HTTP/1.1\r\nHost: a",
            "GET //" + where + "/all HTTP/1.1\r\nHost: a",
            "GET unix:/run/x|http://" + where + "/ HTTP/1.1\r\nHost: a",
            "GET /all?url=http://" + where + "/ HTTP/1.1\r\nHost: a",
            "GET /all HTTP/1.1\r\nHost: a\r\nX-Forwarded-Host: " + where,
          }) {
        try (RawHttpClient client = front.connect()) {
          client.send(head + "\r\n\r\n").readResponse();
        }
      }
      bait.setSoTimeout(1);
      try {
        bait.accept().close();
        throw new AssertionError("the front connected to what a client named");
      } catch (java.net.SocketTimeoutException nobody) {
        // As it should be: every request has been answered by now.
      }
    }
  }

  /** T4: one decoding, and nothing above the root. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/all/%2e%2e/%2e%2e/x",
        "/../all",
        "/all/..%2f..",
        "/all/%00",
        "/all/%zz",
        "/all/%",
        "/all/%c0%af",
        "/all/%ff",
        "/all/\\..\\",
        "/all%0d%0aX:y"
      })
  void t4PathsAreReadOnce(String path) throws Exception {
    try (RawHttpClient client = front.connect()) {
      int status = client.get(path).readResponse().status();
      assertTrue(status == 400 || status == 404, path + " gave " + status);
    }
  }

  /** T9: what a client sends is not shown in an error page. */
  @ParameterizedTest
  @ValueSource(strings = {"text/html", "application/json", "text/plain"})
  void t9ErrorPagesShowNothingOfTheRequest(String accept) throws Exception {
    for (String target :
        new String[] {"/refused/<script>", "/refused/'x'", "/refused/%3Cscript%3E"}) {
      try (RawHttpClient client = front.connect()) {
        client.send(
            "GET "
                + target
                + " HTTP/1.1\r\nHost: evil-host\r\nX: evil-field\r\nAccept: "
                + accept
                + "\r\n\r\n");
        String all = client.readResponse().rawText();
        assertFalse(all.contains("script") || all.contains("'x'") || all.contains("evil"), all);
        assertFalse(all.matches("(?s).*(Netty|Java|OSGi|Felix).*"), "no versions: " + all);
      }
    }
  }

  /** T10: bytes of a client forge no line of the log. */
  @Test
  void t10TheLogCannotBeForged() throws Exception {
    for (String head :
        new String[] {
          "GET /\r2030-01-01 ERROR forged HTTP/1.1\r\nHost: a",
          "GET / HTTP/1.1\r\nHost: forged\nERROR forged",
          "forged / HTTP/1.1\r\nHost: forged forged",
          "GET /forged%0d%0aERROR%20forged HTTP/1.1\r\nHost: a",
        }) {
      try (RawHttpClient client = front.connect()) {
        client.send(head + "\r\n\r\n").readResponse();
      }
    }
    assertEquals("all", front.get("/all").text());
    assertEquals(List.of(), front.lines("forged"));
  }

  /** T13: a hundred clients that pipeline, leave and come back get their own answers only. */
  @Test
  void t13AnswersBelongToTheirRequests() throws Exception {
    List<CompletableFuture<Void>> clients = new ArrayList<>();
    for (int c = 0; c < 20; c++) {
      int first = c;
      clients.add(CompletableFuture.runAsync(() -> pipeline(first)));
    }
    for (CompletableFuture<Void> client : clients) {
      client.join();
    }
  }

  private static void pipeline(int first) {
    try {
      for (int round = 0; round < 10; round++) {
        try (RawHttpClient client = front.connect()) {
          StringBuilder all = new StringBuilder();
          for (int i = 0; i < 20; i++) {
            int n = (first * 7 + i) % 50;
            String body = i % 3 == 0 ? "Content-Length: 3\r\n\r\nabc" : "\r\n";
            all.append("POST /n/").append(n).append(" HTTP/1.1\r\nHost: a\r\n").append(body);
          }
          client.send(all.toString());
          if (round % 3 == 2) {
            client.reset();
            continue;
          }
          for (int i = 0; i < 20; i++) {
            assertEquals("answer " + (first * 7 + i) % 50, client.readResponse("POST").text());
          }
        }
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** T16: no other protocol without a 101; what follows is read as HTTP, or not at all. */
  @Test
  void t16NoTunnelWithoutASwitch() throws Exception {
    try (RawHttpClient client = front.connect()) {
      client.get("/all", "Connection: Upgrade", "Upgrade: websocket");
      assertEquals(200, client.readResponse().status());
      client.send("\u0081\u0005hello");
      assertEquals(400, client.readResponse().status());
      assertEquals(End.EOF, client.awaitEnd());
    }
    try (RawHttpClient client = front.connect()) {
      client.send(
          "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\nGET /all HTTP/1.1\r\nHost: a\r\n\r\n");
      assertEquals(501, client.readResponse("CONNECT").status());
      assertEquals(End.EOF, client.awaitEnd());
    }
  }

  /** A client that has sent all it wanted, and said so, gets every answer. */
  @Test
  void halfClosedClientsGetTheirAnswers() throws Exception {
    try (RawHttpClient client = front.connect()) {
      for (int i = 0; i < 50; i++) {
        client.get("/n/" + i, "X: " + "x".repeat(500));
      }
      client.halfClose();
      for (int i = 0; i < 50; i++) {
        assertEquals("answer " + i, client.readResponse().text());
      }
      assertEquals(End.EOF, client.awaitEnd());
    }
  }

  @Test
  void everyHeadHasADateAndAName() throws Exception {
    for (String target : new String[] {"/all", "/nowhere", "/refused", "*bad*"}) {
      RawResponse answer;
      try (RawHttpClient client = front.connect()) {
        answer = client.get(target).readResponse();
      }
      assertEquals(1, answer.count("Date"), answer::rawText);
      assertEquals("Sluice", answer.header("Server"));
      assertEquals(1, answer.count("Content-Length"));
    }
  }

  @Test
  void idsTellExchangesApart() throws Exception {
    String first = front.get("/refused").text();
    assertNotEquals(first, front.get("/refused").text());
    assertTrue(first.matches("403 Forbidden\nfixed [0-9a-z]+-[0-9a-z]+\n"), first);
  }

  /** W3C Trace Context: the client's trace goes on, doubt begins a new one. */
  @Test
  void everyExchangeHasATrace() throws Exception {
    String trace = "0af7651916cd43dd8448eb211c80319c";
    String given = "00-" + trace + "-b7ad6b7169203331-01";
    String next = front.get("/page", "Traceparent: " + given).header("X-Trace");
    assertTrue(next.matches("00-" + trace + "-[0-9a-f]{16}-01"), next);
    assertNotEquals(given, next);
    String own = front.get("/page").header("X-Trace");
    assertTrue(own.matches("00-[0-9a-f]{32}-[0-9a-f]{16}-01"), own);
    String doubt =
        front.get("/page", "traceparent: " + given, "traceparent: " + given).header("X-Trace");
    assertFalse(doubt.contains(trace), doubt);
  }
}
