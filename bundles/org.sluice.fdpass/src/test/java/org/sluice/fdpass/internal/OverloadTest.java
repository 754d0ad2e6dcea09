package org.sluice.fdpass.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.sluice.fdpass.internal.PacketReceivers.SOON;
import static org.sluice.fdpass.internal.PacketReceivers.get;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sluice.handoff.api.Dialect;
import org.sluice.testing.Await;
import org.sluice.testing.RawHttpClient;
import org.sluice.testing.RawResponse;
import org.sluice.testing.RunningProcess;

/**
 * Receivers with which a client gets nowhere, however often it is tried: they cost little (T11).
 */
class OverloadTest {
  private final AtomicInteger messages = new AtomicInteger();
  private PacketReceivers world;
  @TempDir private Path folder;

  @BeforeEach
  void open() throws Exception {
    world = new PacketReceivers(folder);
    Dialect sluice = new PacketDialect();
    world.front.dialect(
        "sluice",
        (Dialect)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Dialect.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("message")) {
                    messages.incrementAndGet();
                  }
                  return method.invoke(sluice, arguments);
                }));
  }

  @AfterEach
  void close() {
    world.close();
  }

  private RawResponse answer(String request) throws IOException {
    try (RawHttpClient client = RawHttpClient.connect(world.front.port())) {
      client.send(request);
      return client.readResponse("GET");
    }
  }

  /** Its socket buffer is full long before there are too many that it has not acknowledged. */
  @Test
  void clientsOfWhoDoesNotReadWaitInLine() throws Exception {
    RunningProcess silent = world.start("a.sock", "capacity=1000");
    world.start("b.sock");
    world.route("silent", "a.sock");
    world.route("other", "b.sock");
    assertEquals("abc", answer(get("/silent?body=3")).text());
    silent.signal("STOP");
    Await.until(() -> PacketReceivers.isStopped(silent), "it has stopped");

    int count = 58;
    String large = "X: " + "x".repeat(6_000) + "\r\n\r\n";
    List<RawHttpClient> clients = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        RawHttpClient client = RawHttpClient.connect(world.front.port());
        clients.add(client);
        client.send("GET /silent?body=3 HTTP/1.1\r\nHost: x\r\n" + large);
      }
      Await.until(() -> world.front.exchanges.size() == count + 1, "all have asked");
      // As many turns of both event loops as it takes.
      for (int i = 0; i < 50; i++) {
        assertEquals("abc", answer(get("/other?body=3")).text());
      }
      int made = messages.get() - 51;
      assertTrue(made <= 3 * count, made + " messages for " + count + " clients");
      Receiver receiver = world.front.state().receivers().iterator().next();
      assertTrue(receiver.inFlight() < count, "nobody had to wait: " + receiver.inFlight());

      silent.signal("CONT");
      for (RawHttpClient client : clients) {
        assertEquals("abc", client.readResponse("GET").text());
      }
    } finally {
      for (RawHttpClient client : clients) {
        client.close();
      }
    }
  }

  /** Each connection looks like room for whoever waits, so that each would ask for the next. */
  @Test
  void whoLeavesAfterReadyIsAskedNowAndThen() throws Exception {
    RunningProcess fleeing = world.start("a.sock", "flee=1");
    world.route("one", "a.sock", "handoff.queue-timeout", "400ms");

    assertEquals(503, answer(get("/one")).status());
    world.await("one", Step.TIMED_OUT, 1);
    fleeing.awaitLine("fled", SOON);
    int connections = fleeing.lines().size() - 1;
    assertTrue(connections <= 12, connections + " connections for one client");
  }
}
