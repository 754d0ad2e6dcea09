package org.sluice.itests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.testing.Await;
import org.sluice.testing.RawHttpClient;
import org.sluice.testing.RawHttpClient.End;
import org.sluice.testing.RawResponse;

/** Requests of every shape at routes that hand over. */
class RequestShapesIT {
  private static final int LARGE = 6 * 1024 * 1024;

  private static Front front;
  private static TestReceiver body;
  private static TestReceiver whole;
  private long before;

  @BeforeAll
  static void start() throws IOException {
    Base base =
        Base.make("request-shapes")
            .site("main", "listen=127.0.0.1:0,127.0.0.2:0")
            .site("named", "listen=127.0.0.1:0", "hosts=named.example,*.wild.example")
            .site("second", "listen=127.0.0.3:0", "hosts=only.example")
            .route("fixed", "path=/fixed", "target=status:200", "status.text=fixed")
            .route("named", "site=named", "path=/", "target=status:200", "status.text=named")
            .route("second", "site=second", "path=/", "target=status:200", "status.text=second")
            .route("flush", "site=main", "path=/flush", "target=fd:run/body.sock")
            .route("raw", "site=main", "path=/raw", "target=fd:run/whole.sock", "flusher=raw")
            .route("drop", "site=main", "path=/flush/drop", "handoff.body=drop")
            .route(
                "large",
                "site=main",
                "path=/large",
                "target=fd:run/body.sock",
                "flusher=opening",
                "opening.file=large.bin")
            .route(
                "full",
                "site=main",
                "path=/full",
                "target=fd:run/full.sock",
                "flusher=raw",
                "handoff.connect-timeout=20s")
            .route("page", "site=main", "path=/page", "target=page:/flush")
            .route("page-raw", "site=main", "path=/page/raw", "target=page:/raw")
            .deploy("page.jar", Distribution.plugin("page"));
    Files.write(base.path("large.bin"), Bytes.xs(LARGE));
    body = TestReceiver.open(base, "run/body.sock", TestReceiver.BODY);
    whole = TestReceiver.open(base, "run/whole.sock", TestReceiver.WHOLE);
    front = Front.start(base);
  }

  @AfterAll
  static void stop() throws IOException {
    front.close();
    body.close();
    whole.close();
  }

  @BeforeEach
  void count() {
    before = handedOff();
  }

  private static long handedOff() {
    return body.handedOff() + whole.handedOff();
  }

  private static void assertServes(RawHttpClient client) throws IOException {
    assertEquals("fixed", client.get("/fixed").readResponse().text());
  }

  @Test
  void headGetsTheHeadAndNothingIsPassed() throws Exception {
    try (RawHttpClient client = front.connect()) {
      client.send("HEAD /flush HTTP/1.1\r\nHost: a\r\n\r\n");
      RawResponse answer = client.readResponse("HEAD");
      assertEquals(200, answer.status());
      assertEquals(0, answer.count("Content-Length"), answer::rawText);
      assertServes(client);
    }
    assertEquals(before, handedOff());
  }

  @Test
  void headWithRawIsNotImplemented() throws Exception {
    try (RawHttpClient client = front.connect()) {
      client.send("HEAD /raw HTTP/1.1\r\nHost: a\r\n\r\n");
      assertEquals(501, client.readResponse("HEAD").status());
      assertServes(client);
    }
    assertEquals(before, handedOff());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 5\r\n\r\nhello",
        "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
      })
  void bodiesAreRefusedOrDropped(String rest) throws Exception {
    try (RawHttpClient client = front.connect()) {
      client.send("POST /flush HTTP/1.1\r\nHost: a\r\n" + rest);
      assertEquals(501, client.readResponse("POST").status());
    }
    assertEquals(before, handedOff());
    try (RawHttpClient client = front.connect()) {
      client.send("POST /flush/drop HTTP/1.1\r\nHost: a\r\n" + rest);
      assertEquals(TestReceiver.BODY, client.readResponse("POST").text());
    }
    assertEquals(before + 1, handedOff());
  }

  @Test
  void anEmptyBodyIsNoBody() throws Exception {
    try (RawHttpClient client = front.connect()) {
      client.send("POST /flush HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
      assertEquals(TestReceiver.BODY, client.readResponse("POST").text());
    }
  }

  @Test
  void expectIsAnsweredWhereTheBodyIsReadAndNowhereElse() throws Exception {
    String head = " HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n";
    try (RawHttpClient client = front.connect()) {
      client.send("POST /flush/drop" + head);
      assertEquals(100, client.readResponse("POST").status());
      client.send("hello");
      assertEquals(TestReceiver.BODY, client.readResponse("POST").text());
    }
    try (RawHttpClient client = front.connect()) {
      client.send("POST /flush" + head);
      assertEquals(501, client.readResponse("POST").status());
    }
    assertEquals(before + 1, handedOff());
  }

  @Test
  void pipelinedBehindAHandOffIsLostAndSaid() throws Exception {
    long lost = front.handOffs("flush", "bytes-lost");
    try (RawHttpClient client = front.connect()) {
      client.send("GET /flush HTTP/1.1\r\nHost: a\r\n\r\nGET /fixed HTTP/1.1\r\nHost: a\r\n\r\n");
      String all = Bytes.masked(client.readToEnd());
      assertEquals(
          "HTTP/1.1 200 OK\r\nDate: *\r\nServer: Sluice\r\nConnection: close\r\n\r\n"
              + TestReceiver.BODY,
          all);
    }
    assertEquals(before + 1, handedOff());
    assertEquals(lost + 1, front.handOffs("flush", "bytes-lost"));
  }

  @Test
  void pipelinedBeforeAHandOffLeavesFirst() throws Exception {
    try (RawHttpClient client = front.connect()) {
      String fixed = "GET /fixed HTTP/1.1\r\nHost: a\r\n\r\n";
      client.send(fixed + fixed + "GET /raw HTTP/1.1\r\nHost: a\r\n\r\n");
      assertEquals("fixed", client.readResponse().text());
      assertEquals("fixed", client.readResponse().text());
      assertEquals(TestReceiver.WHOLE, Bytes.latin1(client.readToEnd()));
    }
  }

  @Test
  void keepAliveBeforeAHandOff() throws Exception {
    try (RawHttpClient client = front.connect()) {
      for (int i = 0; i < 3; i++) {
        assertServes(client);
      }
      assertEquals(TestReceiver.BODY, client.get("/flush").readResponse().text());
      assertEquals(End.EOF, client.awaitEnd());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET /flush HTTP/1.0\r\n\r\n", "GET /flush HTTP/1.0\r\nHost: a\r\n\r\n"})
  void oldClientsGetTheSameBytes(String request) throws Exception {
    try (RawHttpClient client = front.connect()) {
      assertEquals(
          "HTTP/1.1 200 OK\r\nDate: *\r\nServer: Sluice\r\nConnection: close\r\n\r\n"
              + TestReceiver.BODY,
          Bytes.masked(client.send(request).readToEnd()));
    }
  }

  @Test
  void aHalfClosedClientStillGetsItsResponse() throws Exception {
    for (String target : new String[] {"/flush", "/raw"}) {
      try (RawHttpClient client = front.connect()) {
        client.get(target).halfClose();
        assertTrue(client.readResponse().text().endsWith(TestReceiver.BODY));
      }
    }
  }

  /** A client that resets while it waits for a receiver gives its place back. */
  @Test
  void clientLeavesBeforeThePreamble() throws Exception {
    long gone = front.handOffs("full", "client-gone");
    try (ServerSocketChannel listening = Sockets.listen(front.base(), "run/full.sock", 1);
        SocketChannel filler = SocketChannel.open(listening.getLocalAddress());
        SocketChannel another = SocketChannel.open(listening.getLocalAddress())) {
      assertNotNull(filler);
      assertNotNull(another);
      RawHttpClient client = front.connect();
      client.get("/full");
      Await.until(
          () -> front.table("sluice:plugins").stream().anyMatch(RequestShapesIT::handlerInUse),
          "the request waits in the handler");
      client.reset();
      Await.until(
          () -> front.handOffs("full", "client-gone") == gone + 1, "counted as client-gone");
      listening.accept().close();
      listening.accept().close();
      listening.configureBlocking(false);
      assertEquals(null, listening.accept(), "nobody asks any more");
    }
  }

  private static boolean handlerInUse(com.google.gson.JsonObject row) {
    return Json.text(row, "kind").equals("handler")
        && Json.text(row, "name").equals("fd")
        && Long.parseLong(Json.text(row, "in-use")) > 0;
  }

  private static RawHttpClient slowClient() throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(16 * 1024);
    InetAddress loopback = InetAddress.getLoopbackAddress();
    return RawHttpClient.connect(new InetSocketAddress(loopback, front.port()), socket);
  }

  /** What does not fit into the send buffer leaves before a receiver is asked. */
  @Test
  void aSlowClientHoldsNoReceiver() throws Exception {
    try (RawHttpClient client = slowClient()) {
      client.get("/large").readHead();
      client.read(1000);
      assertEquals(before, handedOff());
      byte[] rest = client.readToEnd();
      byte[] expected = Bytes.xs(LARGE - 1000 + TestReceiver.BODY.length());
      System.arraycopy(
          TestReceiver.BODY.getBytes(java.nio.charset.StandardCharsets.US_ASCII),
          0,
          expected,
          LARGE - 1000,
          TestReceiver.BODY.length());
      assertArrayEquals(expected, rest);
    }
    assertEquals(before + 1, handedOff());
  }

  @Test
  void clientLeavesDuringThePreamble() throws Exception {
    long gone = front.handOffs("large", "client-gone");
    RawHttpClient client = slowClient();
    client.get("/large").readHead();
    client.read(1000);
    client.reset();
    Await.until(() -> front.handOffs("large", "client-gone") == gone + 1, "counted as client-gone");
    assertEquals(before, handedOff());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/page", "/page/raw"})
  void aPageCannotGiveItsClientAway(String target) throws Exception {
    try (RawHttpClient client = front.connect()) {
      assertEquals("included 500\n", client.get(target).readResponse().text());
      assertServes(client);
    }
    assertEquals(before, handedOff());
  }

  @Test
  void everyListenerServesItsSites() throws Exception {
    try (RawHttpClient client = front.connect("127.0.0.2")) {
      assertEquals(TestReceiver.BODY, client.get("/flush").readResponse().text());
    }
    try (RawHttpClient client = front.connect("127.0.0.3")) {
      client.send("GET / HTTP/1.1\r\nHost: only.example\r\n\r\n");
      assertEquals("second", client.readResponse().text());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"named.example", "NAMED.example", "named.example:80", "x.wild.example"})
  void hostsChooseTheSite(String host) throws Exception {
    try (RawHttpClient client = front.connect()) {
      client.send("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
      assertEquals("named", client.readResponse().text());
    }
  }

  @Test
  void anUnknownHostGetsTheDefaultSiteOrNone() throws Exception {
    try (RawHttpClient client = front.connect()) {
      client.send("GET /fixed HTTP/1.1\r\nHost: unknown.example\r\n\r\n");
      assertEquals("fixed", client.readResponse().text());
    }
    try (RawHttpClient client = front.connect("127.0.0.3")) {
      client.send("GET / HTTP/1.1\r\nHost: unknown.example\r\n\r\n");
      assertEquals(404, client.readResponse().status());
    }
  }
}
