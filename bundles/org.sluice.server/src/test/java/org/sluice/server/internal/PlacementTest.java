package org.sluice.server.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which of two loops serves a connection. */
class PlacementTest {
  private final Queue<String> threads = new ConcurrentLinkedQueue<>();
  private final List<RawClient> clients = new ArrayList<>();
  private TestServer server;

  @BeforeEach
  void open() {
    server =
        new TestServer(
            2,
            false,
            TestServer.SPEC,
            t -> {
              threads.add(Thread.currentThread().getName());
              if (!t.request().target().equals("/never")) {
                t.respond(TestServer.ok("x"));
              }
            });
  }

  @AfterEach
  void close() throws Exception {
    for (RawClient client : clients) {
      client.close();
    }
    server.close();
  }

  private Map<String, Long> perLoop() {
    return threads.stream().collect(Collectors.groupingBy(name -> name, Collectors.counting()));
  }

  private void stays(int count) throws Exception {
    for (int i = 0; i < count; i++) {
      RawClient client = server.connect();
      clients.add(client);
      client.get("/").read();
      int settled = i + 1;
      TestServer.until("it is settled", () -> settled() == settled);
    }
  }

  private void comeAndGo(int count) throws Exception {
    for (int i = 0; i < count; i++) {
      try (RawClient client = server.connect()) {
        client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        client.read();
        client.end();
      }
    }
  }

  @Test
  void whatComesAndGoesStaysWithTheLoopThatAccepts() throws Exception {
    comeAndGo(10);
    assertEquals(1, perLoop().size(), () -> perLoop().toString());
  }

  @Test
  void whatStaysIsSpread() throws Exception {
    stays(10);
    assertEquals(List.of(5L, 5L), List.copyOf(perLoop().values()));

    threads.clear();
    comeAndGo(10);
    assertEquals(1, perLoop().size(), () -> perLoop().toString());
  }

  @Test
  void whoHasNoAnswerStaysToo() throws Exception {
    for (int i = 0; i < 2; i++) {
      RawClient client = server.connect();
      clients.add(client);
      client.get("/never");
      int seen = i + 1;
      TestServer.until("it is settled", () -> threads.size() == seen && settled() == seen);
    }
    assertEquals(2, perLoop().size(), () -> perLoop().toString());
  }

  private int settled() {
    return server.engine().loops().all().stream().mapToInt(Loop::settled).sum();
  }

  @Test
  void loopsTakeTurnsWhenThereAreMany() throws Exception {
    for (int i = 0; i < 60; i++) {
      RawClient client = server.connect();
      clients.add(client);
      client.get("/never");
    }
    TestServer.until("all are here", () -> threads.size() == 60);

    // Sixteen before that was known, and two for a clock tick in between.
    long fewest = perLoop().values().stream().mapToLong(n -> n).min().getAsLong();
    assertEquals(2, perLoop().size(), () -> perLoop().toString());
    assertTrue(fewest >= (60 - 16) / 2 - 2, () -> perLoop().toString());
  }

  @Test
  void nothingIsCountedForEver() throws Exception {
    stays(3);
    comeAndGo(3);
    clients.get(0).reset();
    clients.get(1).close();
    clients.get(2).close();
    for (Loop loop : server.engine().loops().all()) {
      TestServer.until("nothing is left", () -> loop.load() == 0 && loop.settled() == 0);
    }
  }
}
