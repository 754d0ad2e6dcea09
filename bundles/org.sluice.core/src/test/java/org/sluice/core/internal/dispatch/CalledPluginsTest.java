package org.sluice.core.internal.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.ServiceRegistration;
import org.sluice.api.handler.Handler;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.Headers;
import org.sluice.api.http.Response;
import org.sluice.testing.Await;

/** How long an exchange keeps the plug-ins that were called for it. */
class CalledPluginsTest {
  @TempDir Path folder;
  private FrontFixture front;

  @BeforeEach
  void open() throws Exception {
    front = new FrontFixture(folder);
    front.route("files", "target=file:");
    front.handler("inner", (exchange, options) -> {});
    front.handler("other", (exchange, options) -> {});
  }

  @AfterEach
  void close() throws Exception {
    front.close();
  }

  /** Exchanges that use a plug-in, by its name. */
  private Map<Object, Object> inUse() {
    return front.registry.table().rows().stream()
        .collect(Collectors.toMap(row -> row.get(1), row -> row.get(5)));
  }

  /** Nobody waits for {@code plugin.drain}, and nothing is cut. */
  @Test
  void whoCanEndEarlyDoesWhenAPluginLeaves() throws Exception {
    ServiceRegistration<Handler> leaving = front.handler("leaving", (exchange, options) -> {});
    CountDownLatch called = new CountDownLatch(1);
    front.handler(
        "file",
        (exchange, options) -> {
          exchange.call(Handler.class, "leaving", handler -> "");
          exchange.whenPluginLeaves(() -> exchange.respond(Response.of(204)));
          called.countDown();
        });
    TestTransaction client = front.send("GET", "/x");
    assertTrue(called.await(10, TimeUnit.SECONDS));

    leaving.unregister();
    assertEquals(204, client.await().status());
    assertEquals(0, inUse().get("file"));
  }

  /** Who has done nothing yet leaves the request to its successor, which is held for it. */
  @Test
  void whoHasDoneNothingLeavesTheRequestToWhoeverComes() throws Exception {
    front.registry.times(Duration.ofMinutes(5), Duration.ofSeconds(10));
    CountDownLatch called = new CountDownLatch(1);
    AtomicReference<Boolean> afterwards = new AtomicReference<>();
    ServiceRegistration<Handler> leaving =
        front.handler(
            "file",
            (exchange, options) -> {
              exchange.call(Handler.class, "inner", handler -> "");
              exchange.whenPluginLeaves(exchange::startOver);
              called.countDown();
            });
    TestTransaction client = front.send("GET", "/x");
    assertTrue(called.await(10, TimeUnit.SECONDS));

    // Returns when nobody uses it any more.
    leaving.unregister();
    assertEquals(0, inUse().get("inner"));
    front.handler(
        "file",
        (exchange, options) -> {
          exchange.respond(Response.of(204));
          afterwards.set(exchange.startOver());
        });
    assertEquals(204, client.await().status());
    assertEquals(0, inUse().get("file"));
    Await.until(() -> Boolean.FALSE.equals(afterwards.get()), "it says that it was answered");
  }

  /** Such as one whose body was read until now. */
  @Test
  void whoListensWhenThePluginLeavesAlreadyIsTold() throws Exception {
    front.registry.times(Duration.ofSeconds(30), Duration.ofMinutes(1));
    CountDownLatch called = new CountDownLatch(1);
    CompletableFuture<Exchange> open = new CompletableFuture<>();
    ServiceRegistration<Handler> leaving =
        front.handler(
            "file",
            (exchange, options) -> {
              open.complete(exchange);
              called.countDown();
            });
    TestTransaction client = front.send("GET", "/x");
    assertTrue(called.await(10, TimeUnit.SECONDS));
    CompletableFuture<Void> gone = CompletableFuture.runAsync(leaving::unregister);
    Await.until(() -> !inUse().containsKey("file"), "it leaves");

    open.join().whenPluginLeaves(open.join()::startOver);

    gone.get(10, TimeUnit.SECONDS);
    front.handler("file", (exchange, options) -> exchange.respond(Response.of(204)));
    assertEquals(204, client.await().status());
  }

  /** A download, or a lease, that a program asked for is none of its own. */
  @Test
  void whoHasRedirectedIsFreeBeforeTheEnd() throws Exception {
    front.route("program", "path=/program", "target=http://program/");
    CompletableFuture<Exchange> open = new CompletableFuture<>();
    front.handler("file", (exchange, options) -> open.complete(exchange));
    ServiceRegistration<Handler> program =
        front.handler(
            "http",
            (exchange, options) -> {
              exchange.call(Handler.class, "inner", handler -> "");
              exchange.redirect("/x", Headers.empty());
            });
    TestTransaction client = front.send("GET", "/program");
    Exchange last = open.get(10, TimeUnit.SECONDS);

    assertEquals(0, inUse().get("inner"));
    // Returns when nobody uses it any more.
    program.unregister();
    last.respond(Response.of(204));
    assertEquals(204, client.await().status());
  }

  @Test
  void whoIsLetGoIsFreeBeforeTheEnd() throws Exception {
    List<Map<Object, Object>> seen = new ArrayList<>();
    front.handler(
        "file",
        (exchange, options) -> {
          exchange.call(Handler.class, "inner", handler -> "");
          exchange.call(Handler.class, "other", handler -> "");
          seen.add(inUse());
          exchange.release(Handler.class, "inner");
          exchange.release(Handler.class, "inner");
          exchange.release(Handler.class, "file");
          exchange.release(Handler.class, "nobody");
          seen.add(inUse());
          exchange.respond(Response.of(204));
        });

    assertEquals(204, front.get("/x").status());
    front.settle();
    seen.add(inUse());
    assertEquals(
        List.of(
            Map.of("inner", 1, "other", 1, "file", 1),
            Map.of("inner", 0, "other", 1, "file", 1),
            Map.of("inner", 0, "other", 0, "file", 0)),
        seen);
  }
}
