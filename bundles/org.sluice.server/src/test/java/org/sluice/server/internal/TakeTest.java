package org.sluice.server.internal;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.unix.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.api.engine.Dispatcher;
import org.sluice.api.engine.Transaction;
import org.sluice.api.http.FileRegion;
import org.sluice.api.http.HandlerException;
import org.sluice.api.http.Outcome;
import org.sluice.api.http.Outcome.End;
import org.sluice.handoff.api.ClientSocket;
import org.sluice.handoff.api.Lease;
import org.sluice.handoff.api.LeaseReport;
import org.sluice.handoff.api.Preamble;
import org.sluice.handoff.api.SocketSource;
import org.sluice.server.internal.RawClient.Answer;

/** Sockets that leave the engine: T12, T13 and T18. */
class TakeTest {
  private final CompletableFuture<ClientSocket> taken = new CompletableFuture<>();
  private final CompletableFuture<Transaction> transaction = new CompletableFuture<>();

  private Dispatcher taking() {
    return t -> {
      transaction.complete(t);
      try {
        taken.complete(t.capability(SocketSource.class).take());
      } catch (HandlerException e) {
        taken.completeExceptionally(e);
      }
    };
  }

  private ClientSocket socket() throws Exception {
    return taken.get(10, TimeUnit.SECONDS);
  }

  /** Runs on the socket's executor, as its contract asks. */
  private <T> T on(ClientSocket socket, java.util.concurrent.Callable<T> task) throws Exception {
    CompletableFuture<T> result = new CompletableFuture<>();
    socket
        .executor()
        .execute(
            () -> {
              try {
                result.complete(task.call());
              } catch (Exception | AssertionError e) {
                result.completeExceptionally(e);
              }
            });
    try {
      return result.get(10, TimeUnit.SECONDS);
    } catch (java.util.concurrent.ExecutionException e) {
      if (e.getCause() instanceof Exception cause) {
        throw cause;
      }
      throw e;
    }
  }

  private Socket copy(ClientSocket socket) throws Exception {
    return on(socket, () -> Descriptors.copy(socket.descriptor()));
  }

  private static String text(ByteBuffer buffer) {
    return StandardCharsets.ISO_8859_1.decode(buffer).toString();
  }

  private void give(ClientSocket socket) throws Exception {
    on(
        socket,
        () -> {
          socket.give();
          return null;
        });
  }

  /** A receiver may keep a stream for hours: the kernel finds out when its client has vanished. */
  @Test
  void whatIsTakenIsProbedByTheKernel() throws Exception {
    try (TestServer server = new TestServer(taking());
        RawClient client = server.connect()) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      Socket copy = copy(socket());
      try {
        assertEquals(1, copy.getIntOpt(1, 9), "SO_KEEPALIVE");
        assertEquals(ClientSocket.KEEP_ALIVE_IDLE, copy.getIntOpt(6, 4), "TCP_KEEPIDLE");
      } finally {
        copy.close();
      }
    }
  }

  @Test
  void givesTheSocketWithItsUnreadBytes() throws Exception {
    try (TestServer server = new TestServer(taking());
        RawClient client = server.connect()) {
      client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nbody?GET /next");
      ClientSocket socket = socket();
      assertEquals("body?GET /next", text(on(socket, socket::unread)));
      assertTrue(on(socket, socket::sendBufferFree) > 2000);
      assertFalse(on(socket, socket::started));
      Socket receiver = copy(socket);
      give(socket);
      Outcome outcome = server.outcome();
      assertEquals(End.GIVEN, outcome.end());
      assertEquals(0, outcome.bytesOut());
      assertEquals(0, server.listener().connections());
      Descriptors.write(receiver, "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nall");
      assertEquals("all", client.read().body);
      client.send("more");
      TestServer.until("the bytes are there", () -> Descriptors.hasUnread(receiver));
      assertEquals("more", Descriptors.read(receiver));
      receiver.close();
      assertEquals("|eof", client.end());
    }
  }

  /** Whoever was reading the body for an application that has asked for the hand-off meanwhile. */
  @Test // T13
  void bodyCannotBeReadAnyMore() throws Exception {
    try (TestServer server = new TestServer(taking());
        RawClient client = server.connect()) {
      client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nbody");
      ClientSocket socket = socket();
      assertTrue(
          on(socket, () -> transaction.join().request().body().read().toCompletableFuture())
              .isCompletedExceptionally());
      assertEquals("body", text(on(socket, socket::unread)));
      Socket receiver = copy(socket);
      client.send("5more");
      TestServer.until("the bytes are there", () -> Descriptors.hasUnread(receiver));
      assertEquals("5more", Descriptors.read(receiver));
      give(socket);
      receiver.close();
    }
  }

  @Test // T13
  void stealsNothingWhileTaken() throws Exception {
    try (TestServer server = new TestServer(taking());
        RawClient client = server.connect()) {
      client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nstart");
      ClientSocket socket = socket();
      Socket receiver = copy(socket);
      client.send("0123456789".repeat(3000));
      client.socket.shutdownOutput();
      TestServer.until("the bytes are there", () -> Descriptors.hasUnread(receiver));
      ExchangeTest.loopTurns(transaction.get(), 200);
      assertEquals("start", text(on(socket, socket::unread)));
      assertFalse(on(socket, () -> socket.gone().toCompletableFuture().isDone()));
      StringBuilder got = new StringBuilder();
      TestServer.until(
          "end of file",
          () -> {
            try {
              String more = Descriptors.read(receiver);
              if (!more.equals("EOF")) {
                got.append(more);
              }
              return more.equals("EOF");
            } catch (java.io.IOException e) {
              throw new java.io.UncheckedIOException(e);
            }
          });
      assertEquals("0123456789".repeat(3000), got.toString());
      give(socket);
      Descriptors.write(receiver, "HTTP/1.1 204 x\r\n\r\n");
      receiver.close();
      assertEquals("HTTP/1.1 204 x\r\n\r\n|eof", client.end());
    }
  }

  @Test
  void sendsAPreambleFirst(@TempDir Path dir) throws Exception {
    Path file = dir.resolve("start");
    Files.writeString(file, "file start;");
    FileRegion region = FileRegion.open(file);
    for (int i = 0; i < 3; i++) {
      TakeTest test = new TakeTest();
      Preamble preamble = Preamble.head(200).header("X-A", "1").header("Content-Length", "9");
      String start = "";
      if (i == 1) {
        preamble = preamble.body("start;");
        start = "start;";
      } else if (i == 2) {
        preamble = preamble.body(region);
        start = "file start;";
      }
      test.sendsAPreamble(preamble, start);
    }
    assertFalse(region.channel().isOpen());
  }

  private void sendsAPreamble(Preamble preamble, String start) throws Exception {
    try (TestServer server = new TestServer(taking());
        RawClient client = server.connect()) {
      client.get("/");
      ClientSocket socket = socket();
      on(socket, () -> socket.send(preamble)).toCompletableFuture().get(10, TimeUnit.SECONDS);
      assertTrue(on(socket, socket::started));
      assertThrows(IllegalStateException.class, () -> on(socket, () -> socket.send(preamble)));
      assertThrows(IllegalStateException.class, () -> on(socket, socket::lease));
      Socket receiver = copy(socket);
      give(socket);
      Descriptors.write(receiver, "rest");
      receiver.close();
      Answer answer = client.read();
      assertEquals(start + "rest", answer.body);
      assertEquals("close", answer.field("Connection"));
      assertEquals("1", answer.field("X-A"));
      assertNull(answer.field("Content-Length"));
      Outcome outcome = server.outcome();
      assertEquals(200, outcome.status());
      assertEquals(start.length(), outcome.bodyBytes());
      assertTrue(outcome.bytesOut() > start.length());
    }
  }

  /** A head alone is half of what its receiver is about to write. */
  @Test
  void aHeadWaitsForTheReceiversFirstBytes() throws Exception {
    int[] segments =
        segments(
            (socket, receiver) -> {
              Descriptors.write(receiver, "rest");
              return dataSegments(receiver);
            });
    assertEquals(0, segments[0], "segments with the head alone");
    assertEquals(1, segments[1], "segments with head and rest");
  }

  /** A receiver may take its time: its client is to see the head when the front lets go. */
  @Test
  void aHeadThatWaitsLeavesWithTheGive() throws Exception {
    int[] segments =
        segments(
            (socket, receiver) -> {
              socket.give();
              return dataSegments(receiver);
            });
    assertEquals(0, segments[0], "segments with the head alone");
    assertEquals(1, segments[1], "segments after the give");
  }

  @Test
  void aHeadThatWaitsLeavesWhenItIsFlushed() throws Exception {
    int[] segments =
        segments(
            (socket, receiver) -> {
              socket.flush();
              socket.flush();
              return dataSegments(receiver);
            });
    assertEquals(1, segments[1], "segments after the flush");
  }

  private interface Continuation {
    int goOn(ClientSocket socket, Socket receiver) throws Exception;
  }

  /**
   * Data segments sent after the head of a preamble, and after {@code what}. The kernel waits for
   * 200 ms by itself: a try that took nearly as long says nothing, and is made again.
   */
  private static int[] segments(Continuation what) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (System.nanoTime() < end) {
      TakeTest test = new TakeTest();
      try (TestServer server = new TestServer(test.taking());
          RawClient client = server.connect()) {
        client.get("/");
        ClientSocket socket = test.socket();
        Socket receiver = test.copy(socket);
        long began = System.nanoTime();
        int[] segments =
            test.on(
                socket,
                () -> {
                  assertTrue(socket.send(Preamble.head(200)).toCompletableFuture().isDone());
                  return new int[] {dataSegments(receiver), what.goOn(socket, receiver)};
                });
        boolean quick = System.nanoTime() - began < TimeUnit.MILLISECONDS.toNanos(150);
        receiver.close();
        if (quick) {
          return segments;
        }
      }
    }
    throw new AssertionError("no try in 10 s took less than 150 ms");
  }

  /** {@code tcpi_data_segs_out} of {@code struct tcp_info}. */
  private static int dataSegments(Socket socket) throws java.io.IOException {
    ByteBuffer info = ByteBuffer.allocateDirect(160).order(java.nio.ByteOrder.nativeOrder());
    socket.getRawOpt(6, 11, info);
    return info.getInt(156);
  }

  @Test
  void endsEveryUseOfASocketThatWasGiven() throws Exception {
    try (TestServer server = new TestServer(taking());
        RawClient client = server.connect()) {
      client.get("/");
      ClientSocket socket = socket();
      Socket receiver = copy(socket);
      give(socket);
      assertThrows(IllegalStateException.class, () -> on(socket, socket::descriptor));
      assertThrows(IllegalStateException.class, () -> on(socket, socket::unread));
      assertThrows(IllegalStateException.class, () -> on(socket, socket::sendBufferFree));
      assertThrows(
          IllegalStateException.class, () -> on(socket, () -> socket.send(Preamble.none())));
      assertThrows(IllegalStateException.class, () -> give(socket));
      assertThrows(IllegalStateException.class, socket::descriptor); // another thread
      Transaction done = transaction.get();
      assertThrows(IllegalStateException.class, () -> done.respond(TestServer.ok("x")));
      done.abort("too late");
      ExchangeTest.loopTurns(done, 5);
      Descriptors.write(receiver, "alive");
      receiver.close();
      assertEquals("alive|eof", client.end());
    }
  }

  @Test
  void putsBackAndAnswers() throws Exception {
    try (TestServer server = new TestServer(taking());
        RawClient client = server.connect()) {
      client.get("/1").get("/2");
      ClientSocket socket = socket();
      on(
          socket,
          () -> {
            socket.putBack();
            assertFalse(transaction.get().answered());
            transaction.get().respond(TestServer.ok("sorry"));
            return null;
          });
      assertEquals("sorry", client.read().body);
      TestServer.until("the next request came", () -> server.seen.size() == 2);
    }
  }

  @Test // T18
  void abortsWhoeverHoldsACopy() throws Exception {
    try (TestServer server = new TestServer(taking());
        RawClient client = server.connect()) {
      client.get("/");
      ClientSocket socket = socket();
      Socket receiver = copy(socket);
      on(
          socket,
          () -> {
            socket.abort("no receiver");
            return null;
          });
      assertEquals("|reset", client.end());
      Outcome outcome = server.outcome();
      assertEquals(End.ABORTED, outcome.end());
      assertEquals("no receiver", outcome.detail());
      receiver.close();
    }
  }

  /** The kernel tells one process of a reset: the receiver that read first, and says nothing. */
  @Test // T18
  void tellsOfAResetThatAnotherProcessWasToldOf() throws Exception {
    try (TestServer server = new TestServer(taking())) {
      RawClient client = server.connect();
      client.get("/");
      ClientSocket socket = socket();
      Socket receiver = copy(socket);
      on(
          socket,
          () -> {
            client.reset();
            TestServer.until("the error is taken from the socket", () -> error(receiver) != 0);
            return null;
          });
      socket.gone().toCompletableFuture().get(10, TimeUnit.SECONDS);
      receiver.close();
    }
  }

  /** SO_ERROR, which is 0 for everybody else from then on. */
  private static int error(Socket socket) {
    try {
      return socket.getIntOpt(1, 4);
    } catch (java.io.IOException e) {
      return 0;
    }
  }

  /** Both directions have ended before the receiver says so: nothing is left to shut down. */
  @Test // T12
  void endsALeaseWhoseConnectionIsNoMore() throws Exception {
    try (TestServer server = new TestServer(taking())) {
      RawClient client = server.connect();
      client.get("/");
      ClientSocket socket = socket();
      Socket receiver = copy(socket);
      assertTrue(on(socket, socket::mark));
      Lease lease = on(socket, socket::lease);
      String answer = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nall";
      Descriptors.write(receiver, answer);
      receiver.shutdown(false, true);
      assertEquals("all", client.read().body);
      client.close();
      TestServer.until("both directions have ended", () -> state(receiver) == KernelCounts.CLOSED);
      assertEquals(
          Lease.Ending.ENDED,
          on(socket, () -> lease.end(new LeaseReport(200, answer.length(), 3, 0))));
      TestServer.until("closed", () -> server.listener().connections() == 0);
      receiver.close();
    }
  }

  private static int state(Socket socket) {
    ByteBuffer info = ByteBuffer.allocateDirect(8);
    try {
      socket.getRawOpt(6, 11, info);
      return info.get(0);
    } catch (java.io.IOException e) {
      return -1;
    }
  }

  @Test // T18
  void setsBackWhatAReceiverChangedThatDidNotWantIt() throws Exception {
    try (TestServer server = new TestServer(taking());
        RawClient client = server.connect()) {
      client.get("/");
      ClientSocket socket = socket();
      Socket receiver = copy(socket);
      assertTrue(on(socket, socket::mark));
      receiver.setIntOpt(6, 3, 1); // TCP_CORK
      receiver.setIntOpt(1, 18, 1000); // SO_RCVLOWAT
      receiver.setSoLinger(0);
      on(
          socket,
          () -> {
            socket.putBack();
            return null;
          });
      assertEquals(0, receiver.getIntOpt(6, 3), "TCP_CORK");
      assertEquals(1, receiver.getIntOpt(1, 18), "SO_RCVLOWAT");
      assertEquals(-1, receiver.getSoLinger());
      receiver.close();
    }
  }

  /** Never two writers: whoever has declined may write all the same, and late. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false}) // T18, T13
  void whoHasDeclinedMustNotWrite(boolean another) throws Exception {
    try (TestServer server = new TestServer(taking());
        RawClient client = server.connect()) {
      client.get("/");
      ClientSocket socket = socket();
      Socket receiver = copy(socket);
      assertTrue(on(socket, socket::mark));
      assertTrue(on(socket, socket::untouched));
      Descriptors.write(receiver, "HTTP/1.1 200 OK\r\n");
      if (another) {
        on(socket, socket::mark);
        assertTrue(socket.gone().toCompletableFuture().isDone());
        return;
      }
      on(
          socket,
          () -> {
            socket.putBack();
            transaction.join().respond(TestServer.ok("sorry"));
            return null;
          });
      assertEquals(End.ABORTED, server.outcome().end());
      receiver.close();
    }
  }

  @Test
  void countsWhatAnAbortedLeaseHasWritten() throws Exception {
    try (TestServer server = new TestServer(taking());
        RawClient client = server.connect()) {
      client.get("/");
      ClientSocket socket = socket();
      Socket receiver = copy(socket);
      assertTrue(on(socket, socket::mark));
      Lease lease = on(socket, socket::lease);
      Descriptors.write(receiver, "HTTP/1.1 200 OK\r\n");
      on(
          socket,
          () -> {
            lease.abort("the receiver died");
            return null;
          });
      Outcome outcome = server.outcome();
      assertEquals(End.ABORTED, outcome.end());
      assertEquals(17, outcome.bytesOut());
      receiver.close();
    }
  }

  @Test
  void tellsOfAResetAndKeepsTheDescriptor() throws Exception {
    try (TestServer server = new TestServer(taking())) {
      RawClient client = server.connect();
      client.get("/");
      ClientSocket socket = socket();
      client.reset();
      socket.gone().toCompletableFuture().get(10, TimeUnit.SECONDS);
      ExchangeTest.loopTurns(transaction.get(), 100);
      // The number cannot belong to anybody else while this object is valid.
      assertTrue(on(socket, socket::descriptor) > 0);
      LoopThreads.awaitSleep(ProcessHandle.current().pid());
      on(
          socket,
          () -> {
            socket.abort("gone");
            return null;
          });
      assertEquals(End.ABORTED, server.outcome().end());
      TestServer.until("closed", () -> server.listener().connections() == 0);
    }
  }

  /**
   * What a receiver has left in the error queue is reported by epoll until somebody takes it, and
   * only the receiver may.
   */
  @Test // T18
  void anErrorQueueNeitherHoldsTheLoopNorTheNextRequest() throws Exception {
    String answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
    BlockingQueue<ClientSocket> sockets = new LinkedBlockingQueue<>();
    Dispatcher takingAll =
        t -> assertDoesNotThrow(() -> sockets.add(t.capability(SocketSource.class).take()));
    try (TestServer server = new TestServer(takingAll);
        RawClient client = server.connect()) {
      for (int i = 0; i < 3; i++) {
        client.get("/");
        ClientSocket socket = sockets.poll(10, TimeUnit.SECONDS);
        Socket receiver = copy(socket);
        assertTrue(on(socket, socket::mark));
        Lease lease = on(socket, socket::lease);
        receiver.setIntOpt(1, 37, i == 2 ? 0 : 0x12); // SO_TIMESTAMPING: TX_SOFTWARE, SOFTWARE
        Descriptors.write(receiver, answer);
        assertEquals("hi", client.read().body);
        LoopThreads.awaitSleep(ProcessHandle.current().pid());
        LeaseReport report = new LeaseReport(200, answer.length(), 2, 0);
        assertEquals(
            Lease.Ending.RESUMED,
            on(socket, () -> lease.resume(report, ByteBuffer.allocate(0))),
            "lease " + i);
        LoopThreads.awaitSleep(ProcessHandle.current().pid());
        receiver.close();
      }
      client.get("/");
      ClientSocket last = sockets.poll(10, TimeUnit.SECONDS);
      assertFalse(on(last, last::mayPersist), "what is left disturbs every request");
    }
  }

  /** The habit of many programs before they close. */
  @Test // T18
  void aSocketShutDownInBothDirectionsDoesNotHoldTheLoop() throws Exception {
    try (TestServer server = new TestServer(taking());
        RawClient client = server.connect()) {
      client.get("/");
      ClientSocket socket = socket();
      Socket receiver = copy(socket);
      assertTrue(on(socket, socket::mark));
      Lease lease = on(socket, socket::lease);
      receiver.shutdown(true, true);
      assertEquals("|eof", client.end());
      LoopThreads.awaitSleep(ProcessHandle.current().pid());
      on(socket, () -> lease.end(new LeaseReport(200, 0, 0, 0)));
      LoopThreads.awaitSleep(ProcessHandle.current().pid());
      receiver.close();
    }
  }

  @Test
  void leasesAndEndsInOrder() throws Exception {
    for (boolean resume : new boolean[] {true, false}) {
      new TakeTest().lease(resume);
    }
  }

  /** What would hold up or cut off our own next answer. */
  @Test // T18
  void anImpatientOrSlowReceiverIsNotFeltByTheNextAnswer() throws Exception {
    String answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
    AtomicInteger seen = new AtomicInteger();
    Dispatcher first =
        t -> {
          if (seen.getAndIncrement() == 0) {
            taking().dispatch(t);
          } else {
            t.respond(TestServer.ok("ours"));
          }
        };
    try (TestServer server = new TestServer(first);
        RawClient client = server.connect()) {
      client.get("/");
      ClientSocket socket = socket();
      Socket receiver = copy(socket);
      assertTrue(on(socket, socket::mark));
      Lease lease = on(socket, socket::lease);
      Descriptors.write(receiver, answer);
      assertEquals("hi", client.read().body);
      receiver.setIntOpt(6, 18, 100); // TCP_USER_TIMEOUT
      receiver.setIntOpt(1, 47, 1000); // SO_MAX_PACING_RATE
      LeaseReport report = new LeaseReport(200, answer.length(), 2, 0);
      assertEquals(
          Lease.Ending.RESUMED, on(socket, () -> lease.resume(report, ByteBuffer.allocate(0))));
      assertEquals(-1, receiver.getIntOpt(1, 47), "SO_MAX_PACING_RATE");
      client.get("/next");
      assertEquals("ours", client.read().body);
      assertEquals(0, receiver.getIntOpt(6, 18), "TCP_USER_TIMEOUT");
      receiver.close();
    }
  }

  private void lease(boolean resume) throws Exception {
    String answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
    try (TestServer server = new TestServer(taking());
        RawClient client = server.connect()) {
      client.get("/");
      ClientSocket socket = socket();
      Socket receiver = copy(socket);
      assertTrue(on(socket, socket::mark));
      assertTrue(on(socket, socket::untouched));
      Lease lease = on(socket, socket::lease);
      assertThrows(IllegalStateException.class, () -> on(socket, socket::descriptor));
      receiver.setSoLinger(5);
      Descriptors.write(receiver, answer);
      assertEquals("hi", client.read().body);
      LeaseReport report = new LeaseReport(200, answer.length(), 2, 0);
      Lease.Ending ending =
          on(
              socket,
              () -> resume ? lease.resume(report, ByteBuffer.allocate(0)) : lease.end(report));
      Outcome outcome = server.outcome();
      if (resume) {
        assertEquals(Lease.Ending.RESUMED, ending);
        client.get("/next");
        on(socket(), () -> null);
      } else {
        assertEquals(Lease.Ending.ENDED, ending);
        assertEquals("|eof", client.end());
      }
      client.close();
      assertEquals(End.LEASED, outcome.end());
      assertEquals(answer.length(), outcome.bytesOut());
      assertEquals(2, outcome.bodyBytes());
      receiver.close();
    }
  }

  @Test
  void turnsALeaseIntoAGift() throws Exception {
    try (TestServer server = new TestServer(taking());
        RawClient client = server.connect()) {
      client.get("/");
      ClientSocket socket = socket();
      Socket receiver = copy(socket);
      assertTrue(on(socket, socket::mark));
      assertTrue(on(socket, socket::untouched));
      Lease lease = on(socket, socket::lease);
      on(
          socket,
          () -> {
            lease.give();
            return null;
          });
      assertEquals(End.GIVEN, server.outcome().end());
      Descriptors.write(receiver, "stream");
      receiver.close();
      assertEquals("stream|eof", client.end());
    }
  }

  @Test
  void endsWhatWasTakenWhenTheListenerCloses() throws Exception {
    try (TestServer server = new TestServer(taking());
        RawClient client = server.connect()) {
      client.get("/");
      ClientSocket socket = socket();
      server.listener().close();
      assertEquals("|reset", client.end());
      assertEquals(End.ABORTED, server.outcome().end());
      assertThrows(IllegalStateException.class, () -> on(socket, socket::descriptor));
    }
  }

  @Test
  void refusesWhenTheExchangeWasAnswered() throws Exception {
    CompletableFuture<Throwable> thrown = new CompletableFuture<>();
    try (TestServer server =
            new TestServer(
                t -> {
                  t.respond(TestServer.ok("x"));
                  thrown.complete(
                      assertThrows(
                          IllegalStateException.class,
                          () -> t.capability(SocketSource.class).take()));
                });
        RawClient client = server.connect()) {
      client.get("/").read();
      assertTrue(thrown.get() instanceof IllegalStateException);
    }
  }

  @Test
  void givesNoSocketOfARefusedRequest() throws Exception {
    CompletableFuture<Boolean> none = new CompletableFuture<>();
    try (TestServer server =
            new TestServer(
                t -> {
                  none.complete(t.capability(SocketSource.class) == null);
                  t.respond(TestServer.ok("x"));
                });
        RawClient client = server.connect()) {
      client.send("BAD\r\n\r\n").read();
      assertTrue(none.get());
    }
  }
}
