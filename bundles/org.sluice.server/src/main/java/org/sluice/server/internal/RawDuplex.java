package org.sluice.server.internal;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.sluice.api.http.Body;
import org.sluice.api.http.Duplex;
import org.sluice.api.http.Outcome.End;
import org.sluice.api.http.Response;
import org.sluice.server.internal.HeadWriter.Persistence;

/** A connection after 101: raw bytes both ways, each pulled by its consumer. */
final class RawDuplex implements Duplex, HttpTransaction.Work {
  private final HttpTransaction transaction;
  private final HttpConnection connection;
  private final Incoming incoming = new Incoming();
  private final AtomicBoolean sendCalled = new AtomicBoolean();
  private BodyPump pump;
  private boolean outgoingEnded;

  private RawDuplex(HttpTransaction transaction) {
    this.transaction = transaction;
    this.connection = transaction.owner();
  }

  /** Sends the 101 and leaves HTTP. On the loop. */
  static CompletionStage<Duplex> start(HttpTransaction transaction, Response response) {
    HttpConnection connection = transaction.owner();
    response.body().close();
    RequestBody body = transaction.body();
    if (transaction.head().minorVersion() == 0
        || transaction.refusal() != null
        || (body != null && !body.framing().ended())) {
      // RFC 9110 section 7.8: HTTP/1.1 only, and only behind the whole request.
      transaction.abortNow("an upgrade of a request that cannot be upgraded");
      return CompletableFuture.failedStage(
          new IllegalStateException(
              "this request cannot be upgraded: HTTP/1.0, refused, or unread"));
    }
    HeadWriter head = connection.loop().headWriter();
    head.begin(101);
    head.fields(response.headers());
    head.identity();
    head.connection(Persistence.UPGRADE);
    head.end();
    RawDuplex duplex = new RawDuplex(transaction);
    transaction.status(101, head.sent(response.headers()));
    transaction.firstByte();
    transaction.work(duplex);
    connection.upgraded();
    ByteBuf out = connection.loop().allocator().directBuffer(head.length());
    connection.outbound().write(out.writeBytes(head.array(), 0, head.length()));
    connection.outbound().flush();
    return CompletableFuture.completedStage(duplex);
  }

  @Override
  public Body incoming() {
    return incoming;
  }

  @Override
  public void send(Body outgoing) {
    if (!sendCalled.compareAndSet(false, true)) {
      outgoing.close();
      throw new IllegalStateException("send was called already");
    }
    try {
      connection.loop().executor().execute(() -> begin(outgoing));
    } catch (RejectedExecutionException e) {
      outgoing.close();
    }
  }

  private void begin(Body outgoing) {
    if (transaction.ended()) {
      outgoing.close();
      return;
    }
    pump =
        new BodyPump(connection.outbound(), connection.loop(), outgoing, false, -1, this::pumped);
    pump.run();
  }

  private void pumped(Throwable failure) {
    transaction.bodyBytes(pump.sent());
    if (failure != null) {
      transaction.abortNow("the outgoing stream failed: " + failure.getMessage());
    } else if (connection.outbound().isDrained()) {
      outgoingEnded();
    } else {
      connection
          .outbound()
          .whenDrained(
              future -> {
                if (future.isSuccess()) {
                  outgoingEnded();
                }
              });
    }
  }

  private void outgoingEnded() {
    if (transaction.ended()) {
      return;
    }
    outgoingEnded = true;
    if (incoming.ended) {
      finish();
    } else {
      SocketControl.shutdownOutput(connection.channel());
    }
  }

  /** More input is in the inbox. */
  void received() {
    incoming.received();
  }

  /** The client has sent its end of file. */
  void ended() {
    incoming.ended = true;
    incoming.received();
    if (outgoingEnded) {
      finish();
    }
  }

  private void finish() {
    transaction.work(null);
    transaction.end(End.UPGRADED, null);
    connection.close();
  }

  @Override
  public void writable() {
    if (pump != null) {
      pump.run();
    }
  }

  @Override
  public long body() {
    return pump == null ? 0 : pump.sent();
  }

  @Override
  public void cancel(IOException cause) {
    if (pump != null) {
      pump.cancel();
    }
    incoming.fail(cause);
  }

  /** What the client sends, as a body. Its fields belong to the loop. */
  private final class Incoming implements Body {
    private CompletableFuture<ByteBuffer> waiting;
    private IOException failure;
    private boolean ended;
    private boolean closed;

    @Override
    public long length() {
      return -1;
    }

    @Override
    public CompletionStage<ByteBuffer> read() {
      if (connection.loop().executor().inEventLoop()) {
        return pull(new CompletableFuture<>());
      }
      CompletableFuture<ByteBuffer> result = new CompletableFuture<>();
      try {
        connection.loop().executor().execute(() -> pull(result));
      } catch (RejectedExecutionException e) {
        result.completeExceptionally(e);
      }
      return result;
    }

    private CompletableFuture<ByteBuffer> pull(CompletableFuture<ByteBuffer> result) {
      if (waiting != null) {
        result.completeExceptionally(new IllegalStateException("a read is outstanding"));
        return result;
      }
      waiting = result;
      if (!serve()) {
        connection.openIntake();
      }
      return result;
    }

    void received() {
      if (closed) {
        connection.inbox().clear();
      } else if (waiting != null) {
        // Before the reader is told: it may ask again at once.
        connection.shutIntake();
        if (!serve()) {
          connection.openIntake();
        }
      }
    }

    /** Completes the read that waits, if something can be said. */
    private boolean serve() {
      Inbox inbox = connection.inbox();
      if (failure == null && !closed && inbox.isEmpty() && !ended) {
        return false;
      }
      CompletableFuture<ByteBuffer> reader = waiting;
      waiting = null;
      if (failure != null) {
        reader.completeExceptionally(failure);
      } else if (closed || inbox.isEmpty()) {
        reader.complete(null);
      } else {
        ByteBuf in = inbox.bytes();
        byte[] copy = new byte[in.readableBytes()];
        in.readBytes(copy);
        inbox.clear();
        reader.complete(ByteBuffer.wrap(copy));
      }
      return true;
    }

    void fail(IOException cause) {
      failure = cause;
      if (waiting != null) {
        serve();
      }
    }

    /** What still comes is read and dropped, so that the end of file is seen. */
    @Override
    public void close() {
      try {
        connection.loop().executor().execute(this::closeNow);
      } catch (RejectedExecutionException e) {
        // Everything has ended already.
      }
    }

    private void closeNow() {
      if (closed || transaction.ended()) {
        return;
      }
      closed = true;
      connection.inbox().clear();
      connection.openIntake();
    }
  }
}
