package org.sluice.server.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.api.engine.ListenerSpec;
import org.sluice.api.engine.Transaction;
import org.sluice.server.internal.RawClient.Answer;

/** Limits and time-outs of a listener, and that the client can read the refusal. */
class LimitsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "400|GET / HTTP/1.1",
        "400|BAD",
        "414|GET /%s HTTP/1.1",
        "431|GET / HTTP/1.1~Host: a~A: %s%s",
        "431|GET / HTTP/1.1~Host: a~a:~a:~a:~a:~a:~a:~a:~a:~a:~a:~a:",
        "417|GET / HTTP/1.1~Host: a~Expect: x",
        "501|GET / HTTP/1.1~Host: a~Transfer-Encoding: x, chunked",
        "505|GET / HTTP/3.0",
        "421|GET https://a/ HTTP/1.1~Host: a",
        "501|CONNECT a:443 HTTP/1.1~Host: a:443",
        "413|GET / HTTP/1.1~Host: a~Content-Length: 9999999999999999999",
      })
  void refusesAndLetsTheClientReadIt(int status, String head) throws Exception {
    String bytes = head.replace("%s", "x".repeat(100)).replace("~", "\r\n") + "\r\n\r\n";
    try (TestServer server = new TestServer(TestServer.text("no"));
        RawClient client = server.connect()) {
      client.send(bytes + "GET /behind HTTP/1.1\r\nHost: a\r\n\r\n" + "x".repeat(10_000));
      Answer answer = client.read();
      assertEquals(status, answer.status);
      assertEquals("close", answer.field("Connection"));
      assertEquals("|eof", client.end());
      assertEquals(1, server.seen.size());
      Transaction seen = server.seen.remove();
      assertEquals(status, seen.refusal().status());
      assertEquals(status, server.outcome().status());
    }
  }

  @Test
  void answersAHeadThatTakesTooLong() throws Exception {
    ListenerSpec spec = TestServer.spec(Duration.ofMillis(500), Duration.ofSeconds(9), 0, 0);
    try (TestServer server = new TestServer(spec, TestServer.text("x"));
        RawClient client = server.connect()) {
      assertEquals("x", client.get("/").read().body);
      // Each byte in time, the whole not.
      long begin = System.nanoTime();
      client.send("GET /");
      client.socket.setSoTimeout(50);
      Answer answer = null;
      while (answer == null) {
        try {
          answer = client.read();
        } catch (SocketTimeoutException e) {
          client.send("x");
        }
      }
      assertEquals(408, answer.status);
      long millis = (System.nanoTime() - begin) / 1_000_000;
      assertTrue(millis >= 500 && millis < 5000, "took " + millis + " ms");
    }
  }

  @Test
  void closesIdleConnectionsQuietly() throws Exception {
    ListenerSpec spec = TestServer.spec(Duration.ofMillis(300), Duration.ofMillis(300), 0, 0);
    try (TestServer server = new TestServer(spec, TestServer.text("x"));
        RawClient used = server.connect().get("/");
        RawClient fresh = server.connect()) {
      assertEquals("x", used.read().body);
      assertEquals("|eof", used.end());
      assertEquals("|eof", fresh.end());
      TestServer.until("closed", () -> server.listener().connections() == 0);
      assertEquals(1, server.seen.size());
    }
  }

  @Test
  void limitsRequestsOfAConnection() throws Exception {
    ListenerSpec spec = TestServer.spec(Duration.ZERO, Duration.ZERO, 0, 2);
    try (TestServer server = new TestServer(spec, TestServer.text("x"));
        RawClient client = server.connect()) {
      client.get("/").get("/").get("/");
      assertEquals(null, client.read().field("Connection"));
      assertEquals("close", client.read().field("Connection"));
      assertEquals("|eof", client.end());
    }
  }

  @Test
  void acceptsNoMoreConnectionsThanAllowed() throws Exception {
    ListenerSpec spec = TestServer.spec(Duration.ZERO, Duration.ZERO, 2, 0);
    try (TestServer server = new TestServer(spec, TestServer.text("x"));
        RawClient first = server.connect();
        RawClient second = server.connect();
        RawClient third = server.connect()) {
      assertEquals("x", first.get("/").read().body);
      assertEquals("x", second.get("/").read().body);
      third.get("/");
      assertEquals(2, server.listener().accepted());
      first.close();
      assertEquals("x", third.read().body);
      assertEquals(3, server.listener().accepted());
      // More room takes effect at once.
      RawClient fourth = server.connect().get("/");
      server.listener().update(TestServer.spec(Duration.ZERO, Duration.ZERO, 3, 0));
      assertEquals("x", fourth.read().body);
      fourth.close();
    }
  }

  @Test
  void saysWhyItCannotBind() throws Exception {
    for (boolean shared : new boolean[] {false, true}) {
      try (TestServer server = new TestServer(2, shared, TestServer.SPEC, TestServer.text("x"))) {
        InetSocketAddress taken = server.listener().address();
        ListenerSpec spec = new ListenerSpec(taken, 1, 1, 1, Duration.ZERO, Duration.ZERO, 0, 0, 1);
        NettyEngine other = new NettyEngine(1, shared);
        try {
          IOException e =
              assertThrows(IOException.class, () -> other.listen(spec, TestServer.text("y")));
          assertEquals(
              "cannot listen on 127.0.0.1:" + taken.getPort() + ": Address already in use",
              e.getMessage());
        } finally {
          other.deactivate();
        }
      }
    }
  }
}
