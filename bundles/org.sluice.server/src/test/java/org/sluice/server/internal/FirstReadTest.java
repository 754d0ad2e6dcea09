package org.sluice.server.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.sluice.api.engine.Transaction;
import org.sluice.api.http.HandlerException;
import org.sluice.handoff.api.ClientSocket;
import org.sluice.handoff.api.SocketSource;

/** Clients whose request is there when they are accepted: epoll learns of them when it has to. */
class FirstReadTest {
  private static final String REQUEST = "GET /%s HTTP/1.1\r\nHost: a\r\n\r\n";

  private final CountDownLatch busy = new CountDownLatch(1);
  private final CountDownLatch goOn = new CountDownLatch(1);
  private final CompletableFuture<ClientSocket> taken = new CompletableFuture<>();
  private final CompletableFuture<Boolean> known = new CompletableFuture<>();

  /** The first request holds the only loop, so that what comes behind it comes with its request. */
  private void dispatch(Transaction transaction) {
    try {
      switch (transaction.request().target()) {
        case "/hold" -> {
          busy.countDown();
          assertTrue(goOn.await(10, TimeUnit.SECONDS));
          transaction.respond(TestServer.ok("held"));
        }
        case "/take" -> {
          ClientSocket socket = transaction.capability(SocketSource.class).take();
          // When the engine is done with what it has read.
          socket.executor().execute(() -> known.complete(epollKnows(socket.descriptor())));
          taken.complete(socket);
        }
        default -> transaction.respond(TestServer.ok("here"));
      }
    } catch (HandlerException | InterruptedException e) {
      taken.completeExceptionally(e);
    }
  }

  /** The second client of a server whose loop is busy until that has sent its request. */
  private RawClient early(TestServer server, RawClient first, String request) throws Exception {
    first.send(REQUEST.formatted("hold"));
    assertTrue(busy.await(10, TimeUnit.SECONDS));
    RawClient second = server.connect();
    second.send(request);
    goOn.countDown();
    return second;
  }

  @Test
  void whoIsTakenAtOnceIsWatchedWhenSomebodyAsks() throws Exception {
    try (TestServer server = new TestServer(this::dispatch);
        RawClient first = server.connect();
        RawClient second = early(server, first, REQUEST.formatted("take"))) {
      ClientSocket socket = taken.get(10, TimeUnit.SECONDS);
      assertFalse(known.get(10, TimeUnit.SECONDS), "in the epoll set before anybody asked");
      CompletableFuture<Boolean> after = new CompletableFuture<>();
      CompletableFuture<Void> gone = new CompletableFuture<>();
      socket
          .executor()
          .execute(
              () -> {
                socket.gone().thenRun(() -> gone.complete(null));
                after.complete(epollKnows(socket.descriptor()));
              });
      assertTrue(after.get(10, TimeUnit.SECONDS), "not in the epoll set");
      second.reset();
      gone.get(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void whoIsTakenForLongIsWatchedAnyway() throws Exception {
    try (TestServer server = new TestServer(this::dispatch);
        RawClient first = server.connect();
        RawClient second = early(server, first, REQUEST.formatted("take"))) {
      ClientSocket socket = taken.get(10, TimeUnit.SECONDS);
      assertFalse(known.get(10, TimeUnit.SECONDS));
      CompletableFuture<Integer> descriptor = new CompletableFuture<>();
      socket.executor().execute(() -> descriptor.complete(socket.descriptor()));
      int number = descriptor.get(10, TimeUnit.SECONDS);
      TestServer.until("epoll knows it", () -> epollKnows(number));
    }
  }

  @Test
  void theRestOfTheRequestMayComeLater() throws Exception {
    try (TestServer server = new TestServer(this::dispatch);
        RawClient first = server.connect();
        RawClient second = early(server, first, "GET /rest HTTP/1.1\r\n")) {
      assertEquals("held", first.read().body);
      second.send("Host: a\r\n\r\n");
      assertEquals("here", second.read().body);
      second.send(REQUEST.formatted("again"));
      assertEquals("here", second.read().body);
    }
  }

  @Test
  void whoIsAnsweredAndClosedAtOnceLeavesNothing() throws Exception {
    try (TestServer server = new TestServer(this::dispatch);
        RawClient first = server.connect();
        RawClient second =
            early(server, first, "GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")) {
      assertEquals("here", second.read().body);
      TestServer.until("one connection", () -> server.listener().connections() == 1);
      // Its number is free again, and used by the next one.
      for (int i = 0; i < 20; i++) {
        try (RawClient third = server.connect()) {
          third.send(REQUEST.formatted("third"));
          assertEquals("here", third.read().body);
        }
      }
    }
  }

  /** Whether an epoll set of this process has the descriptor, see proc(5). */
  private static boolean epollKnows(int descriptor) {
    String entry = "tfd: " + String.format("%8d", descriptor);
    try (Stream<Path> all = Files.list(Path.of("/proc/self/fdinfo"))) {
      for (Path info : all.toList()) {
        List<String> lines;
        try {
          lines = Files.readAllLines(info);
        } catch (IOException e) {
          continue; // closed meanwhile
        }
        if (lines.stream().anyMatch(line -> line.startsWith(entry))) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
