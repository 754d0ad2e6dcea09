package org.sluice.core.internal.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
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
import org.sluice.api.http.Headers;
import org.sluice.api.http.Request;
import org.sluice.api.http.Response;
import org.sluice.api.http.Subrequest;
import org.sluice.core.internal.dispatch.TestTransaction.Answer;

/** Internal redirects: {@code hop:} sends everybody to the target of its route. */
class RedirectTest {
  @TempDir Path folder;
  private FrontFixture front;

  @BeforeEach
  void open() throws Exception {
    front = new FrontFixture(folder);
    front.base.site("a", "listen=127.0.0.1:80", "hosts=a.example", "error.404=/page?404");
    front.route("files", "target=file:");
    front.route("to", "path=/to/", "target=hop:/page?q=1");
    front.route("loop", "path=/loop", "target=hop:/loop");
    front.route("lost", "path=/lost", "target=hop:/nowhere/x");
    front.route("nowhere", "path=/nowhere/", "target=!");
    front.route("relative", "path=/r/", "target=hop:../c?d");
    front.route("host", "path=/host", "target=hop://other.example/page");
    front.route("fd", "path=/fd", "target=fd:run/x");
    front.route("give", "path=/give", "target=hop:/fd");
    front.handler("file", (exchange, options) -> exchange.respond(page(exchange)));
    front.handler(
        "hop",
        (exchange, options) -> {
          exchange.attribute("first", true);
          exchange.redirect(
              exchange.match().route().target().rest(),
              Headers.of(
                  "Set-Cookie",
                  "a=1",
                  "Set-Cookie",
                  "b=2",
                  "X-Program",
                  "p",
                  "X-Page",
                  "p",
                  "Content-Type",
                  "text/program",
                  "ETag",
                  "\"p\"",
                  "Location",
                  "/page",
                  "Sluice-Handoff",
                  "chat",
                  "X-Socket-Handoff",
                  "/run/secret.sock",
                  "X-Handoff-Data",
                  "secret"));
        });
  }

  @AfterEach
  void close() throws Exception {
    front.close();
  }

  private static Response page(Exchange exchange) {
    Request request = exchange.request();
    Headers fields = request.headers();
    String text =
        String.join(
            " ",
            List.of(
                request.method(),
                exchange.path(),
                "" + request.query(),
                request.target(),
                "" + fields.get("If-None-Match"),
                "" + fields.get("Range"),
                "" + fields.get("Content-Type"),
                "" + fields.get("Content-Length")));
    return Response.of(
        200, Headers.of("Content-Type", "text/page", "X-Page", "yes"), Body.of(text));
  }

  @Test
  void theClientGetsWhatTheTargetGives() throws Exception {
    TestTransaction client =
        front.send(
            "POST",
            "/to/x?y",
            "If-None-Match",
            "\"1\"",
            "Range",
            "bytes=0-1",
            "Content-Type",
            "text/plain",
            "Content-Length",
            "9",
            "Expect",
            "100-continue");
    Answer answer = client.await();
    assertEquals(200, answer.status());
    assertEquals("GET /page q=1 /page?q=1 \"1\" bytes=0-1 null null", answer.body());
    assertTrue(client.bodyClosed, "the request's body is given up");
    Headers fields = answer.headers();
    assertEquals(List.of("a=1", "b=2"), fields.all("Set-Cookie"));
    assertEquals(List.of("p"), fields.all("X-Program"));
    assertEquals(List.of("yes"), fields.all("X-Page"));
    assertEquals(List.of("text/page"), fields.all("Content-Type"));
    for (String name : "ETag Location Sluice-Handoff X-Socket-Handoff X-Handoff-Data".split(" ")) {
      assertNull(fields.get(name), name);
    }
  }

  @Test
  void headStaysHead() throws Exception {
    front.hook(
        "access",
        "note",
        (exchange, options) -> {
          front.seen.add(exchange.request().method() + " " + exchange.path());
          return Verdict.NEXT;
        });
    front.ask("HEAD", "/to/x");
    front.ask("PUT", "/to/x");
    assertEquals("[HEAD /to/x, HEAD /page, PUT /to/x, GET /page]", front.seen.toString());
  }

  @ParameterizedTest
  @CsvSource({
    "/r/a,GET /c d /r/../c?d null null null null",
    "/host,GET /other.example/page null //other.example/page null null null null"
  })
  void targetsAreAlwaysPathsOfTheSite(String path, String body) throws Exception {
    assertEquals(body, front.get(path).body());
  }

  @Test
  void hooksRunAgainAndTheRequestIsLoggedOnce() throws Exception {
    for (String phase : "received translate access identify authorize prepare".split(" ")) {
      front.hook(
          phase,
          "note-" + phase,
          (exchange, options) -> {
            front.seen.add(phase + " " + exchange.path());
            return Verdict.NEXT;
          });
    }
    CompletableFuture<Exchange> logged = new CompletableFuture<>();
    front.hook(
        "done",
        "log",
        (exchange, options) -> {
          front.seen.add("done " + exchange.path());
          logged.complete(exchange);
          return Verdict.NEXT;
        });
    front.get("/to/x");
    assertEquals(
        "received /to/x,translate /to/x,access /to/x,identify /to/x,authorize /to/x,prepare /to/x,"
            + "received /page,translate /page,access /page,identify /page,authorize /page,"
            + "prepare /page,done /to/x",
        String.join(",", front.seen));
    Exchange first = logged.get();
    Exchange second = (Exchange) first.attribute(Attributes.REDIRECTED_TO);
    assertSame(first, second.attribute(Attributes.REDIRECTED_FROM));
    assertNull(second.parent());
    assertEquals(first.id(), second.id());
    assertNull(second.attribute("first"), "attributes stay with their exchange");
    assertEquals(200, second.ended().toCompletableFuture().join().status());
    assertEquals(0, front.front.live().size());
  }

  /** T5: guards and filters are those of the new path. */
  @Test
  void guardsOfTheTargetHold() throws Exception {
    front.route("page", "path=/page", "access.deny=all");
    assertEquals(503, front.get("/to/x").status());
    front.hook(
        "access",
        "access",
        (exchange, options) -> options.isSet("access.deny") ? Verdict.status(403) : Verdict.NEXT);
    Answer denied = front.get("/to/x");
    assertEquals(403, denied.status());
    assertEquals(List.of("a=1", "b=2"), denied.headers().all("Set-Cookie"));
  }

  @Test
  void filtersStayBehindAndNewOnesApply() throws Exception {
    front.hook(
        "prepare",
        "filter",
        (exchange, options) -> {
          String path = exchange.path();
          exchange.filter((e, response) -> response.withHeader("X-Filter", path));
          return Verdict.NEXT;
        });
    assertEquals(List.of("/page"), front.get("/to/x").headers().all("X-Filter"));
  }

  @Test
  void aTargetThatFailsGetsItsErrorPage() throws Exception {
    Answer answer = front.get("/lost");
    assertEquals(404, answer.status());
    assertEquals("GET /page 404 /page?404 null null null null", answer.body());
    assertEquals("p", answer.headers().get("X-Program"));
  }

  @Test
  void loopsEnd() throws Exception {
    Answer answer = front.get("/loop");
    assertEquals(500, answer.status());
    assertTrue(answer.body().contains("redirect-loop"), answer.body());
    assertEquals(0, front.front.live().size());
  }

  @Test
  void aHandlerMayTakeTheClient() throws Exception {
    front.handler(
        "fd",
        (exchange, options) ->
            exchange.respond(
                Response.of(exchange.capability(TestTransaction.class) == null ? 500 : 200)));
    assertEquals(200, front.get("/give").status());
  }

  @Test
  void itCountsAsTheAnswer() throws Exception {
    front.route("twice", "path=/twice", "target=fd:run/x");
    front.handler(
        "fd",
        (exchange, options) -> {
          exchange.redirect("/page", Headers.empty());
          assertThrows(IllegalStateException.class, () -> exchange.respond(Response.of(200)));
          assertThrows(IllegalStateException.class, () -> exchange.redirect("/x", Headers.empty()));
          assertNull(exchange.capability(TestTransaction.class));
          exchange.fail(new org.sluice.api.http.HandlerException(500, "late", "too late"));
        });
    assertEquals(200, front.get("/twice").status());
  }

  @Test
  void aSubrequestMayBeRedirectedToo() throws Exception {
    front.route("including", "path=/including", "target=fd:run/x");
    front.handler(
        "fd",
        (exchange, options) ->
            exchange
                .subrequest(Subrequest.get("/to/x"))
                .thenAccept(part -> exchange.respond(Response.of(200).withBody(part.body()))));
    Answer answer = front.get("/including");
    assertNotNull(answer);
    assertEquals("GET /page q=1 /page?q=1 null null null null", answer.body());
    assertEquals(0, front.front.live().size());
  }
}
