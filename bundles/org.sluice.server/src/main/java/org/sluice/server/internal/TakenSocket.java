package org.sluice.server.internal;

import io.netty.buffer.ByteBuf;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.sluice.api.http.Body;
import org.sluice.api.http.BytesBody;
import org.sluice.api.http.FileRegion;
import org.sluice.api.http.Outcome.End;
import org.sluice.api.http.Response;
import org.sluice.handoff.api.ClientSocket;
import org.sluice.handoff.api.Lease;
import org.sluice.handoff.api.Preamble;
import org.sluice.handoff.api.RequestRest;
import org.sluice.server.internal.HeadWriter.Persistence;

/**
 * A client's socket outside the engine. While this is valid the descriptor is open, nothing is read
 * from it, and nothing is written but the preamble.
 */
final class TakenSocket implements ClientSocket, HttpTransaction.Work {
  private final HttpTransaction transaction;
  private final HttpConnection connection;
  private final CompletableFuture<Void> gone = new CompletableFuture<>();
  private CompletableFuture<Void> sending;
  private ByteBuffer unread;
  private long bodySent;
  private long sent;
  private boolean sendCalled;
  private boolean started;

  /** Whether the kernel may still keep back the head. */
  private boolean held;

  private boolean valid = true;
  private boolean cancelled;
  private SilentLease lease;
  private boolean wasMarked;
  private boolean marked;
  private long markWritten;
  private long markRead;

  TakenSocket(HttpTransaction transaction) {
    this.transaction = transaction;
    this.connection = transaction.owner();
  }

  private void check() {
    connection.assertLoop();
    if (!valid) {
      throw new IllegalStateException("the socket was given, leased, put back or aborted");
    }
  }

  /** The engine ended the exchange by itself (write time-out, listener closed): nothing is left. */
  private boolean overAlready() {
    connection.assertLoop();
    return cancelled;
  }

  @Override
  public int descriptor() {
    check();
    if (!connection.channel().isOpen()) {
      throw new IllegalStateException("the client has left and the descriptor is closed");
    }
    return connection.channel().fd().intValue();
  }

  @Override
  public ByteBuffer unread() {
    check();
    if (unread == null) {
      unread = connection.unread();
    }
    return unread.duplicate();
  }

  @Override
  public RequestRest rest() {
    check();
    RequestBody body = transaction.body();
    return body == null ? RequestRest.NONE : body.rest();
  }

  @Override
  public boolean mayPersist() {
    check();
    return transaction.mayPersistAfterLease();
  }

  @Override
  public boolean mark() {
    check();
    wasMarked = true;
    // What a receiver has declined nobody has touched since.
    long before = marked ? markWritten : -1;
    // Known without asking; and if somebody reads who has no business to, it is found out later.
    markRead = connection.read();
    markWritten = connection.outbound().justCounted();
    marked = markWritten >= 0;
    KernelCounts counts = connection.loop().counts();
    if (!marked && connection.channel().isOpen() && counts.takeWritten(socket())) {
      marked = true;
      markWritten = counts.written();
      if (!connection.outbound().agrees(markWritten) || (before >= 0 && before != markWritten)) {
        // Written after an earlier lease had ended, by whoever held it: the next answer is not
        // ours.
        hungUp();
      }
    }
    return marked;
  }

  @Override
  public boolean untouched() {
    check();
    KernelCounts counts = connection.loop().counts();
    return marked
        && connection.channel().isOpen()
        && counts.takeExpecting(socket(), markRead, markRead)
        && counts.written() == markWritten
        && counts.read() == markRead;
  }

  private Socket socket() {
    return SocketControl.of(connection.channel());
  }

  @Override
  public Executor executor() {
    return transaction.loop();
  }

  @Override
  public int sendBufferFree() {
    check();
    return SocketControl.sendBufferFree(connection.channel(), connection.loop().option());
  }

  @Override
  public CompletionStage<Void> send(Preamble preamble) {
    if (preamble.isNone()) {
      check();
      sendCalled = true;
      return CompletableFuture.completedStage(null);
    }
    Response start = preamble.present();
    try {
      check();
      if (sendCalled) {
        throw new IllegalStateException("a preamble was sent already");
      }
      sendCalled = true;
      sending = new CompletableFuture<>();
      return write(start.status(), start, start.body());
    } catch (RuntimeException e) {
      start.body().close();
      throw e;
    }
  }

  /** Head and start of the body; only the end of the connection will end the body. */
  private CompletionStage<Void> write(int status, Response start, Body body) {
    HeadWriter head = connection.loop().headWriter();
    head.begin(status);
    head.fields(start.headers());
    head.identity();
    head.connection(Persistence.CLOSE);
    head.end();
    boolean bodiless = transaction.head().isHead() || status == 204 || status == 304;
    byte[] bytes = body instanceof BytesBody known && !bodiless ? known.bytes() : new byte[0];
    ByteBuf out = connection.loop().allocator().directBuffer(head.length() + bytes.length);
    out.writeBytes(head.array(), 0, head.length()).writeBytes(bytes);
    bodySent = bytes.length;
    started = true;
    transaction.status(status, head.sent(start.headers()));
    transaction.firstByte();
    Outbound outbound = connection.outbound();
    if (body instanceof FileRegion region && !bodiless) {
      bodySent = region.length();
      outbound.write(out);
      outbound.write(new OwnedRegion(region));
    } else {
      body.close();
      if (bodySent > 0) {
        outbound.write(out);
      } else {
        // The receiver is about to go on: one segment, and one client to wake, instead of two.
        held = outbound.hold(out);
      }
    }
    sent = head.length() + bodySent;
    transaction.bodyBytes(bodySent);
    if (!held) {
      outbound.flush();
    }
    CompletableFuture<Void> result = sending;
    if (outbound.isDrained()) {
      outbound.whole();
      sent(null);
    } else {
      outbound.whenDrained(
          future -> {
            if (future.isSuccess()) {
              outbound.whole();
            }
            sent(future.cause());
          });
    }
    return result;
  }

  private void sent(Throwable failure) {
    CompletableFuture<Void> result = sending;
    sending = null;
    if (result == null) {
      return;
    }
    if (failure == null) {
      result.complete(null);
    } else {
      result.completeExceptionally(new IOException("the client has left", failure));
    }
  }

  @Override
  public void flush() {
    check();
    push();
  }

  private void push() {
    if (held) {
      held = false;
      SocketControl.push(connection.channel());
    }
  }

  @Override
  public boolean started() {
    return started;
  }

  @Override
  public long sent() {
    return sent;
  }

  @Override
  public boolean wasLent() {
    return connection.wasLent();
  }

  @Override
  public CompletionStage<Void> gone() {
    connection.watch();
    return gone;
  }

  /** The client has reset the connection; the descriptor stays open until its owner lets go. */
  void hungUp() {
    sent(new IOException("the connection was reset"));
    gone.complete(null);
  }

  @Override
  public void give() {
    if (overAlready()) {
      return;
    }
    check();
    invalidate();
    given();
  }

  /** Close without shutdown: the receiver's copy goes on as if ours had never been. */
  void given() {
    push();
    transaction.work(null);
    transaction.end(End.GIVEN, null);
    connection.terminate("the socket was given away");
  }

  @Override
  public Lease lease() {
    check();
    if (started) {
      throw new IllegalStateException("a socket with a preamble cannot be leased");
    }
    if (!wasMarked) {
      throw new IllegalStateException("the counters were not marked before the socket was passed");
    }
    RequestRest rest = rest();
    invalidate();
    connection.inbox().skip(rest.unread());
    lease = new SilentLease(this, transaction, rest, marked, markWritten, markRead);
    return lease;
  }

  /** The queue must be empty: nothing of ours may be written once somebody else owns the socket. */
  private void invalidate() {
    if (sending != null) {
      throw new IllegalStateException("the preamble has not left yet");
    }
    valid = false;
  }

  @Override
  public void putBack() {
    if (overAlready()) {
      return;
    }
    check();
    if (started) {
      throw new IllegalStateException("a preamble was sent: only the receiver can answer now");
    }
    valid = false;
    transaction.unanswered();
    boolean alive = connection.channel().isOpen() && !gone.isDone();
    if (alive && wasMarked && !restore()) {
      connection.abort("the socket's options cannot be set back");
    } else if (alive) {
      if (marked) {
        connection.expectWritten(markWritten);
        connection.outbound().stale();
      }
      connection.putBack(wasMarked);
    } else {
      connection.terminate("the client has left");
    }
  }

  /** A receiver that did not want it may have changed what it shared with us all the same (T18). */
  private boolean restore() {
    Loop loop = connection.loop();
    if (marked) {
      // For what the kernel tells beside the numbers.
      var unused = loop.counts().takeWritten(socket());
    }
    return SocketControl.restore(connection.channel(), loop.counts(), loop.option());
  }

  @Override
  public void abort(String reason) {
    if (overAlready()) {
      return;
    }
    check();
    transaction.abortNow(reason);
  }

  @Override
  public long body() {
    return bodySent;
  }

  @Override
  public void cancel(IOException cause) {
    cancelled = valid;
    valid = false;
    if (lease != null) {
      lease.cancel();
    }
    sent(cause);
    gone.complete(null);
  }
}
