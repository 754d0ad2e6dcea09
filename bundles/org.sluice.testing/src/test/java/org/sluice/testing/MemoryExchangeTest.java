package org.sluice.testing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.api.config.Options;
import org.sluice.api.handler.BlockingExchange;
import org.sluice.api.handler.BlockingHandler;
import org.sluice.api.http.FileRegion;
import org.sluice.api.http.HandlerException;
import org.sluice.api.http.Headers;
import org.sluice.api.http.Outcome;
import org.sluice.api.http.PluginMissingException;
import org.sluice.api.http.Response;
import org.sluice.api.http.Subrequest;
import org.sluice.handoff.api.Flusher;
import org.sluice.handoff.api.Preamble;

class MemoryExchangeTest {
  @Test
  void recordsResponseAndTrailers() {
    MemoryExchange exchange = MemoryExchange.get("/").build();
    MemoryBody body =
        MemoryBody.of("one ", "two").withLength(-1).withTrailers(Headers.of("Digest", "x"));
    Await.completed(exchange.respond(Response.of(200, Headers.of("A", "b"), body)));
    assertEquals(MemoryExchange.Answer.RESPONSE, exchange.answer());
    assertEquals(200, exchange.status());
    assertEquals("b", exchange.responseHeaders().get("a"));
    assertEquals("one two", exchange.bodyText());
    assertEquals("x", exchange.trailers().get("digest"));
    assertEquals(1, body.closes());
    assertEquals(Outcome.End.COMPLETE, exchange.outcome().end());
    assertEquals(7, exchange.outcome().bodyBytes());
    assertEquals(List.of(), exchange.violations());
  }

  @Test
  void secondAnswerThrowsAndClosesItsBody() {
    MemoryExchange exchange = MemoryExchange.get("/").build();
    exchange.respond(Response.of(204));
    MemoryBody second = MemoryBody.of("x");
    assertThrows(
        IllegalStateException.class,
        () -> exchange.respond(Response.of(200, Headers.empty(), second)));
    assertEquals(1, second.closes());
    assertThrows(IllegalStateException.class, () -> exchange.upgrade(Response.of(101)));
    assertEquals(204, exchange.status());
  }

  @ParameterizedTest
  @CsvSource({"5, 'declared 5'", "2, 'declared 2'"})
  void lengthMustAgree(long declared, String message) {
    MemoryExchange exchange = MemoryExchange.get("/").build();
    MemoryBody body = MemoryBody.of("abc").withLength(declared);
    Throwable e = Await.failed(exchange.respond(Response.of(200, Headers.empty(), body)));
    assertTrue(e.getMessage().contains(message), e.getMessage());
    assertEquals(1, exchange.violations().size());
    assertEquals(Outcome.End.ABORTED, exchange.outcome().end());
    assertEquals(1, body.closes());
  }

  @ParameterizedTest
  @CsvSource({"HEAD, 200", "GET, 204", "GET, 304"})
  void bodyIsClosedUnreadWhereThereIsNone(String method, int status) {
    MemoryExchange exchange = MemoryExchange.of(method, "/").build();
    MemoryBody body = MemoryBody.of("abc");
    Await.completed(exchange.respond(Response.of(status, Headers.empty(), body)));
    assertEquals(0, body.reads());
    assertEquals(1, body.closes());
    assertEquals(0, exchange.bodyBytes().length);
  }

  @Test
  void slowClientHoldsProducerBack() {
    MemoryExchange exchange = MemoryExchange.get("/").clientTakes(1).build();
    MemoryBody body = MemoryBody.of("a", "b", "c");
    exchange.respond(Response.of(200, Headers.empty(), body));
    assertEquals(1, body.reads());
    assertNull(exchange.outcome());
    exchange.demand(1);
    assertEquals("ab", exchange.bodyText());
    exchange.demand(10);
    assertEquals("abc", exchange.bodyText());
    assertTrue(exchange.bodyComplete());
  }

  @Test
  void bodyThatFailsAborts() {
    MemoryExchange exchange = MemoryExchange.get("/").build();
    MemoryBody body = MemoryBody.open().offer("half");
    CompletableFuture<Void> sent =
        exchange.respond(Response.of(200, Headers.empty(), body)).toCompletableFuture();
    assertFalse(sent.isDone());
    body.fail(new IOException("disk gone"));
    assertEquals("disk gone", Await.failed(sent).getMessage());
    assertEquals("half", exchange.bodyText());
    assertFalse(exchange.bodyComplete());
    assertEquals(Outcome.End.ABORTED, exchange.outcome().end());
  }

  @Test
  void clientThatLeavesClosesTheBody() {
    MemoryExchange exchange = MemoryExchange.get("/").build();
    MemoryBody body = MemoryBody.open();
    CompletableFuture<Void> sent =
        exchange.respond(Response.of(200, Headers.empty(), body)).toCompletableFuture();
    exchange.clientLeaves();
    Await.failed(sent);
    assertEquals(1, body.closes());
    assertEquals(Outcome.End.ABORTED, exchange.outcome().end());
  }

  @Test
  void filtersRunLastAddedFirst() {
    MemoryExchange exchange = MemoryExchange.get("/").build();
    exchange.filter((x, r) -> r.withHeader("Order", "first"));
    exchange.filter((x, r) -> r.withHeader("Order", "last"));
    exchange.respond(Response.of(200));
    assertEquals(List.of("last", "first"), exchange.responseHeaders().all("Order"));
  }

  @Test
  void failingFilterIsA500() {
    MemoryExchange exchange = MemoryExchange.get("/").build();
    exchange.filter(
        (x, r) -> {
          throw new IllegalArgumentException("no");
        });
    MemoryBody body = MemoryBody.of("x");
    Await.failed(exchange.respond(Response.of(200, Headers.empty(), body)));
    assertEquals(500, exchange.status());
    assertEquals("filter-failed", exchange.failure().code());
    assertEquals(1, body.closes());
  }

  @Test
  void failBeforeAndAfterTheHead() {
    MemoryExchange before = MemoryExchange.get("/").build();
    before.fail(new HandlerException(503, "busy", "busy"));
    assertEquals(503, before.status());
    assertEquals(MemoryExchange.Answer.FAILURE, before.answer());
    before.fail(new HandlerException(500, "late", "ignored"));
    assertEquals(503, before.status());

    MemoryExchange after = MemoryExchange.get("/").build();
    after.respond(Response.of(200, Headers.empty(), MemoryBody.open()));
    after.fail(new HandlerException(500, "late", "boom"));
    assertTrue(after.abortReason().contains("boom"));
    assertEquals(200, after.status());
    assertEquals(Outcome.End.ABORTED, after.outcome().end());
  }

  @Test
  void informs() {
    MemoryExchange exchange = MemoryExchange.get("/").build();
    exchange.inform(103, Headers.of("Link", "</a.css>"));
    assertEquals(103, exchange.informed().get(0).status());
    assertThrows(IllegalArgumentException.class, () -> exchange.inform(101, Headers.empty()));
    MemoryExchange old = MemoryExchange.get("/").minorVersion(0).build();
    old.inform(103, Headers.empty());
    assertEquals(List.of(), old.informed());
  }

  @Test
  void callsPlugins() {
    Flusher flusher = (x, o) -> Preamble.head(200);
    MemoryExchange exchange = MemoryExchange.get("/").plugin(Flusher.class, "f", flusher).build();
    assertSame(flusher, Await.completed(exchange.call(Flusher.class, "f", f -> f)));
    Throwable missing = Await.failed(exchange.call(Flusher.class, "g", f -> f));
    assertTrue(missing instanceof PluginMissingException);
    assertEquals(500, ((HandlerException) missing).status());
    Throwable thrown =
        Await.failed(
            exchange.call(
                Flusher.class,
                "f",
                f -> {
                  throw new IllegalStateException("bug");
                }));
    assertEquals(500, ((HandlerException) thrown).status());
    assertThrows(IllegalArgumentException.class, () -> exchange.call(String.class, "f", f -> f));
  }

  @Test
  void runsSubrequests() {
    MemoryExchange exchange =
        MemoryExchange.get("/")
            .subrequests(s -> CompletableFuture.completedStage(Response.of(203)))
            .build();
    assertEquals(203, Await.completed(exchange.subrequest(Subrequest.get("/x"))).status());
    assertEquals(List.of(Subrequest.get("/x")), exchange.subrequests());
    MemoryExchange without = MemoryExchange.get("/").build();
    assertEquals(404, Await.completed(without.subrequest(Subrequest.get("/x"))).status());
  }

  @Test
  void upgrades() {
    MemoryExchange exchange = MemoryExchange.get("/").upgraded(MemoryBody.of("ping")).build();
    Await.completed(exchange.upgrade(Response.of(101))).send(MemoryBody.of("pong"));
    assertArrayEquals("pong".getBytes(StandardCharsets.US_ASCII), exchange.duplex().sent());
    assertTrue(exchange.duplex().halfClosed());
    assertThrows(IllegalStateException.class, () -> exchange.duplex().send(MemoryBody.of("again")));
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "/a/b?c=d, /a/b, c=d, /a/b",
        "/a?, /a, '', /a",
        "/%61%2F..//b/./c/, /%61%2F..//b/./c/, -, /b/c/",
        "http://h:1/p?q, /p, q, /p",
        "http://h, /, -, /",
        "*, *, -, *",
        "/%C3%A9, /%C3%A9, -, /é",
        "/a/.., /a/.., -, /",
      })
  void cutsTheTarget(String target, String rawPath, String query, String path) {
    MemoryExchange exchange = MemoryExchange.get(target).build();
    assertEquals(rawPath, exchange.request().rawPath());
    assertEquals(query, exchange.request().query());
    assertEquals(path, exchange.path());
  }

  @Test
  void matchesRoute() {
    MemoryExchange exchange =
        MemoryExchange.get("/fd/x/y").route("/fd/", "fd:run/a.sock", MapOptions.of()).build();
    assertEquals("x/y", exchange.match().rest());
    assertEquals("main", exchange.site().name());
    assertEquals("fd", exchange.match().route().target().scheme());
    assertNull(exchange.match().group(0));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void blockingHandlerRunsOnCallerAndOnThread(boolean threaded) throws HandlerException {
    BlockingHandler echo =
        new BlockingHandler() {
          @Override
          public void handle(BlockingExchange exchange, Options options) throws IOException {
            byte[] all = exchange.body().readAllBytes();
            try (OutputStream out = exchange.respond(200, Headers.empty())) {
              out.write(all, 0, 2);
              out.write(all, 2, all.length - 2);
            }
          }
        };
    ExecutorService pool = Executors.newSingleThreadExecutor();
    try {
      MemoryExchange exchange =
          MemoryExchange.of("POST", "/")
              .chunks("ab", "cde")
              .workers(threaded ? pool : Runnable::run)
              .build();
      echo.handle(exchange, MapOptions.of());
      Await.until(() -> exchange.outcome() != null, "the exchange ends");
      assertEquals("abcde", exchange.bodyText());
      assertEquals(List.of(), exchange.violations());
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void busyWorkersAreA503() {
    BlockingHandler handler = (exchange, options) -> {};
    MemoryExchange exchange =
        MemoryExchange.get("/")
            .workers(
                task -> {
                  throw new RejectedExecutionException();
                })
            .build();
    HandlerException e =
        assertThrows(HandlerException.class, () -> handler.handle(exchange, MapOptions.of()));
    assertEquals(503, e.status());
  }

  @Test
  void fileRegionIsPulled(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("a"), "x".repeat(200_000));
    MemoryExchange exchange = MemoryExchange.get("/").build();
    FileRegion region = FileRegion.open(file);
    Await.completed(exchange.respond(Response.of(200, Headers.empty(), region)));
    assertEquals(200_000, exchange.bodyBytes().length);
    assertFalse(region.channel().isOpen());
  }

  @Test
  void endedRunsOnTheLoop() {
    try (MemoryLoop loop = MemoryLoop.thread()) {
      MemoryExchange exchange = MemoryExchange.get("/").loop(loop).build();
      CompletableFuture<Boolean> inLoop = new CompletableFuture<>();
      exchange.ended().thenAccept(outcome -> inLoop.complete(loop.inLoop()));
      exchange.respond(Response.of(200));
      assertTrue(Await.completed(inLoop));
    }
  }

  @Test
  void redirectsAreRecordedAndCountAsTheAnswer() {
    MemoryExchange exchange = MemoryExchange.of("POST", "/a").body("content").build();
    exchange.redirect("/b?c", Headers.of("X-A", "1"));
    assertEquals(MemoryExchange.Answer.REDIRECT, exchange.answer());
    assertEquals("/b?c", exchange.redirect().target());
    assertEquals("1", exchange.redirect().fields().get("X-A"));
    assertThrows(IllegalStateException.class, () -> exchange.respond(Response.of(200)));
  }

  @Test
  void rewritesChangePathAndQueryButNotTheTarget() {
    MemoryExchange exchange = MemoryExchange.get("/a?x").build();
    exchange.rewrite("/b/../c%20d?y=1");
    assertEquals("/c d", exchange.path());
    assertEquals("/b/../c%20d", exchange.request().rawPath());
    assertEquals("y=1", exchange.request().query());
    assertEquals("/a?x", exchange.request().target());
    MemoryExchange routed = MemoryExchange.get("/a").route("/", "file:", MapOptions.of()).build();
    assertThrows(IllegalStateException.class, () -> routed.rewrite("/b"));
  }
}
