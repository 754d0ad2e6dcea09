package org.sluice.core.internal.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.ServiceRegistration;
import org.sluice.api.handler.Handler;
import org.sluice.api.handler.Handover;
import org.sluice.api.handler.HandoverAsked;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.Headers;
import org.sluice.api.http.Response;
import org.sluice.core.internal.registry.TestFramework;

/** An application's response asks for its client to be handed over. */
class HandoverTest {
  @TempDir Path folder;
  private FrontFixture front;

  /** Answers by itself, and notes who was in use then. */
  private final class Handing implements Handover {
    private Map<Object, Object> inUse = Map.of();
    private HandoverAsked asked;

    @Override
    public void handOver(Exchange exchange, HandoverAsked asked) {
      this.asked = asked;
      inUse = inUse();
      exchange.respond(Response.of(204));
    }

    @Override
    public boolean permits(Exchange exchange, HandoverAsked asked) {
      return true;
    }
  }

  @BeforeEach
  void open() throws Exception {
    front = new FrontFixture(folder);
    front.route("chat", "path=/chat", "target=fd:run/chat.sock");
    front.route("files", "target=file:");
    front.handler("inner", (exchange, options) -> {});
    front.handler(
        "file",
        (exchange, options) -> {
          exchange.call(Handler.class, "inner", handler -> "");
          exchange.respond(asking());
        });
  }

  @AfterEach
  void close() throws Exception {
    front.close();
  }

  private static Response asking() {
    return Response.of(200).withHeaders(Headers.of("Sluice-Handoff", "chat"));
  }

  private ServiceRegistration<Handover> register(Handover handover) {
    return front
        .context()
        .registerService(
            Handover.class, handover, TestFramework.properties("sluice.handover", "handoff"));
  }

  private Map<Object, Object> inUse() {
    return front.registry.table().rows().stream()
        .collect(Collectors.toMap(row -> row.get(1), row -> row.get(5)));
  }

  /** Its bundle can be replaced while the client waits for a receiver, or is leased. */
  @Test
  void whoAskedHasDoneItsPart() throws Exception {
    Handing handing = new Handing();
    register(handing);
    assertEquals(204, front.get("/x").status());
    assertEquals(Map.of("file", 0, "inner", 0, "handoff", 1), handing.inUse);
    front.settle();
    assertEquals(Map.of("file", 0, "inner", 0, "handoff", 0), inUse());
  }

  /** The receiver answers in the application's place: what holds for its route's answers does. */
  @Test
  void fieldsAreThoseOfTheRoutesResponses() throws Exception {
    front.route(
        "edits",
        "path=/edits",
        "target=ask:",
        "header.X-Added=route",
        "header.set.X-Set=route",
        "header.remove.X-Secret=on",
        "header.remove.Sluice-Handoff=on",
        "header.Content-Type=text/plain");
    Headers given =
        Headers.of(
            "Sluice-Handoff",
            "chat",
            "X-Handoff-Data",
            "d",
            "Content-Length",
            "0",
            "X-App",
            "1",
            "X-Set",
            "app",
            "X-Secret",
            "s");
    front.handler(
        "ask", (exchange, options) -> exchange.respond(Response.of(200).withHeaders(given)));
    Handing handing = new Handing();
    register(handing);
    assertEquals(204, front.get("/edits").status());
    assertEquals(
        Headers.of("X-App", "1", "X-Added", "route", "X-Set", "route").toString(),
        handing.asked.fields().toString());
    assertEquals("d", handing.asked.data());
  }

  /** An empty answer would look like the application's. */
  @Test
  void withoutSomebodyWhoHandsOverItIsUnavailable() throws Exception {
    assertEquals(503, front.get("/x").status());
  }

  @Test
  void whoHandsOverIsWaitedFor() throws Exception {
    front.registry.times(Duration.ofSeconds(10), Duration.ofSeconds(10));
    register(new Handing()).unregister();
    CountDownLatch asked = new CountDownLatch(1);
    front.route("late", "path=/late", "target=ask:");
    front.handler(
        "ask",
        (exchange, options) -> {
          exchange.respond(asking());
          asked.countDown();
        });
    TestTransaction client = front.send("GET", "/late");
    assertTrue(asked.await(10, TimeUnit.SECONDS));
    Handing handing = new Handing();
    register(handing);
    assertEquals(204, client.await().status());
    assertEquals(0, handing.inUse.get("ask"));
  }
}
