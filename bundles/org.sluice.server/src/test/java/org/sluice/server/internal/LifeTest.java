package org.sluice.server.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.sluice.api.engine.Transaction;
import org.sluice.server.internal.RawClient.Answer;

/** Listeners and the engine from opening to closing, and that nothing is left behind. */
class LifeTest {

  @Test
  void drains() throws Exception {
    CompletableFuture<Transaction> busy = new CompletableFuture<>();
    try (TestServer server =
            new TestServer(
                t -> {
                  if (t.request().target().equals("/busy")) {
                    busy.complete(t);
                  } else {
                    t.respond(TestServer.ok("x"));
                  }
                });
        RawClient idle = server.connect();
        RawClient fresh = server.connect();
        RawClient working = server.connect()) {
      idle.get("/").read();
      working.get("/busy");
      Transaction transaction = busy.get(10, TimeUnit.SECONDS);
      TestServer.until("accepted", () -> server.listener().connections() == 3);
      CompletableFuture<Void> drained = server.listener().drain().toCompletableFuture();
      assertEquals("|eof", idle.end());
      assertEquals("|eof", fresh.end());
      assertThrows(IOException.class, server::connect);
      idle.close();
      fresh.close();
      assertFalse(drained.isDone());
      transaction.respond(TestServer.ok("finished"));
      Answer answer = working.read();
      assertEquals("finished", answer.body);
      assertEquals("close", answer.field("Connection"));
      assertEquals("|eof", working.end());
      working.close();
      drained.get(10, TimeUnit.SECONDS);
      assertEquals(0, server.listener().connections());
    }
  }

  @Test
  void resetsWhatIsOpenOnClose() throws Exception {
    try (TestServer server = new TestServer(t -> {});
        RawClient client = server.connect()) {
      client.get("/");
      TestServer.until("dispatched", () -> server.seen.size() == 1);
      server.listener().close();
      assertEquals("|reset", client.end());
      TestServer.until("closed", () -> server.listener().connections() == 0);
    }
  }

  /** Some clients send an empty line too many; a close with that unread is a reset. */
  @Test
  void theLastAnswerGetsAheadOfAReset() throws Exception {
    try (TestServer server = new TestServer(t -> {});
        RawClient client = server.connect()) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
      Transaction transaction = server.seen.poll(10, TimeUnit.SECONDS);
      client.send("\r\n");
      transaction.respond(TestServer.ok("all of it"));
      assertEquals("all of it", client.read().body);
    }
  }

  @Test // T12
  void leavesNoDescriptorBehind() throws Exception {
    try (TestServer server = new TestServer(2, true, TestServer.SPEC, LifeTest::mixed)) {
      try (RawClient warm = server.connect()) {
        warm.get("/ok").read();
      }
      TestServer.until("closed", () -> server.listener().connections() == 0);
      long before = Descriptors.sockets();
      for (int i = 0; i < 1000; i++) {
        RawClient client = server.connect();
        switch (i % 5) {
          case 0 -> client.get("/ok").read();
          case 1 -> client.get("/abort").end();
          case 2 -> client.send("BAD\r\n\r\n").end();
          case 3 -> client.get("/never").reset();
          default -> client.send("GET / HT");
        }
        client.close();
      }
      // The last ones may still wait to be accepted when all before them have been closed.
      TestServer.until("accepted", () -> server.listener().accepted() == 1001);
      TestServer.until("closed", () -> server.listener().connections() == 0);
      assertEquals(before, Descriptors.sockets());
      assertEquals(1001, server.listener().accepted());
    }
  }

  private static void mixed(Transaction transaction) {
    switch (transaction.request().target()) {
      case "/abort" -> transaction.abort("test");
      case "/never" -> {}
      default -> TestServer.text("x").dispatch(transaction);
    }
  }

  @Test
  void servesManyConnectionsOnAllLoops() throws Exception {
    for (boolean shared : new boolean[] {false, true}) {
      try (TestServer server =
          new TestServer(
              2,
              shared,
              TestServer.SPEC,
              t -> t.respond(TestServer.ok(Thread.currentThread().getName())))) {
        List<RawClient> clients = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
          clients.add(server.connect());
        }
        for (RawClient client : clients) {
          names.add(client.get("/").read().body);
        }
        assertTrue(names.stream().distinct().count() == 2, names.toString());
        assertTrue(names.get(0).startsWith("sluice-loop"), names.get(0));
        for (RawClient client : clients) {
          client.close();
        }
      }
    }
  }
}
