package org.sluice.core.internal.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.osgi.framework.ServiceRegistration;
import org.sluice.api.hook.Hook;
import org.sluice.api.hook.Phase;
import org.sluice.api.hook.Verdict;
import org.sluice.api.http.Body;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.HandlerException;
import org.sluice.api.http.Headers;
import org.sluice.api.http.Response;
import org.sluice.api.http.Subrequest;
import org.sluice.core.internal.dispatch.TestTransaction.Answer;
import org.sluice.testing.Await;

/** What hooks can do to a request, and what their coming and going does. */
class HooksTest {
  private static final String PHASES = "received translate access identify authorize prepare done";

  @TempDir Path folder;
  private FrontFixture front;

  @BeforeEach
  void open() throws Exception {
    front = new FrontFixture(folder).route("files", "target=file:");
    front.handler(
        "file",
        (exchange, options) -> {
          front.seen.add("handler " + exchange.path());
          exchange.respond(Response.of(200).withBody(Body.of("file " + exchange.path())));
        });
  }

  @AfterEach
  void close() throws Exception {
    front.close();
  }

  private void noteAllPhases() {
    for (String phase : PHASES.split(" ")) {
      front.hook(
          phase,
          "note-" + phase,
          (exchange, options) -> {
            front.seen.add(phase + " " + exchange.request().rawPath());
            return Verdict.NEXT;
          });
    }
  }

  private String seen() {
    String all = String.join(",", front.seen);
    front.seen.clear();
    return all;
  }

  @Test
  void everyPhaseIsCalledOnceAndInOrder() throws Exception {
    noteAllPhases();
    assertEquals("file /x", front.get("/x").body());
    assertEquals(
        "received /x,translate /x,access /x,identify /x,authorize /x,prepare /x,handler /x,done /x",
        seen());
  }

  @Test
  void subrequestsSkipTheFirstAndTheLast() throws Exception {
    front.route("page", "path=/page", "target=http://page/");
    front.handler(
        "http",
        (exchange, options) ->
            exchange
                .subrequest(Subrequest.get("/part"))
                .thenAccept(part -> exchange.respond(Response.of(200).withBody(part.body()))));
    noteAllPhases();
    assertEquals("file /part", front.get("/page").body());
    assertEquals(
        "received /page,translate /page,access /page,identify /page,authorize /page,prepare /page,"
            + "translate /part,access /part,identify /part,authorize /part,prepare /part,"
            + "handler /part,done /page",
        seen());
  }

  @Test
  void doneIsCalledForRefusedRequestsAndForThoseOfNoSite() throws Exception {
    AtomicInteger options = new AtomicInteger();
    front.hook(
        "done",
        "log",
        (exchange, given) -> {
          options.addAndGet(given.list("index").size());
          front.seen.add("done " + exchange.ended().toCompletableFuture().join().status());
          return Verdict.status(500);
        });
    assertEquals(404, front.send(front.transaction("GET", "/", "Host", "other")).await().status());
    assertEquals(400, front.send(front.transaction("GET", "/").refused(400)).await().status());
    assertEquals(404, front.get("/%2f").status());
    assertEquals("done 404,done 400,done 404", seen());
    assertEquals(3, options.get());
  }

  @Test
  void oneThatFailsInDoneDoesNotKeepTheOthersFromIt() throws Exception {
    front.hook(
        "done",
        "broken",
        (exchange, options) -> {
          throw new IllegalStateException("broken");
        },
        "sluice.hook.order",
        0);
    front.hook(
        "done",
        "log",
        (exchange, options) -> {
          front.seen.add("logged");
          return Verdict.NEXT;
        });
    assertEquals(200, front.get("/x").status());
    assertEquals("handler /x,logged", seen());
    List<Object> row = front.registry.table().rows().get(1);
    assertEquals("done:broken 1 1", row.get(1) + " " + row.get(6) + " " + row.get(7));
    assertEquals(0, row.get(5));
  }

  private Answer stopped(Supplier<Verdict> verdict) throws Exception {
    ServiceRegistration<Hook> hook =
        front.hook("access", "stop", (exchange, options) -> verdict.get());
    front.hook(
        "identify",
        "later",
        (exchange, options) -> {
          front.seen.add("later hook");
          return Verdict.NEXT;
        });
    Answer answer = front.get("/x");
    hook.unregister();
    return answer;
  }

  @Test
  void aStatusStopsWithItsFieldsAndAPage() throws Exception {
    Answer answer =
        stopped(() -> Verdict.status(401, Headers.of("WWW-Authenticate", "Basic realm=\"x\"")));
    assertEquals(401, answer.status());
    assertEquals("Basic realm=\"x\"", answer.headers().get("WWW-Authenticate"));
    assertTrue(answer.body().startsWith("401 Unauthorized\nstop "), answer.body());
    assertEquals("", seen());
  }

  @Test
  void aRedirectionStopsWithoutAPage() throws Exception {
    Answer answer = stopped(() -> Verdict.status(302, Headers.of("Location", "/login")));
    assertEquals(302, answer.status());
    assertEquals("/login", answer.headers().get("Location"));
    assertEquals("", answer.body());
    assertEquals("", seen());
  }

  /** Throws what no signature tells of, as Kotlin or a proxy may. */
  @SuppressWarnings("unchecked")
  private static <T extends Throwable> RuntimeException undeclared(Throwable thrown) throws T {
    throw (T) thrown;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "throws",
        "error",
        "recursion",
        "checked",
        "late null",
        "late failure",
        "late later null",
        "answered nothing",
        "late answered nothing"
      })
  void aHookThatDoesNotDecideIsAFailureOfItsOwn(String how) throws Exception {
    Answer answer =
        stopped(
            () ->
                switch (how) {
                  case "throws" -> throw new IllegalStateException("told to");
                  case "error" -> throw new AssertionError("told to");
                  case "recursion" -> throw new StackOverflowError("told to");
                  case "checked" -> throw undeclared(new java.io.IOException("told to"));
                  case "late null" -> Verdict.later(CompletableFuture.completedStage(null));
                  case "late failure" ->
                      Verdict.later(
                          CompletableFuture.failedStage(new IllegalStateException("told to")));
                  case "late later null" ->
                      Verdict.later(
                          CompletableFuture.completedStage(
                              Verdict.later(CompletableFuture.completedStage(null))));
                  case "answered nothing" -> Verdict.ANSWERED;
                  case "late answered nothing" ->
                      Verdict.later(CompletableFuture.completedStage(Verdict.ANSWERED));
                  default -> null;
                });
    assertEquals(500, answer.status());
    assertTrue(answer.body().contains("hook-failed"), answer.body());
    assertFalse(answer.body().contains("told to"), answer.body());
    assertEquals("", seen());
  }

  /** What is under way without a byte being sent yet counts as an answer. */
  @ParameterizedTest
  @ValueSource(strings = {"redirect", "page", "later", "inner"})
  void anAnswerUnderWayIsOne(String how) throws Exception {
    front.route("page", "path=/page", "target=file:", "error.403=/denied");
    front.hook(
        "access",
        "answer",
        (exchange, options) -> {
          if (!exchange.path().equals("/page")) {
            return Verdict.NEXT;
          }
          switch (how) {
            case "redirect" -> exchange.redirect("/elsewhere", Headers.empty());
            case "page" -> exchange.fail(new HandlerException(403, "no", "no"));
            case "inner" -> {
              return Verdict.later(
                  exchange
                      .subrequest(Subrequest.get("/denied"))
                      .thenAccept(exchange::respond)
                      .thenApply(nothing -> Verdict.ANSWERED));
            }
            default -> {
              CompletableFuture<Verdict> answered = new CompletableFuture<>();
              exchange
                  .workers()
                  .execute(
                      () -> {
                        exchange.respond(Response.of(204));
                        answered.complete(Verdict.ANSWERED);
                      });
              return Verdict.later(answered);
            }
          }
          return Verdict.ANSWERED;
        });
    Answer answer = front.get("/page");
    String expected =
        switch (how) {
          case "redirect" -> "200 file /elsewhere";
          case "page" -> "403 file /denied";
          case "inner" -> "200 file /denied";
          default -> "204 ";
        };
    assertEquals(expected, answer.status() + " " + answer.body());
    assertEquals(0L, front.registry.table().rows().get(1).get(7));
  }

  @Test
  void aHookThatSaysAnsweredAndHasNotIsCounted() throws Exception {
    front.hook("access", "silent", (exchange, options) -> Verdict.ANSWERED);
    assertEquals(500, front.get("/x").status());
    List<Object> row = front.registry.table().rows().get(1);
    assertEquals("access:silent 1 1", row.get(1) + " " + row.get(6) + " " + row.get(7));
    assertTrue(row.toString().contains("nothing was answered"), row.toString());
  }

  @Test
  void lateVerdictsMeanTheSame() throws Exception {
    assertEquals(
        200, stopped(() -> Verdict.later(CompletableFuture.completedStage(Verdict.NEXT))).status());
    assertEquals("later hook,handler /x", seen());
    Verdict twice =
        Verdict.later(
            CompletableFuture.completedStage(
                Verdict.later(CompletableFuture.completedStage(Verdict.status(403)))));
    assertEquals(403, stopped(() -> twice).status());
    assertEquals(
        503,
        stopped(
                () ->
                    Verdict.later(
                        CompletableFuture.failedStage(
                            new HandlerException(503, "busy", "busy", null, 7))))
            .status());
    assertEquals("", seen());
  }

  @Test
  void aHookMayAnswerItself() throws Exception {
    front.hook(
        "prepare",
        "answer",
        (exchange, options) -> {
          exchange.respond(Response.of(203).withBody(Body.of("by the hook")));
          return Verdict.ANSWERED;
        });
    Answer answer = front.get("/x");
    assertEquals(203, answer.status());
    assertEquals("by the hook", answer.body());
    assertEquals("", seen());
  }

  @Test
  void translateMayRewrite() throws Exception {
    front.route("b", "path=/b/", "target=http://b/");
    front.handler(
        "http",
        (exchange, options) ->
            exchange.respond(
                Response.of(200)
                    .withBody(
                        Body.of(
                            exchange.match().route().name()
                                + " "
                                + exchange.path()
                                + " "
                                + exchange.request().rawPath()
                                + " "
                                + exchange.request().query()
                                + " "
                                + exchange.request().target()))));
    front.hook(
        "translate",
        "rewrite",
        (exchange, options) -> {
          try {
            exchange.rewrite(exchange.path().equals("/bad") ? "/%zz" : "/b//%C3%A4?q=1");
            return Verdict.NEXT;
          } catch (HandlerException e) {
            return Verdict.status(e.status());
          }
        });
    assertEquals("b /b/ä /b//%C3%A4 q=1 /a?x", front.get("/a?x").body());
    assertEquals(400, front.get("/bad").status());
  }

  /** A request keeps the hooks it began with; the next one does not see what has gone. */
  @Test
  void aRequestKeepsItsSnapshot() throws Exception {
    CompletableFuture<Verdict> verdict = new CompletableFuture<>();
    AtomicBoolean waits = new AtomicBoolean(true);
    front.hook(
        "access",
        "slow",
        (exchange, options) -> waits.get() ? Verdict.later(verdict) : Verdict.NEXT);
    ServiceRegistration<Hook> leaving =
        front.hook(
            "authorize",
            "leaving",
            (exchange, options) -> {
              front.seen.add("leaving");
              return Verdict.NEXT;
            });
    TestTransaction first = front.send("GET", "/first");
    front.settle();
    CompletableFuture<Void> gone = CompletableFuture.runAsync(leaving::unregister);
    Await.until(
        Duration.ofSeconds(10),
        () -> front.front.hooks(Phase.AUTHORIZE).isEmpty(),
        "a new snapshot is published");
    waits.set(false);
    assertEquals(200, front.get("/second").status());
    assertFalse(gone.isDone(), "it waits for the first request");
    assertEquals("handler /second", seen());
    verdict.complete(Verdict.NEXT);
    assertEquals(200, first.await().status());
    assertEquals("leaving,handler /first", seen());
    gone.get(10, TimeUnit.SECONDS);
  }

  /**
   * A guard that is replaced does not end a download; a filter that still works does hold its hook.
   */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void hooksAreHeldAfterTheirPhasesOnlyIfTheyLeftSomething(boolean filters) throws Exception {
    CompletableFuture<Exchange> open = new CompletableFuture<>();
    front.route("slow", "path=/slow", "target=fd:run/x");
    front.handler("fd", (exchange, options) -> open.complete(exchange));
    ServiceRegistration<Hook> hook =
        front.hook(
            "prepare",
            "leaving",
            (exchange, options) -> {
              if (filters) {
                exchange.filter((e, response) -> response.withHeader("X-Filter", "yes"));
              }
              return Verdict.NEXT;
            });
    TestTransaction client = front.send("GET", "/slow");
    Exchange exchange = open.get(10, TimeUnit.SECONDS);
    CompletableFuture<Void> gone = CompletableFuture.runAsync(hook::unregister);
    Await.until(
        Duration.ofSeconds(10),
        () -> front.front.hooks(Phase.PREPARE).isEmpty() && (filters || gone.isDone()),
        "the hook leaves");
    assertEquals(!filters, gone.isDone());
    exchange.respond(Response.of(200));
    assertEquals(filters ? "yes" : null, client.await().headers().get("X-Filter"));
    gone.get(10, TimeUnit.SECONDS);
  }

  /** T15: what outlasts the drain is aborted, wherever it waits. */
  @Test
  void whatOutlastsTheDrainIsAborted() throws Exception {
    front.registry.times(Duration.ZERO, Duration.ofMillis(20));
    ServiceRegistration<Hook> hook =
        front.hook(
            "access",
            "never",
            (exchange, options) -> Verdict.later(new CompletableFuture<Verdict>()));
    TestTransaction waiting = front.send("GET", "/x");
    front.settle();
    CompletableFuture.runAsync(hook::unregister).get(10, TimeUnit.SECONDS);
    assertEquals("plugin-left", waiting.await().aborted());
  }

  @Test
  void aVerdictThatComesAfterTheClientLeftIsForgotten() throws Exception {
    CompletableFuture<Verdict> verdict = new CompletableFuture<>();
    front.hook("access", "slow", (exchange, options) -> Verdict.later(verdict));
    TestTransaction client = front.send("GET", "/x");
    front.settle();
    client.abort("client left");
    client.await();
    verdict.complete(Verdict.NEXT);
    front.settle();
    assertEquals("", seen());
    assertEquals(0, front.front.live().size());
  }

  @Test
  void guardsFailClosedUntilTheirHookIsThere() throws Exception {
    front.route("secret", "path=/secret", "access.allow=192.0.2.1");
    assertEquals(503, front.get("/secret").status());
    assertEquals(200, front.get("/open").status());
    ServiceRegistration<Hook> guard =
        front.hook("access", "access", (exchange, options) -> Verdict.NEXT);
    assertEquals(200, front.get("/secret").status());
    guard.unregister();
    assertEquals(503, front.get("/secret").status());
    assertEquals("10", front.get("/secret").headers().get("Retry-After"));
  }

  @Test
  void aGuardThatIsReplacedHoldsItsRequests() throws Exception {
    front.route("secret", "path=/secret", "access.allow=192.0.2.1");
    front.registry.times(Duration.ofMinutes(5), Duration.ofSeconds(4));
    front.hook("access", "access", (exchange, options) -> Verdict.NEXT).unregister();
    TestTransaction held = front.send("GET", "/secret");
    front.settle();
    assertFalse(held.isOver());
    front.hook(
        "access",
        "access",
        (exchange, options) -> {
          front.seen.add("guarded");
          return Verdict.NEXT;
        });
    assertEquals(200, held.await().status());
    assertEquals("guarded,handler /secret", seen());
  }

  /** Both are of the bundle that is replaced: the one that leaves next would wait for the first. */
  @Test
  void whoWaitsForAGuardHoldsNoOtherHook() throws Exception {
    front.route("secret", "path=/secret", "access.allow=192.0.2.1");
    front.registry.times(Duration.ofSeconds(8), Duration.ofMinutes(1));
    Hook passes = (exchange, options) -> Verdict.NEXT;
    ServiceRegistration<Hook> guard = front.hook("access", "access", passes);
    ServiceRegistration<Hook> other = front.hook("received", "other", passes);
    guard.unregister();
    TestTransaction held = front.send("GET", "/secret");
    front.settle();
    assertFalse(held.isOver());

    // Returns when no exchange holds it.
    other.unregister();
    front.hook("access", "access", passes);

    assertEquals(200, held.await().status());
  }

  /** It does not wait for a hook whose filter nobody will ask. */
  @Test
  void whoStartsOverIsJudgedByTheHooksOfThatTime() throws Exception {
    CompletableFuture<Exchange> open = new CompletableFuture<>();
    front.route("slow", "path=/slow", "target=fd:run/x");
    front.handler(
        "fd",
        (exchange, options) -> {
          if (open.isDone()) {
            exchange.respond(Response.of(204));
          } else {
            exchange.whenPluginLeaves(exchange::startOver);
            open.complete(exchange);
          }
        });
    ServiceRegistration<Hook> leaving = filtering("before");
    TestTransaction client = front.send("GET", "/slow");
    open.get(10, TimeUnit.SECONDS);
    filtering("after");

    leaving.unregister();

    Answer answer = client.await();
    assertEquals("204 after", answer.status() + " " + answer.headers().get("X-Filter"));
  }

  private ServiceRegistration<Hook> filtering(String value) {
    return front.hook(
        "access",
        value,
        (exchange, options) -> {
          exchange.filter((e, response) -> response.withHeader("X-Filter", value));
          return Verdict.NEXT;
        });
  }

  @Test
  void holdingForAGuardEndsAtItsTime() throws Exception {
    front.route("secret", "path=/secret", "access.allow=192.0.2.1");
    front.registry.times(Duration.ofMillis(30), Duration.ofSeconds(4));
    front.hook("access", "access", (exchange, options) -> Verdict.NEXT).unregister();
    assertEquals(503, front.get("/secret").status());
  }

  /** Comes and goes without a pause: whatever reaches the handler has passed the guard. */
  @Test
  void neverAnUnguardedResource() throws Exception {
    front.route("secret", "path=/secret", "access.allow=192.0.2.1", "target=http://secret/");
    front.handler(
        "http",
        (exchange, options) ->
            exchange.respond(Response.of(exchange.attribute("passed") == null ? 299 : 200)));
    AtomicBoolean over = new AtomicBoolean();
    CompletableFuture<Integer> swaps =
        CompletableFuture.supplyAsync(
            () -> {
              int rounds = 0;
              while (!over.get()) {
                front
                    .hook(
                        "access",
                        "access",
                        (exchange, options) -> {
                          exchange.attribute("passed", true);
                          return Verdict.NEXT;
                        })
                    .unregister();
                rounds++;
              }
              return rounds;
            });
    int[] counts = new int[600];
    for (int i = 0; i < 3000 || counts[200] == 0 || counts[503] == 0; i++) {
      counts[front.get("/secret").status()]++;
    }
    over.set(true);
    assertTrue(swaps.get(10, TimeUnit.SECONDS) > 10);
    assertEquals(0, counts[299], "unguarded");
    assertEquals(0, counts[500]);
    assertEquals(List.of(), List.copyOf(front.seen));
  }
}
