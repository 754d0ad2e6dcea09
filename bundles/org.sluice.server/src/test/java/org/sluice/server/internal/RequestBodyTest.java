package org.sluice.server.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.api.engine.Transaction;
import org.sluice.api.engine.TransferLimits;
import org.sluice.api.http.Body;
import org.sluice.api.http.HandlerException;
import org.sluice.api.http.Outcome;
import org.sluice.api.http.Outcome.End;
import org.sluice.api.http.Response;
import org.sluice.handoff.api.SocketSource;
import org.sluice.server.internal.RawClient.Answer;

/** Request bodies: demand, framing, limits, and what becomes of bodies nobody reads. */
class RequestBodyTest {

  /** Everything of the body as text. */
  static CompletionStage<String> all(Body body) {
    return all(body, new StringBuilder());
  }

  private static CompletionStage<String> all(Body body, StringBuilder text) {
    return body.read()
        .thenCompose(
            buffer -> {
              if (buffer == null) {
                return CompletableFuture.completedStage(text.toString());
              }
              text.append(StandardCharsets.ISO_8859_1.decode(buffer));
              return all(body, text);
            });
  }

  /** Echoes; fails with the status of the failure. */
  static void echo(Transaction transaction) {
    Body body = transaction.request().body();
    all(body)
        .whenComplete(
            (text, failure) -> {
              if (failure == null) {
                transaction.respond(TestServer.ok(text + body.trailers()));
              } else {
                Throwable cause = failure.getCause() == null ? failure : failure.getCause();
                int status = cause instanceof HandlerException e ? e.status() : 500;
                transaction.respond(Response.of(status));
              }
            });
  }

  @Test
  void readsLengthAndChunks() throws Exception {
    try (TestServer server = new TestServer(RequestBodyTest::echo);
        RawClient client = server.connect()) {
      client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");
      assertEquals("hello", client.read().body);
      client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
      client.send("3\r\nabc\r\n");
      client.send("2\r\nde\r\n0\r\nT: v\r\n\r\n");
      assertEquals("abcdeT: v\n", client.read().body);
      client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
      assertEquals("", client.read().body);
    }
  }

  @Test
  void whatAReaderLeavesIsReadByAnother() throws Exception {
    CompletableFuture<ByteBuffer> pending = new CompletableFuture<>();
    CompletableFuture<Body> rest = new CompletableFuture<>();
    try (TestServer server =
            new TestServer(
                t -> {
                  Body body = t.request().body();
                  body.read()
                      .thenAccept(
                          first -> {
                            body.read().thenAccept(pending::complete);
                            rest.complete(t.capability(SocketSource.class).restOfBody());
                            body.close();
                            all(rest.join()).thenAccept(text -> t.respond(TestServer.ok(text)));
                          });
                });
        RawClient client = server.connect()) {
      client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhe");
      assertNull(pending.get(10, TimeUnit.SECONDS));
      assertEquals(3, rest.get(10, TimeUnit.SECONDS).length());
      client.send("llo");
      assertEquals("llo", client.read().body);
    }
  }

  @Test
  void countsBytesIn() throws Exception {
    try (TestServer server = new TestServer(RequestBodyTest::echo);
        RawClient client = server.connect()) {
      String head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
      String body = "3;x=y\r\nabc\r\n0\r\n\r\n";
      client.send(head + body + "GET ").read();
      assertEquals(head.length() + body.length(), server.outcome().bytesIn());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void readsLargeBodiesOnLoopAndWorkers(boolean onLoop) throws Exception {
    String large = "0123456789abcdef".repeat(64 * 1024);
    ExecutorService workers = Executors.newSingleThreadExecutor();
    try (TestServer server =
            new TestServer(
                t -> {
                  if (onLoop) {
                    echo(t);
                  } else {
                    workers.execute(() -> echo(t));
                  }
                });
        RawClient client = server.connect()) {
      for (int i = 0; i < 3; i++) {
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + large.length() + "\r\n\r\n");
        CompletableFuture<Answer> answer =
            CompletableFuture.supplyAsync(
                () -> {
                  try {
                    return client.read();
                  } catch (java.io.IOException e) {
                    throw new java.io.UncheckedIOException(e);
                  }
                });
        client.send(large);
        assertEquals(large, answer.join().body);
      }
    } finally {
      workers.shutdown();
    }
  }

  @Test
  void sendsContinueOnlyWhenTheBodyIsWanted() throws Exception {
    String head =
        "POST /%s HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n";
    try (TestServer server =
        new TestServer(
            t -> {
              if (t.request().target().equals("/read")) {
                echo(t);
              } else {
                t.respond(Response.of(403));
              }
            })) {
      try (RawClient client = server.connect()) {
        client.send(head.replace("%s", "read"));
        assertEquals(100, client.read().status);
        assertEquals("ok", client.send("ok").read().body);
        // Content that comes unasked needs no 100.
        client.send(head.replace("%s", "read") + "ok");
        assertEquals("ok", client.read().body);
        client.send(head.replace("%s", "no"));
        Answer refused = client.read();
        assertEquals(403, refused.status);
        assertEquals("close", refused.field("Connection"));
        assertEquals("|eof", client.end());
      }
    }
  }

  @Test
  void dropsWhatNobodyReads() throws Exception {
    try (TestServer server = new TestServer(TestServer.text("early"));
        RawClient client = server.connect()) {
      client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n01234");
      Answer early = client.read();
      assertEquals("early", early.body);
      assertNull(early.field("Connection"));
      client.send("56789").get("/");
      assertEquals("early", client.read().body);
      client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc");
      assertEquals("early", client.read().body);
      client.send("de\r\n0\r\n\r\n").get("/");
      assertEquals("early", client.read().body);
    }
  }

  @Test
  void closesRatherThanDropALot() throws Exception {
    try (TestServer server = new TestServer(TestServer.text("early"));
        RawClient client = server.connect()) {
      int length = 300_000;
      client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + length + "\r\n\r\n");
      client.send("x".repeat(200_000));
      Answer early = client.read();
      assertEquals("early", early.body);
      assertEquals("close", early.field("Connection"));
      // Our end has come; what the client still sends does not turn it into a reset.
      assertEquals("|eof", client.end());
      client.send("x".repeat(100_000));
      client.close();
      TestServer.until("closed", () -> server.listener().connections() == 0);
    }
  }

  /** What has arrived, and what the last chunk announces, tell before the head is written. */
  @ParameterizedTest
  @CsvSource(
      nullValues = "none",
      value = {
        "0, 20000, 100, close",
        "0, 10001, 1, close",
        "0, 10000, 1, none",
        "9, 20000, 100, close",
        "9, 40, 64, none",
      })
  void saysThatItWillNotDropManyChunks(int taken, String size, int sent, String said)
      throws Exception {
    try (TestServer server =
            new TestServer(
                t -> {
                  if (taken == 0) {
                    t.respond(TestServer.ok("early"));
                  } else {
                    t.request().body().read().thenAccept(b -> t.respond(TestServer.ok("early")));
                  }
                });
        RawClient client = server.connect()) {
      String first = taken == 0 ? "" : taken + "\r\n" + "y".repeat(taken) + "\r\n";
      client.send(
          "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
              + first
              + size
              + "\r\n"
              + "x".repeat(sent));
      Answer early = client.read();
      assertEquals("early", early.body);
      assertEquals(said, early.field("Connection"));
      if (said != null) {
        assertEquals("|eof", client.end());
      }
    }
  }

  @Test
  void closesWhenChunksNeverEnd() throws Exception {
    try (TestServer server = new TestServer(TestServer.text("early"));
        RawClient client = server.connect()) {
      client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
      assertEquals("early", client.read().body);
      client.send("10000\r\n" + "x".repeat(0x10000) + "\r\n10000\r\nx");
      assertEquals("|eof", client.end());
    }
  }

  @Test
  void limitsBodies() throws Exception {
    TransferLimits limits = new TransferLimits(4, Duration.ZERO, Duration.ZERO);
    try (TestServer server =
        new TestServer(
            t -> {
              t.limits(limits);
              echo(t);
            })) {
      try (RawClient client = server.connect()) {
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n1234");
        assertEquals("1234", client.read().body);
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n12345");
        Answer answer = client.read();
        assertEquals(413, answer.status);
        assertEquals("close", answer.field("Connection"));
        assertEquals("|eof", client.end());
      }
      try (RawClient client = server.connect()) {
        client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
        client.send("3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n");
        assertEquals(413, client.read().status);
      }
    }
  }

  @Test
  void endsABodyThatStops() throws Exception {
    TransferLimits limits = new TransferLimits(0, Duration.ofMillis(300), Duration.ZERO);
    try (TestServer server =
            new TestServer(
                t -> {
                  t.limits(limits);
                  echo(t);
                });
        RawClient client = server.connect()) {
      client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n12");
      assertEquals(408, client.read().status);
      assertEquals("|eof", client.end());
    }
  }

  @Test
  void answersABodyCutShort() throws Exception {
    try (TestServer server = new TestServer(RequestBodyTest::echo);
        RawClient client = server.connect()) {
      client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n12");
      client.socket.shutdownOutput();
      assertEquals(400, client.read().status);
      assertEquals("|eof", client.end());
    }
  }

  @Test
  void refusesBrokenChunks() throws Exception {
    try (TestServer server = new TestServer(RequestBodyTest::echo);
        RawClient client = server.connect()) {
      client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na");
      // What is there with the head is judged before the request is delivered.
      TestServer.until("dispatched", () -> !server.seen.isEmpty());
      client.send("b\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n");
      Answer answer = client.read();
      assertEquals(400, answer.status);
      assertEquals("close", answer.field("Connection"));
      assertEquals("|eof", client.end());
      assertEquals(1, server.seen.size());
    }
  }

  @Test
  void readsNothingBeforeItIsAsked() throws Exception {
    CompletableFuture<Transaction> waiting = new CompletableFuture<>();
    try (TestServer server = new TestServer(waiting::complete);
        RawClient client = server.connect()) {
      client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n");
      Transaction transaction = waiting.join();
      client.send("x".repeat(500_000));
      ExchangeTest.loopTurns(transaction, 50);
      HttpConnection connection = ((HttpTransaction) transaction).owner();
      CompletableFuture<Integer> held = new CompletableFuture<>();
      transaction.loop().execute(() -> held.complete(connection.inbox().size()));
      assertEquals(0, held.get());
      CompletableFuture<ByteBuffer> first =
          transaction.request().body().read().toCompletableFuture();
      int n = first.get().remaining();
      assertTrue(n > 0 && n <= Intake.LARGE, "one buffer: " + n);
      transaction.abort("enough");
    }
  }

  @Test
  void failsAReadWhenTheExchangeEnds() throws Exception {
    CompletableFuture<Throwable> failed = new CompletableFuture<>();
    try (TestServer server =
            new TestServer(
                t -> {
                  t.request()
                      .body()
                      .read()
                      .whenComplete((buffer, failure) -> failed.complete(failure));
                  t.respond(TestServer.ok("x"));
                });
        RawClient client = server.connect()) {
      client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n");
      assertEquals("x", client.read().body);
      assertTrue(failed.get() instanceof java.io.IOException);
      assertEquals(End.COMPLETE, server.outcome().end());
      client.send("abc").get("/");
      assertEquals("x", client.read().body);
    }
  }

  @Test
  void noticesAClientThatLeavesInTheBody() throws Exception {
    try (TestServer server = new TestServer(RequestBodyTest::echo)) {
      RawClient client = server.connect();
      client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n12");
      TestServer.until("dispatched", () -> !server.seen.isEmpty());
      client.reset();
      Outcome outcome = server.outcome();
      assertEquals(End.ABORTED, outcome.end());
    }
  }
}
