package org.sluice.server.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.api.engine.Transaction;
import org.sluice.api.http.Body;
import org.sluice.api.http.Headers;
import org.sluice.api.http.Outcome;
import org.sluice.api.http.Outcome.End;
import org.sluice.api.http.Response;
import org.sluice.server.internal.RawClient.Answer;

/** Requests and responses on one connection: order, persistence, heads. */
class ExchangeTest {

  @Test
  void keepsTheConnectionAndCounts() throws Exception {
    try (TestServer server = new TestServer(TestServer.text("hello"));
        RawClient client = server.connect()) {
      for (int i = 1; i <= 3; i++) {
        Answer answer = client.get("/" + i).read();
        assertEquals(200, answer.status);
        assertEquals("hello", answer.body);
        assertEquals("5", answer.field("Content-Length"));
        assertEquals("Sluice", answer.field("Server"));
        assertNotNull(answer.field("Date"));
        assertNull(answer.field("Connection"));
        Outcome outcome = server.outcome();
        Transaction seen = server.seen.poll(1, TimeUnit.SECONDS);
        assertEquals(i, seen.connection().requests());
        assertEquals("/" + i, seen.request().target());
        assertEquals(client.socket.getLocalPort(), seen.connection().remote().getPort());
        assertEquals(End.COMPLETE, outcome.end());
        assertEquals(200, outcome.status());
        assertEquals(5, outcome.bodyBytes());
        assertEquals(("GET /" + i + " HTTP/1.1\r\nHost: a\r\n\r\n").length(), outcome.bytesIn());
        int head = answer.head.stream().mapToInt(line -> line.length() + 2).sum() + 2;
        assertEquals(head + 5, outcome.bytesOut());
        assertTrue(outcome.nanos() > 0);
      }
      assertEquals(1, server.listener().connections());
      assertEquals(1, server.listener().accepted());
    }
  }

  @Test
  void answersPipelinedRequestsInOrder() throws Exception {
    try (TestServer server = new TestServer(t -> t.respond(TestServer.ok(t.request().target())));
        RawClient client = server.connect()) {
      StringBuilder all = new StringBuilder();
      for (int i = 0; i < 500; i++) {
        all.append("GET /").append(i).append(" HTTP/1.1\r\nHost: a\r\n\r\n");
      }
      client.send(all.toString());
      for (int i = 0; i < 500; i++) {
        assertEquals("/" + i, client.read().body);
      }
    }
  }

  @Test
  void startsTheNextRequestOnlyAfterTheAnswer() throws Exception {
    CompletableFuture<Transaction> first = new CompletableFuture<>();
    try (TestServer server =
            new TestServer(
                t -> {
                  if (!first.complete(t)) {
                    t.respond(TestServer.ok("second"));
                  }
                });
        RawClient client = server.connect()) {
      client.get("/1").get("/2");
      Transaction waiting = first.get(10, TimeUnit.SECONDS);
      assertEquals(1, server.seen.size());
      CompletableFuture<Void> done = waiting.respond(TestServer.ok("first")).toCompletableFuture();
      done.get(10, TimeUnit.SECONDS);
      assertEquals("first", client.read().body);
      assertEquals("second", client.read().body);
    }
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "null",
      value = {
        "HTTP/1.1, null, null, false",
        "HTTP/1.1, close, close, true",
        "HTTP/1.0, null, close, true",
        "HTTP/1.0, keep-alive, keep-alive, false",
      })
  void persistsAsTheClientAsks(String version, String asked, String said, boolean ends)
      throws Exception {
    try (TestServer server = new TestServer(TestServer.text("x"));
        RawClient client = server.connect()) {
      String line = asked == null ? "" : "Connection: " + asked + "\r\n";
      client.send("GET / " + version + "\r\nHost: a\r\n" + line + "\r\n");
      Answer answer = client.read();
      assertEquals("x", answer.body);
      assertEquals(said, answer.field("Connection"));
      if (ends) {
        assertEquals("|eof", client.end());
      } else {
        assertEquals("x", client.get("/").read().body);
      }
    }
  }

  @Test
  void sendsNoBodyWhereNoneBelongs() throws Exception {
    try (TestServer server =
            new TestServer(
                t -> {
                  int status = Integer.parseInt(t.request().rawPath().substring(1));
                  t.respond(Response.of(status).withBody(Body.of("body")));
                });
        RawClient client = server.connect()) {
      client.send("HEAD /200 HTTP/1.1\r\nHost: a\r\n\r\n");
      assertEquals("4", client.read(true).field("Content-Length"));
      assertNull(client.get("/204").read().field("Content-Length"));
      assertEquals("4", client.get("/304").read().field("Content-Length"));
      assertEquals("0", client.get("/205").read().field("Content-Length"));
      assertEquals("body", client.get("/200").read().body);
      assertEquals(0, server.outcome().bodyBytes());
    }
  }

  @Test
  void answersHeadWithTheLengthTheHandlerNamed() throws Exception {
    try (TestServer server =
            new TestServer(
                t -> t.respond(Response.of(200).withHeader("Content-Length", "1234567")));
        RawClient client = server.connect()) {
      client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
      assertEquals("1234567", client.read(true).field("Content-Length"));
    }
  }

  @Test
  void ownsFramingAndConnectionFields() throws Exception {
    Headers given =
        Headers.of(
            "Connection",
            "upgrade",
            "Transfer-Encoding",
            "gzip",
            "Keep-Alive",
            "x",
            "X-Mine",
            "1",
            "Content-Length",
            "99",
            "Server",
            "own",
            "Date",
            "then");
    try (TestServer server =
            new TestServer(t -> t.respond(Response.of(200, given, Body.of("abc"))));
        RawClient client = server.connect()) {
      Answer answer = client.get("/").read();
      assertEquals("abc", answer.body);
      assertEquals("3", answer.field("Content-Length"));
      assertEquals("own", answer.field("Server"));
      assertEquals("then", answer.field("Date"));
      assertEquals("1", answer.field("X-Mine"));
      assertEquals(5, answer.head.size(), answer.head.toString());
      assertNull(answer.field("Transfer-Encoding"));
    }
  }

  @Test // T2
  void checksFieldsOfForeignMaps() throws Exception {
    Headers forged =
        new Headers() {
          @Override
          public int size() {
            return 1;
          }

          @Override
          public String name(int index) {
            return "X";
          }

          @Override
          public String value(int index) {
            return "a\r\nSet-Cookie: b";
          }
        };
    try (TestServer server = new TestServer(t -> t.respond(Response.of(200).withHeaders(forged)));
        RawClient client = server.connect()) {
      client.get("/");
      assertEquals("|reset", client.end());
      assertEquals(End.ABORTED, server.outcome().end());
    }
  }

  @Test
  void refusesASecondAnswer() throws Exception {
    CompletableFuture<Throwable> second = new CompletableFuture<>();
    try (TestServer server =
            new TestServer(
                t -> {
                  assertFalse(t.answered());
                  t.respond(TestServer.ok("once"));
                  assertTrue(t.answered());
                  second.complete(
                      assertThrows(
                          IllegalStateException.class, () -> t.respond(TestServer.ok("twice"))));
                });
        RawClient client = server.connect()) {
      assertEquals("once", client.get("/").read().body);
      assertNotNull(second.get(10, TimeUnit.SECONDS));
    }
  }

  @Test
  void sendsInterimResponsesToThoseWhoKnowThem() throws Exception {
    try (TestServer server =
            new TestServer(
                t -> {
                  t.inform(103, Headers.of("Link", "</a>"));
                  t.respond(TestServer.ok("x"));
                });
        RawClient client = server.connect()) {
      Answer early = client.get("/").read();
      assertEquals(103, early.status);
      assertEquals("</a>", early.field("Link"));
      assertEquals("x", client.read().body);
      client.send("GET / HTTP/1.0\r\n\r\n");
      assertEquals(200, client.read().status);
    }
  }

  @Test
  void answersAClientThatHasEndedItsSide() throws Exception {
    CompletableFuture<Transaction> waiting = new CompletableFuture<>();
    try (TestServer server = new TestServer(waiting::complete);
        RawClient client = server.connect()) {
      client.get("/");
      client.socket.shutdownOutput();
      Transaction transaction = waiting.get(10, TimeUnit.SECONDS);
      loopTurns(transaction, 20);
      transaction.respond(TestServer.ok("still here"));
      assertEquals("still here", client.read().body);
      assertEquals("|eof", client.end());
      assertEquals(End.COMPLETE, server.outcome().end());
    }
  }

  static void loopTurns(Transaction transaction, int turns) throws Exception {
    for (int i = 0; i < turns; i++) {
      CompletableFuture<Void> turn = new CompletableFuture<>();
      transaction.loop().execute(() -> turn.complete(null));
      turn.get(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void noticesAClientThatResets() throws Exception {
    CompletableFuture<Transaction> waiting = new CompletableFuture<>();
    try (TestServer server = new TestServer(waiting::complete)) {
      RawClient client = server.connect();
      client.get("/");
      Transaction transaction = waiting.get(10, TimeUnit.SECONDS);
      client.reset();
      Outcome outcome = server.outcome();
      assertEquals(End.ABORTED, outcome.end());
      assertEquals(0, outcome.status());
      assertTrue(
          transaction
              .respond(TestServer.ok("late"))
              .toCompletableFuture()
              .handle((ok, failure) -> failure != null)
              .get(10, TimeUnit.SECONDS));
      TestServer.until("closed", () -> server.listener().connections() == 0);
    }
  }

  @Test
  void abortsWithAReset() throws Exception {
    try (TestServer server = new TestServer(t -> t.abort("because"));
        RawClient client = server.connect()) {
      client.get("/");
      assertEquals("|reset", client.end());
      Outcome outcome = server.outcome();
      assertEquals(End.ABORTED, outcome.end());
      assertEquals("because", outcome.detail());
    }
  }

  @Test
  void survivesADispatcherThatThrows() throws Exception {
    try (TestServer server =
            new TestServer(
                t -> {
                  throw new IllegalArgumentException("broken");
                });
        RawClient client = server.connect()) {
      client.get("/");
      assertEquals("|reset", client.end());
      assertEquals(End.ABORTED, server.outcome().end());
    }
  }
}
