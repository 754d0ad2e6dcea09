package org.sluice.core.internal.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.api.hook.Verdict;
import org.sluice.api.http.Attributes;
import org.sluice.api.http.Body;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.HandlerException;
import org.sluice.api.http.Headers;
import org.sluice.api.http.Response;
import org.sluice.core.internal.dispatch.TestTransaction.Answer;

/** Error answers, built in and configured. */
class ErrorPagesTest {
  @TempDir Path folder;
  private FrontFixture front;

  @BeforeEach
  void open() throws Exception {
    front = new FrontFixture(folder);
    front.base.site(
        "a", "listen=127.0.0.1:80", "hosts=a.example", "error.404=/errors/404", "error.500=/bad");
    front.route("bad", "path=/bad", "target=http://bad/");
    front.route("pages", "path=/errors/", "target=file:");
    front.route("inner", "path=/bad/inner", "error.500=/errors/own?q=1", "error.404=");
    front.route("deep", "path=/bad/inner/deep", "error.410=/errors/410");
    front.handler("file", (exchange, options) -> page(exchange));
    front.handler(
        "http",
        (exchange, options) -> {
          int status = Integer.parseInt(exchange.request().headers().get("X-Status"));
          throw new HandlerException(status, "told<to>\"", "a secret of the front", null, 3)
              .with(Headers.of("X-Why", "because", "Content-Language", "xx"));
        });
  }

  /** Tells what the page's exchange sees; {@code /errors/404} has fields of a file. */
  private static void page(Exchange exchange) throws HandlerException {
    if (exchange.path().equals("/errors/410")) {
      throw new HandlerException(403, "closed", "the page is not for everybody");
    }
    Exchange failed = (Exchange) exchange.attribute(Attributes.REDIRECTED_FROM);
    String text =
        exchange.request().method()
            + " "
            + exchange.path()
            + " "
            + exchange.request().query()
            + " for "
            + exchange.attribute(Attributes.ERROR_STATUS)
            + " of "
            + (failed == null ? null : failed.path())
            + " range="
            + exchange.request().headers().get("Range");
    exchange.respond(
        Response.of(
            200,
            Headers.of(
                "ETag", "\"1\"", "Last-Modified", "x", "X-Page", "yes", "Content-Language", "en"),
            Body.of(text)));
  }

  @AfterEach
  void close() throws Exception {
    front.close();
  }

  @Test
  void thePageOfTheSiteKeepsTheStatus() throws Exception {
    Answer answer = front.get("/nothing", "Range", "bytes=0-1", "If-None-Match", "\"1\"");
    assertEquals(404, answer.status());
    assertEquals("GET /errors/404 null for 404 of /nothing range=null", answer.body());
    assertEquals("yes", answer.headers().get("X-Page"));
    assertNull(answer.headers().get("ETag"));
    assertNull(answer.headers().get("Last-Modified"));
  }

  @Test
  void aPageForAPostIsAskedForWithGet() throws Exception {
    assertEquals(
        "GET /errors/404 null for 404 of /nothing range=null",
        front.ask("POST", "/nothing").body());
    assertEquals(404, front.ask("HEAD", "/nothing").status());
  }

  @Test
  void routesInheritAndReplacePages() throws Exception {
    Answer own = front.get("/bad/inner/deep/x", "X-Status", "500");
    assertEquals(500, own.status());
    assertEquals("GET /errors/own q=1 for 500 of /bad/inner/deep/x range=null", own.body());
    assertEquals("because", own.headers().get("X-Why"));
    assertEquals("3", own.headers().get("Retry-After"));
    assertEquals("xx", own.headers().get("Content-Language"), "the failure's own fields count");
    Answer none = front.get("/bad/inner", "X-Status", "404");
    assertEquals(404, none.status());
    assertTrue(none.body().startsWith("404 Not Found\n"), none.body());
  }

  /** T9, T11: no loop, no word of the client or of the log, and everything escaped. */
  @ParameterizedTest
  @CsvSource({"/bad,500", "/bad/inner/deep,410"})
  void aPageThatFailsLeavesTheBuiltInAnswer(String path, int status) throws Exception {
    Answer answer = front.get(path + "?<script>", "X-Status", "" + status, "Accept", "text/html");
    assertEquals(status, answer.status());
    assertEquals("text/html; charset=utf-8", answer.headers().get("Content-Type"));
    assertTrue(answer.body().contains("told&lt;to&gt;&quot;"), answer.body());
    assertFalse(answer.body().contains("script"), answer.body());
    assertFalse(answer.body().contains("secret"), answer.body());
    assertFalse(answer.body().toLowerCase(java.util.Locale.ROOT).contains("sluice"));
    assertEquals("because", answer.headers().get("X-Why"));
    assertEquals("no-store", answer.headers().get("Cache-Control"));
  }

  @Test
  void problemDetails() throws Exception {
    Answer answer = front.get("/bad/inner", "X-Status", "403", "Accept", "application/json");
    assertEquals("application/problem+json", answer.headers().get("Content-Type"));
    String start =
        "{\"type\":\"about:blank\",\"title\":\"Forbidden\",\"status\":403,"
            + "\"code\":\"told<to>\\\"\",\"exchange\":\"";
    assertTrue(answer.body().startsWith(start), answer.body());
    assertTrue(answer.body().endsWith("\"}\n"), answer.body());
  }

  /** The page is guarded like any other resource. */
  @Test
  void hooksRunForThePageToo() throws Exception {
    front.hook(
        "access",
        "closed",
        (exchange, options) ->
            exchange.path().startsWith("/errors/") ? Verdict.status(403) : Verdict.NEXT);
    Answer answer = front.get("/nothing");
    assertEquals(404, answer.status());
    assertTrue(answer.body().startsWith("404 Not Found\n"), answer.body());
  }

  @Test
  void refusedRequestsGetNothingButTheBuiltInAnswer() throws Exception {
    Answer answer =
        front.send(front.transaction("GET", "/x", "Host", "a.example").refused(404)).await();
    assertEquals(404, answer.status());
    assertTrue(answer.body().startsWith("404 Not Found\n"), answer.body());
  }

  @Test
  void responsesOfHandlersStayTheirs() throws Exception {
    front.route("own", "path=/own", "target=fd:run/x");
    front.handler(
        "fd", (exchange, options) -> exchange.respond(Response.of(404).withBody(Body.of("mine"))));
    Answer answer = front.get("/own");
    assertEquals("mine", answer.body());
    assertNotNull(answer.headers());
  }
}
