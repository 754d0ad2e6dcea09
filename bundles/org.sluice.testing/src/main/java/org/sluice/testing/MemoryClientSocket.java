package org.sluice.testing;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.sluice.api.http.Outcome;
import org.sluice.api.http.Response;
import org.sluice.handoff.api.ClientSocket;
import org.sluice.handoff.api.Lease;
import org.sluice.handoff.api.Preamble;
import org.sluice.handoff.api.RequestRest;

/**
 * A client's socket without a kernel: records what the hand-off did with it. Give it to {@link
 * MemoryExchangeBuilder#socket} or use it alone.
 */
public final class MemoryClientSocket implements ClientSocket {
  /** Who owns the socket, or how that ended. */
  public enum State {
    /** The server: not taken yet, or put back. */
    SERVER,
    /** Whoever took it. */
    TAKEN,
    /** A receiver. */
    GIVEN,
    /** A receiver, for a while. */
    LEASED,
    /** The server again, with the next request. */
    RESUMED,
    /** Nobody: ended in order after a lease. */
    ENDED,
    /** Nobody: reset. */
    ABORTED
  }

  private final List<String> violations = Collections.synchronizedList(new ArrayList<>());
  private final CompletableFuture<Void> gone = new CompletableFuture<>();
  private final byte[] unread;
  private Executor loop = MemoryLoop.caller();
  private int descriptor = 1000;
  private int sendBufferFree = 2_600_000;
  private boolean holdSends;
  private State state = State.TAKEN;
  private Response head;
  private BodyPuller body;
  private CompletableFuture<Void> send;
  private String abortReason;
  private MemoryLease lease;
  private MemoryExchange exchange;

  private MemoryClientSocket(byte[] unread) {
    this.unread = unread;
  }

  /** A socket of which nothing was read ahead. */
  public static MemoryClientSocket idle() {
    return new MemoryClientSocket(new byte[0]);
  }

  /** A socket of which these bytes (ISO 8859-1) were read and not consumed. */
  public static MemoryClientSocket unread(String text) {
    return new MemoryClientSocket(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** The descriptor's number, a real one for tests that pass it. */
  public MemoryClientSocket withDescriptor(int number) {
    descriptor = number;
    return this;
  }

  /** What the kernel would take at once. */
  public MemoryClientSocket withSendBufferFree(int bytes) {
    sendBufferFree = bytes;
    return this;
  }

  /** The event loop; one on the caller otherwise. */
  public MemoryClientSocket withLoop(Executor executor) {
    loop = executor;
    return this;
  }

  /** A client that takes nothing of a preamble until {@link #clientTakes()}. */
  public MemoryClientSocket slowClient() {
    holdSends = true;
    return this;
  }

  void attach(MemoryExchange owner) {
    exchange = owner;
    state = State.SERVER;
  }

  synchronized void taken() {
    state = State.TAKEN;
  }

  // What the hand-off sees

  @Override
  public int descriptor() {
    check();
    return descriptor;
  }

  @Override
  public ByteBuffer unread() {
    check();
    return ByteBuffer.wrap(unread).asReadOnlyBuffer();
  }

  @Override
  public RequestRest rest() {
    check();
    return RequestRest.NONE;
  }

  @Override
  public boolean mayPersist() {
    check();
    return true;
  }

  @Override
  public boolean mark() {
    check();
    return true;
  }

  @Override
  public boolean untouched() {
    check();
    return true;
  }

  @Override
  public Executor executor() {
    return loop;
  }

  @Override
  public int sendBufferFree() {
    check();
    return sendBufferFree;
  }

  @Override
  public CompletionStage<Void> send(Preamble preamble) {
    Response response = preamble.present();
    CompletableFuture<Void> stage = new CompletableFuture<>();
    boolean hold;
    try {
      check();
      synchronized (this) {
        if (send != null) {
          throw new IllegalStateException("a preamble was sent already");
        }
        send = stage;
        head = response;
        body = new BodyPuller(response.body(), violations::add);
        hold = holdSends;
      }
    } catch (IllegalStateException e) {
      response.body().close();
      throw e;
    }
    var unused = body.done().whenComplete((nothing, e) -> loop.execute(() -> sent(stage, e)));
    if (gone.isDone()) {
      body.cancel(new IOException("the client has left"));
    } else if (!hold) {
      body.demand(Long.MAX_VALUE);
    }
    return stage;
  }

  private static void sent(CompletableFuture<Void> stage, Throwable e) {
    if (e == null) {
      stage.complete(null);
    } else {
      stage.completeExceptionally(e);
    }
  }

  @Override
  public synchronized boolean started() {
    check();
    return head != null;
  }

  @Override
  public CompletionStage<Void> gone() {
    check();
    return gone.minimalCompletionStage();
  }

  @Override
  public void give() {
    leave(State.GIVEN);
    tell(Outcome.End.GIVEN, null);
  }

  @Override
  public Lease lease() {
    leave(State.LEASED);
    synchronized (this) {
      lease = new MemoryLease(this);
      return lease;
    }
  }

  @Override
  public void putBack() {
    synchronized (this) {
      check();
      if (head != null) {
        throw new IllegalStateException("a preamble was sent: the socket cannot be put back");
      }
    }
    leave(State.SERVER);
    if (exchange != null) {
      exchange.socketPutBack();
    }
  }

  @Override
  public void abort(String reason) {
    leave(State.ABORTED);
    reset(reason);
  }

  private void reset(String reason) {
    BodyPuller running;
    synchronized (this) {
      abortReason = reason;
      running = body;
    }
    if (running != null) {
      running.cancel(new IOException(reason));
    }
    tell(Outcome.End.ABORTED, reason);
  }

  private synchronized void leave(State next) {
    check();
    state = next;
  }

  private synchronized void check() {
    if (state != State.TAKEN) {
      throw new IllegalStateException("the socket is not yours any more: " + state);
    }
    if (loop instanceof MemoryLoop memory && !memory.inLoop()) {
      violations.add("called on " + Thread.currentThread().getName() + ", not on the loop");
    }
  }

  void leaseEnds(State next, String reason) {
    synchronized (this) {
      state = next;
    }
    switch (next) {
      case ABORTED -> reset(reason);
      case GIVEN -> tell(Outcome.End.GIVEN, null);
      default -> tell(Outcome.End.LEASED, null);
    }
  }

  private void tell(Outcome.End how, String detail) {
    if (exchange != null) {
      exchange.socketEnded(how, detail);
    }
  }

  // What the test sees

  /** Who owns the socket now. */
  public synchronized State state() {
    return state;
  }

  /** Head of the preamble that was sent, or null. Its body has been consumed. */
  public synchronized Response sentHead() {
    return head;
  }

  /** Body bytes of the preamble that the client took so far. */
  public synchronized byte[] sentBody() {
    return body == null ? new byte[0] : body.bytes();
  }

  /** Why the socket was reset, or null. */
  public synchronized String abortReason() {
    return abortReason;
  }

  /** The lease, or null when there was none. */
  public synchronized MemoryLease leased() {
    return lease;
  }

  /** Where the contract was broken: calls off the loop, bodies with a wrong length. */
  public List<String> violations() {
    return List.copyOf(violations);
  }

  // What the client does

  /** A slow client takes the preamble after all. */
  public void clientTakes() {
    BodyPuller waiting;
    synchronized (this) {
      holdSends = false;
      waiting = body;
    }
    if (waiting != null) {
      waiting.demand(Long.MAX_VALUE);
    }
  }

  /** The client resets the connection. */
  public void clientLeft() {
    BodyPuller running;
    synchronized (this) {
      running = body;
    }
    if (running != null) {
      running.cancel(new IOException("the client has left"));
    }
    loop.execute(() -> gone.complete(null));
  }
}
