package org.sluice.server.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.sluice.api.engine.Transaction;
import org.sluice.api.http.Body;
import org.sluice.api.http.Headers;
import org.sluice.api.http.Outcome;
import org.sluice.api.http.Outcome.End;
import org.sluice.api.http.Response;
import org.sluice.server.internal.RawClient.Answer;

/** Connections that become another protocol. */
class UpgradeTest {
  private static final Response SWITCH =
      Response.of(101).withHeaders(Headers.of("Upgrade", "echo"));

  private static void echo(Transaction transaction) {
    transaction.upgrade(SWITCH).thenAccept(duplex -> duplex.send(duplex.incoming()));
  }

  @Test
  void echoesRawBytesUntilBothEnd() throws Exception {
    try (TestServer server = new TestServer(UpgradeTest::echo);
        RawClient client = server.connect()) {
      client.send(
          "GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\nfirst;");
      Answer answer = client.read();
      assertEquals(101, answer.status);
      assertEquals("Upgrade", answer.field("Connection"));
      assertEquals("echo", answer.field("Upgrade"));
      assertEquals("first;", client.take(6));
      String much = "0123456789".repeat(10_000);
      client.send(much);
      assertEquals(much, client.take(much.length()));
      client.socket.shutdownOutput();
      assertEquals("|eof", client.end());
      Outcome outcome = server.outcome();
      assertEquals(End.UPGRADED, outcome.end());
      assertEquals(101, outcome.status());
      assertEquals(much.length() + 6, outcome.bodyBytes());
      TestServer.until("closed", () -> server.listener().connections() == 0);
    }
  }

  @Test
  void halfClosesWhenOurSideEndsFirst() throws Exception {
    CompletableFuture<String> got = new CompletableFuture<>();
    try (TestServer server =
            new TestServer(
                t ->
                    t.upgrade(SWITCH)
                        .thenAccept(
                            duplex -> {
                              duplex.send(Body.of("bye"));
                              RequestBodyTest.all(duplex.incoming()).thenAccept(got::complete);
                            }));
        RawClient client = server.connect()) {
      client.get("/");
      assertEquals(101, client.read().status);
      assertEquals("bye|eof", client.end());
      client.send("last words");
      client.socket.shutdownOutput();
      assertEquals("last words", got.get(10, java.util.concurrent.TimeUnit.SECONDS));
      assertEquals(End.UPGRADED, server.outcome().end());
    }
  }

  @Test
  void abortsWhenEitherSideFails() throws Exception {
    Body failing =
        new Body() {
          @Override
          public long length() {
            return -1;
          }

          @Override
          public CompletionStage<ByteBuffer> read() {
            return CompletableFuture.failedStage(new java.io.IOException("backend gone"));
          }

          @Override
          public void close() {}
        };
    try (TestServer server =
            new TestServer(t -> t.upgrade(SWITCH).thenAccept(duplex -> duplex.send(failing)));
        RawClient client = server.connect()) {
      client.get("/");
      assertTrue(client.end().endsWith("|reset"));
      assertEquals(End.ABORTED, server.outcome().end());
    }
    try (TestServer server = new TestServer(UpgradeTest::echo)) {
      RawClient client = server.connect();
      client.get("/").read();
      client.reset();
      assertEquals(End.ABORTED, server.outcome().end());
    }
  }
}
