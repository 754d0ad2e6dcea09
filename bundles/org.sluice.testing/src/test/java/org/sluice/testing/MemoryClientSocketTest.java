package org.sluice.testing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.sluice.api.http.HandlerException;
import org.sluice.api.http.Outcome;
import org.sluice.api.http.Response;
import org.sluice.handoff.api.ClientSocket;
import org.sluice.handoff.api.Lease;
import org.sluice.handoff.api.LeaseReport;
import org.sluice.handoff.api.Preamble;
import org.sluice.handoff.api.SocketSource;

class MemoryClientSocketTest {
  private final MemoryClientSocket memory = MemoryClientSocket.unread("GET /next");
  private final MemoryExchange exchange = MemoryExchange.get("/").socket(memory).build();

  private ClientSocket take() throws HandlerException {
    return exchange.capability(SocketSource.class).take();
  }

  @Test
  void withoutSocketThereIsNoCapability() {
    assertNull(MemoryExchange.get("/").build().capability(SocketSource.class));
  }

  @Test
  void preambleThenGive() throws HandlerException {
    ClientSocket socket = take();
    assertSame(memory, socket);
    assertEquals(9, socket.unread().remaining());
    assertFalse(socket.started());
    Await.completed(socket.send(Preamble.head(200).header("A", "b").body(":ok\n")));
    assertTrue(socket.started());
    socket.give();
    assertEquals(MemoryClientSocket.State.GIVEN, memory.state());
    assertEquals(Outcome.End.GIVEN, exchange.outcome().end());
    assertEquals("b", memory.sentHead().headers().get("A"));
    assertArrayEquals(":ok\n".getBytes(StandardCharsets.US_ASCII), memory.sentBody());
    assertThrows(IllegalStateException.class, socket::descriptor);
    assertThrows(IllegalStateException.class, socket::give);
    assertThrows(IllegalStateException.class, () -> exchange.respond(Response.of(200)));
  }

  @Test
  void takenOnlyOnceAndNotAfterAnAnswer() throws HandlerException {
    take();
    assertThrows(IllegalStateException.class, this::take);
    MemoryExchange answered = MemoryExchange.get("/").socket(MemoryClientSocket.idle()).build();
    answered.respond(Response.of(200));
    SocketSource source = answered.capability(SocketSource.class);
    assertThrows(IllegalStateException.class, source::take);
  }

  @Test
  void answersInsteadWithoutFilters() {
    exchange.filter((any, response) -> Response.of(500));
    SocketSource source = exchange.capability(SocketSource.class);
    Await.completed(source.respond(Response.of(204)));
    assertEquals(204, exchange.status());
    assertThrows(IllegalStateException.class, () -> source.respond(Response.of(204)));
    assertThrows(IllegalStateException.class, this::take);
  }

  @Test
  void putBackAllowsAnotherAnswer() throws HandlerException {
    take().putBack();
    assertEquals(MemoryClientSocket.State.SERVER, memory.state());
    exchange.respond(Response.of(503));
    assertEquals(503, exchange.status());
  }

  @Test
  void noWayBackBehindAPreamble() throws HandlerException {
    ClientSocket socket = take();
    socket.send(Preamble.head(200));
    assertThrows(IllegalStateException.class, socket::putBack);
    assertThrows(IllegalStateException.class, () -> socket.send(Preamble.head(200)));
    socket.abort("no receiver");
    assertEquals("no receiver", memory.abortReason());
    assertEquals(Outcome.End.ABORTED, exchange.outcome().end());
  }

  @Test
  void slowClient() throws HandlerException {
    memory.slowClient();
    CompletableFuture<Void> sent = take().send(Preamble.head(200).body("x")).toCompletableFuture();
    assertFalse(sent.isDone());
    memory.clientTakes();
    Await.completed(sent);
  }

  @Test
  void clientThatLeavesDuringThePreamble() throws HandlerException {
    memory.slowClient();
    ClientSocket socket = take();
    CompletableFuture<Void> sent = socket.send(Preamble.head(200).body("x")).toCompletableFuture();
    exchange.clientLeaves();
    Await.failed(sent);
    Await.completed(socket.gone());
    assertNull(exchange.outcome());
    socket.abort("client gone");
    assertEquals(Outcome.End.ABORTED, exchange.outcome().end());
  }

  @Test
  void clientThatLeftBefore() {
    exchange.clientLeaves();
    assertThrows(HandlerException.class, this::take);
  }

  @Test
  void leaseEndsOnce() throws HandlerException {
    Lease lease = take().lease();
    LeaseReport report = new LeaseReport(200, 40, 2, 0);
    lease.resume(report, ByteBuffer.wrap(new byte[] {1, 2}));
    assertEquals(MemoryClientSocket.State.RESUMED, memory.state());
    assertEquals(report, memory.leased().report());
    assertArrayEquals(new byte[] {1, 2}, memory.leased().leftover());
    assertEquals(Outcome.End.LEASED, exchange.outcome().end());
    assertThrows(IllegalStateException.class, () -> lease.abort("late"));
  }

  @Test
  void callsOffTheLoopAreNoted() {
    try (MemoryLoop loop = MemoryLoop.thread()) {
      MemoryClientSocket strict = MemoryClientSocket.idle().withLoop(loop);
      CompletableFuture<Integer> inLoop = new CompletableFuture<>();
      loop.execute(() -> inLoop.complete(strict.descriptor()));
      assertEquals(1000, Await.completed(inLoop));
      assertEquals(0, strict.violations().size());
      strict.give();
      assertEquals(1, strict.violations().size());
    }
  }
}
