package org.sluice.core.internal.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.api.handler.Handler;
import org.sluice.api.hook.Verdict;
import org.sluice.api.http.HandlerException;
import org.sluice.api.http.Response;
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

  private void assertFailed(String code) throws Exception {
    Answer answer = front.get("/x");
    assertEquals(500, answer.status());
    assertTrue(answer.body().contains(code), answer.body());
  }
}
