package org.sluice.core.internal.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.api.handler.BlockingHandler;
import org.sluice.api.handler.Handler;
import org.sluice.api.hook.Verdict;
import org.sluice.api.http.Body;
import org.sluice.api.http.HandlerException;
import org.sluice.api.http.Response;
import org.sluice.api.http.Subrequest;
import org.sluice.core.internal.dispatch.TestTransaction.Answer;

/** Whatever a plug-in throws costs one exchange: a 500 with its code, never a silent end. */
class PluginFaultsTest {
  @TempDir Path folder;
  private FrontFixture front;

  @BeforeEach
  void open() throws Exception {
    front = new FrontFixture(folder);
    front.base.site("a", "listen=127.0.0.1:80", "hosts=a.example");
    front.route("files", "path=/", "target=file:");
  }

  @AfterEach
  void close() throws Exception {
    front.close();
  }

  private static void fault(String how) {
    switch (how) {
      case "exception" -> throw new IllegalStateException("told to");
      case "linkage" -> throw new NoClassDefFoundError("told/To");
      case "assertion" -> throw new AssertionError("told to");
      case "recursion" -> fault(how);
      case "memory" -> throw new OutOfMemoryError("told to");
      case "checked" -> PluginFaultsTest.<RuntimeException>undeclared(new IOException("told to"));
      default -> throw new IllegalArgumentException(how);
    }
  }

  /** Throws what no signature tells of, as other languages and proxies may. */
  @SuppressWarnings("unchecked")
  private static <T extends Throwable> void undeclared(Throwable thrown) throws T {
    throw (T) thrown;
  }

  @ParameterizedTest
  @ValueSource(strings = {"exception", "linkage", "assertion", "recursion", "memory", "checked"})
  void ofAHandler(String how) throws Exception {
    front.handler("file", (exchange, options) -> fault(how));
    assertFailed("handler-failed");
  }

  /** On a worker thread, where nobody else would tell the client. */
  @ParameterizedTest
  @ValueSource(strings = {"silence", "exception", "linkage", "assertion", "recursion", "checked"})
  void ofABlockingHandler(String how) throws Exception {
    BlockingHandler handler =
        (exchange, options) -> {
          if (!how.equals("silence")) {
            fault(how);
          }
        };
    front.handler("file", handler);
    assertFailed("handler-failed");
    List<Object> row = front.registry.table().rows().get(0);
    assertEquals("1 1", row.get(6) + " " + row.get(7), row.toString());
  }

  @Test
  void aBlockingHandlerMayAnswerByTheExchangeItself() throws Exception {
    BlockingHandler handler = (exchange, options) -> exchange.exchange().respond(Response.of(204));
    front.handler("file", handler);
    assertEquals(204, front.get("/x").status());
    assertEquals(0L, front.registry.table().rows().get(0).get(7));
  }

  @ParameterizedTest
  @ValueSource(strings = {"assertion", "recursion", "checked"})
  void ofAPluginThatAnotherCalls(String how) throws Exception {
    front.handler("inner", (exchange, options) -> fault(how));
    front.handler(
        "file",
        (exchange, options) ->
            exchange
                .call(
                    Handler.class,
                    "inner",
                    handler -> {
                      handler.handle(exchange, options);
                      return "";
                    })
                .whenComplete((nothing, failure) -> exchange.fail((HandlerException) failure)));
    assertFailed("plugin-failed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"exception", "linkage", "assertion", "recursion", "null"})
  void ofAFilter(String how) throws Exception {
    front.hook(
        "prepare",
        "filtering",
        (exchange, options) -> {
          exchange.filter(
              (inner, response) -> {
                if (!how.equals("null")) {
                  fault(how);
                }
                return null;
              });
          return Verdict.NEXT;
        });
    front.handler("file", (exchange, options) -> exchange.respond(Response.of(200)));
    assertFailed("filter-failed");
    assertEquals(1, failures());
  }

  /** The client is reset and sees nothing of it: one line, and one more failure of the plug-in. */
  @ParameterizedTest
  @CsvSource({"state, 1", "error, 1", "handler, 1", "io, 0", "cancelled, 0", "too large, 0"})
  void ofABody(String how, long counted) throws Exception {
    Throwable thrown =
        switch (how) {
          case "state" -> new IllegalStateException("read() gave no stage");
          case "error" -> new AssertionError("told to");
          case "handler" -> new HandlerException(500, "handler-failed", "the handler failed");
          case "cancelled" -> new CancellationException();
          case "too large" -> new HandlerException(413, "request-body", "too large");
          default -> new IOException("the client has left");
        };
    CompletableFuture<Throwable> told = new CompletableFuture<>();
    front.handler(
        "file",
        (exchange, options) ->
            exchange
                .respond(Response.of(200).withBody(new FailingBody(thrown)))
                .whenComplete((nothing, failure) -> told.complete(failure)));
    PrintStream before = System.err;
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    try {
      front.send("GET", "/x");
      assertNotNull(told.get(10, TimeUnit.SECONDS));
      front.settle();
    } finally {
      System.setErr(before);
    }
    assertEquals(counted, front.registry.table().rows().get(0).get(7));
    List<String> lines =
        log.toString(StandardCharsets.UTF_8)
            .lines()
            .filter(line -> line.contains("body-failed"))
            .toList();
    assertEquals(counted, lines.size(), log.toString(StandardCharsets.UTF_8));
    for (String line : lines) {
      assertTrue(line.contains(" client 192.0.2.1 route files plug-in org.apache.felix"), line);
      assertTrue(line.contains(thrown.toString()), line);
    }
  }

  /** A page's own request: whoever reads it gets a failure, never nothing. */
  @Test
  void ofABodyOfASubrequest() throws Exception {
    front.route("part", "path=/part", "target=http://part/");
    front.handler(
        "http",
        (exchange, options) -> exchange.respond(Response.of(200).withBody(new FailingBody(null))));
    front.handler(
        "file",
        (exchange, options) ->
            exchange
                .subrequest(Subrequest.get("/part"))
                .thenCompose(part -> part.body().read())
                .whenComplete(
                    (buffer, failure) ->
                        exchange.respond(
                            Response.of(200).withBody(Body.of(failure.getCause().getMessage())))));
    assertEquals(FailingBody.class.getName() + ": read() gave no stage", front.get("/x").body());
    assertEquals(1, failures());
  }

  /** Fails its first read; gives no stage at all without a failure. */
  private record FailingBody(Throwable failure) implements Body {
    @Override
    public long length() {
      return -1;
    }

    @Override
    public CompletionStage<ByteBuffer> read() {
      return failure == null ? null : CompletableFuture.failedStage(failure);
    }

    @Override
    public void close() {}
  }

  @Test
  void theNextExchangeIsServed() throws Exception {
    front.handler(
        "file",
        (exchange, options) -> {
          if (exchange.path().equals("/x")) {
            fault("recursion");
          }
          exchange.respond(Response.of(200));
        });
    assertFailed("handler-failed");
    assertEquals(200, front.get("/y").status());
  }

  private long failures() {
    return front.registry.table().rows().stream().mapToLong(row -> (long) row.get(7)).sum();
  }

  private void assertFailed(String code) throws Exception {
    Answer answer = front.get("/x");
    assertEquals(500, answer.status());
    assertTrue(answer.body().contains(code), answer.body());
  }
}
