package org.sluice.backend.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sluice.api.http.HandlerException;
import org.sluice.testing.Await;
import org.sluice.testing.RawHttpClient;
import org.sluice.testing.RawResponse;
import org.sluice.testing.WireExchange;

/** What a client gets when its backend misbehaves, and how soon (T1, T2, T11). */
class FaultTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  private static TestFront front;

  @BeforeAll
  static void start() throws IOException {
    front = new TestFront();
  }

  @AfterAll
  static void stop() {
    front.close();
  }

  /**
   * A fault and its outcome.
   *
   * @param outcome a status (two where the kernel may tell sooner or later); {@code cut} when the
   *     client can tell that the answer is not whole
   */
  record Fault(String name, RawBackend.Script script, String outcome) {
    /** What is said about it beside the outcome. */
    String code() {
      return switch (outcome) {
        case "cut" -> "the answer breaks off behind [0-9]+ bytes: .+";
        case "504" -> "backend-timeout";
        case "502" ->
            name.startsWith("closes")
                ? "backend-closed"
                : name.equals("101 unasked") ? "backend-upgrade" : "backend-response";
        default -> "backend-(closed|connect)|the answer breaks off behind [0-9]+ bytes: .+";
      };
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static Fault sends(String name, String text, String outcome) {
    return new Fault(
        name,
        peer -> {
          peer.request();
          peer.send(text);
        },
        outcome);
  }

  private static Fault holds(String name, String text, String outcome) {
    return new Fault(
        name,
        peer -> {
          peer.request();
          peer.send(text).hold();
        },
        outcome);
  }

  static Stream<Fault> faults() {
    String head = "HTTP/1.1 200 OK\r\n";
    String chunked = head + "Transfer-Encoding: chunked\r\n\r\n";
    return Stream.of(
        new Fault("closes at once", peer -> peer.socket.close(), "502"),
        new Fault("resets at once", RawBackend.Peer::reset, "50[23]"),
        sends("closes before the head", "", "502"),
        sends("closes inside the head", "HTTP/1.1 200 OK\r\nContent-", "502"),
        sends("closes inside the body", head + "Content-Length: 10\r\n\r\nabc", "cut"),
        sends("closes inside a chunk", chunked + "a\r\nabc", "cut"),
        sends("closes before the last chunk", chunked + "3\r\nabc\r\n", "cut"),
        new Fault(
            "resets inside the body",
            peer -> {
              peer.request();
              peer.send(head + "Content-Length: 10\r\n\r\nabc");
              peer.reset();
            },
            "cut|502"),
        holds("says nothing", "", "504"),
        holds("stalls inside the head", "HTTP/1.1 200 OK\r\nX: y\r\n", "504"),
        holds("stalls inside the body", head + "Content-Length: 10\r\n\r\nabc", "cut"),
        sends("garbage", "\u0000\u0001garbage\r\n\r\n", "502"),
        sends("HTTP/0.9", "<html>hello</html>\r\n", "502"),
        sends("HTTP/2", "HTTP/2 200\r\n\r\n", "502"),
        sends("status of two digits", "HTTP/1.1 20 OK\r\n\r\n", "502"),
        sends("status 999", "HTTP/1.1 999 X\r\n\r\n", "502"),
        sends("lone LF", "HTTP/1.1 200 OK\nContent-Length: 0\n\n", "502"),
        sends("lone CR", head + "X: a\rb\r\n\r\n", "502"),
        sends("folded line", head + "X: a\r\n b\r\nContent-Length: 0\r\n\r\n", "502"),
        sends("blank before the colon", head + "X : a\r\n\r\n", "502"),
        sends("control in a value", head + "X: a\u0001b\r\n\r\n", "502"),
        sends("no colon", head + "nonsense\r\n\r\n", "502"),
        sends("two lengths", head + "Content-Length: 2\r\nContent-Length: 2\r\n\r\nok", "502"),
        sends("list of lengths", head + "Content-Length: 2, 2\r\n\r\nok", "502"),
        sends(
            "length and chunked",
            head + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n",
            "502"),
        sends("unknown coding", head + "Transfer-Encoding: gzip\r\n\r\n", "502"),
        sends("coding twice", head + "Transfer-Encoding: chunked, chunked\r\n\r\n", "502"),
        sends("signed length", head + "Content-Length: +2\r\n\r\nok", "502"),
        sends(
            "coding in HTTP/1.0",
            "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "502"),
        sends("endless head", head + "X: y\r\n".repeat(20_000), "502"),
        sends("endless line", head + "X: " + "y".repeat(70_000), "502"),
        sends("too many fields", head + "X: y\r\n".repeat(201) + "\r\n", "502"),
        sends("chunk size is no number", chunked + "zz\r\n", "cut"),
        sends("chunk size of 16 digits", chunked + "0000000000000001\r\na\r\n", "cut"),
        sends("chunk without CRLF", chunked + "3\r\nabcX0\r\n\r\n", "cut"),
        sends("bad chunk extension", chunked + "3;=\r\nabc\r\n0\r\n\r\n", "cut"),
        sends("lone LF in chunks", chunked + "3\nabc\r\n0\r\n\r\n", "cut"),
        sends("bad trailer", chunked + "3\r\nabc\r\n0\r\nX\r\n\r\n", "cut"),
        sends("chunk larger than announced", chunked + "2\r\nabc\r\n0\r\n\r\n", "cut"),
        sends("endless chunk line", chunked + "3;" + "x".repeat(70_000), "cut"),
        sends("endless trailers", chunked + "0\r\n" + "X: y\r\n".repeat(20_000), "cut"),
        sends(
            "length that overflows", head + "Content-Length: 99999999999999999999\r\n\r\n", "502"),
        sends("HTTP/1.1 without a reason and blank", "HTTP/1.1 200\r\nX\r\n\r\n", "502"),
        holds("stalls after 1xx", "HTTP/1.1 102 P\r\n\r\n", "504"),
        sends("flood of 1xx", "HTTP/1.1 102 P\r\n\r\n".repeat(100), "502"),
        sends("101 unasked", "HTTP/1.1 101 S\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", "502"));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void faultHasOutcomeInTime(Fault fault) throws Exception {
    try (RawBackend backend = new RawBackend(fault.script())) {
      front.route(
          "f",
          backend.url(),
          "backend.first-byte-timeout",
          fault.outcome().equals("504") ? "300ms" : "60s",
          "backend.progress-timeout",
          fault.name().startsWith("stalls") ? "300ms" : "60s");
      long began = System.nanoTime();
      try (RawHttpClient client = front.connect()) {
        String outcome = outcome(client.get("/f/x"));
        assertTrue(outcome.matches(fault.outcome()), outcome);
        assertTrue(code(backend, outcome).matches(fault.code()), code(backend, outcome));
        assertTrue(Duration.ofNanos(System.nanoTime() - began).toSeconds() < 10, "in time");
      }
      assertIdle(backend);
    }
  }

  /** What the log and the tables say: the code, and for an answer cut off the backend's error. */
  private static String code(RawBackend backend, String outcome) {
    if (outcome.equals("cut")) {
      Backend account = front.backends.at(Address.ofHost("127.0.0.1", backend.port()));
      Await.until(() -> account.lastError != null, "the fault is known");
      assertTrue(account.lastError.startsWith("http://127.0.0.1:" + backend.port() + ": "));
      return account.lastError.replaceFirst("^[^ ]+: ", "");
    }
    HandlerException failure = front.exchanges.get(front.exchanges.size() - 1).failure();
    assertTrue(failure.getMessage().contains("http://127.0.0.1:" + backend.port()));
    return failure.code();
  }

  /** No connection that went wrong stays, and every account is closed. */
  private static void assertIdle(RawBackend backend) {
    Backend account = front.backends.at(Address.ofHost("127.0.0.1", backend.port()));
    Await.until(() -> account.running.get() == 0 && account.open.get() == 0, "all is closed");
  }

  private static String outcome(RawHttpClient client) throws IOException {
    StringBuilder seen = new StringBuilder();
    try {
      RawResponse answer = client.readResponse();
      while (answer.status() < 200) {
        answer = client.readResponse();
      }
      return Integer.toString(answer.status());
    } catch (EOFException | SocketException e) {
      return seen.append("cut").toString();
    }
  }

  @Test
  void refusedIs503() throws Exception {
    int port;
    try (RawBackend backend = RawBackend.always(OK)) {
      port = backend.port();
    }
    front.route("gone", "http://127.0.0.1:" + port + "/");
    try (RawHttpClient client = front.connect()) {
      assertEquals(503, client.get("/gone/").readResponse().status());
      WireExchange last = front.exchanges.get(front.exchanges.size() - 1);
      assertEquals("backend-connect", last.failure().code());
      assertEquals(
          "http://127.0.0.1:" + port + ": connection refused", last.failure().getMessage());
    }
  }

  /** A full backlog: the kernel answers no further connection. */
  @Test
  void blackHoleIs504InTime() throws Exception {
    List<Socket> fillers = new ArrayList<>();
    try (ServerSocket deaf = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      boolean full = false;
      for (int i = 0; i < 20 && !full; i++) {
        Socket filler = new Socket();
        fillers.add(filler);
        try {
          filler.connect(deaf.getLocalSocketAddress(), 300);
        } catch (SocketTimeoutException e) {
          full = true;
        }
      }
      assertTrue(full, "the backlog is full");
      front.route(
          "hole",
          "http://127.0.0.1:" + deaf.getLocalPort() + "/",
          "backend.connect-timeout",
          "200ms");
      try (RawHttpClient client = front.connect()) {
        assertEquals(504, client.get("/hole/").readResponse().status());
        WireExchange last = front.exchanges.get(front.exchanges.size() - 1);
        assertEquals("backend-connect-timeout", last.failure().code());
      }
    } finally {
      for (Socket filler : fillers) {
        filler.close();
      }
    }
  }

  /** A route to nowhere: the kernel says so at once. */
  @Test
  void unreachableIs503AtOnce() throws Exception {
    front.route("far", "http://255.255.255.255:9/");
    try (RawHttpClient client = front.connect()) {
      assertEquals(503, client.get("/far/").readResponse().status());
      WireExchange last = front.exchanges.get(front.exchanges.size() - 1);
      assertEquals("backend-connect", last.failure().code());
    }
  }

  /** A client that leaves is no fault of the backend. */
  @Test
  void clientThatLeavesIsNotHeldAgainstTheBackend() throws Exception {
    try (RawBackend backend =
        new RawBackend(
            peer -> {
              peer.request();
              peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc").hold();
            })) {
      front.route("left", backend.url());
      try (RawHttpClient client = front.connect()) {
        client.get("/left/").readHead();
        client.reset();
      }
      assertIdle(backend);
      Backend account = front.backends.at(Address.ofHost("127.0.0.1", backend.port()));
      assertEquals(0, account.failures.sum());
      assertNull(account.lastError);
    }
  }

  @Test
  void missingSocketIs503() throws Exception {
    front.route("nosocket", "unix:/nowhere/at/all.sock");
    try (RawHttpClient client = front.connect()) {
      assertEquals(503, client.get("/nosocket/").readResponse().status());
    }
  }

  @Test
  void surplusBytesAreNobodysResponse() throws Exception {
    try (RawBackend backend =
        new RawBackend(
            peer -> {
              peer.request();
              peer.send(OK + "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged");
              peer.hold();
            })) {
      front.route("surplus", backend.url());
      try (RawHttpClient client = front.connect()) {
        assertEquals("ok", client.get("/surplus/").readResponse().text());
        assertEquals("ok", client.get("/surplus/").readResponse().text());
      }
      assertEquals(2, backend.connections.get());
    }
  }

  @Test
  void bodyOf204And304IsNotPassedOn() throws Exception {
    for (String status : new String[] {"204 No Content", "304 Not Modified"}) {
      try (RawBackend backend =
          RawBackend.always("HTTP/1.1 " + status + "\r\nContent-Length: 3\r\n\r\nabc")) {
        front.route("empty", backend.url());
        try (RawHttpClient client = front.connect()) {
          RawResponse answer = client.get("/empty/").readResponse();
          assertEquals(status.substring(0, 3), Integer.toString(answer.status()));
          assertEquals(0, answer.body().length);
          // The same connection of the client goes on; that of the backend does not.
          assertEquals(0, client.get("/empty/").readResponse().body().length);
        }
        assertEquals(2, backend.connections.get());
      }
    }
  }

  @Test
  void earlyAnswerReachesTheClient() throws Exception {
    try (RawBackend backend =
        new RawBackend(
            peer -> {
              peer.head();
              peer.send("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
              peer.hold();
            })) {
      front.route("early", backend.url());
      try (RawHttpClient client = front.connect()) {
        client.send("POST /early/ HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nabc");
        assertEquals(413, client.readResponse("POST").status());
      }
      assertIdle(backend);
    }
  }

  @Test
  void stalePooledConnectionIsNoFailureOfAnIdempotentRequest() throws Exception {
    try (RawBackend backend =
        new RawBackend(
            peer -> {
              String first = peer.request();
              if (first != null && first.startsWith("GET")) {
                peer.send(OK);
                // The second request on a connection is read and never answered.
                peer.request();
              }
              // A body's is never answered, whether or not its connection was still trusted.
              peer.reset();
            })) {
      front.route("stale", backend.url());
      try (RawHttpClient client = front.connect()) {
        for (int i = 0; i < 4; i++) {
          assertEquals("ok", client.get("/stale/").readResponse().text());
        }
        client.get("/stale/").readResponse();
      }
      try (RawHttpClient client = front.connect()) {
        client.get("/stale/").readResponse();
        client.send("POST /stale/ HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx");
        assertEquals(502, client.readResponse("POST").status());
      }
      long posts = backend.requests.stream().filter(r -> r.startsWith("POST")).count();
      assertEquals(1, posts, "a request with a body is never sent twice");
    }
  }
}
