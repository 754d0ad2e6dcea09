package org.sluice.server.internal;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.sluice.api.engine.TransferLimits;
import org.sluice.api.http.Body;
import org.sluice.api.http.HandlerException;
import org.sluice.api.http.Headers;
import org.sluice.api.wire.MalformedException;
import org.sluice.handoff.api.RequestRest;
import org.sluice.handoff.api.RequestRest.Framing;

/**
 * A request's content, read from the socket only when it is asked for.
 *
 * <p>Buffers are copies on the heap: a consumer on another thread that still reads one while the
 * connection ends cannot reach memory that belongs to someone else by then.
 */
final class RequestBody implements Body {
  private final HttpConnection connection;
  private final BodyFraming framing;
  private final long length;
  private boolean continueWanted;
  private TransferLimits limits;
  private CompletableFuture<ByteBuffer> waiting;
  private Throwable failure;
  private volatile boolean closed;
  private boolean reopened;
  private volatile Headers trailers = Headers.empty();

  RequestBody(HttpConnection connection, RequestHead head, Limits listenerLimits) {
    this.connection = connection;
    this.framing = BodyFraming.of(head, listenerLimits);
    this.length = head.chunked() ? -1 : head.contentLength();
    this.continueWanted = head.expectContinue();
    this.limits = HttpTransaction.NO_LIMITS;
  }

  void limits(TransferLimits newLimits) {
    limits = newLimits;
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public Headers trailers() {
    return trailers;
  }

  @Override
  public CompletionStage<ByteBuffer> read() {
    if (connection.loop().executor().inEventLoop()) {
      return pull();
    }
    CompletableFuture<ByteBuffer> result = new CompletableFuture<>();
    try {
      connection.loop().executor().execute(() -> forward(pull(), result));
    } catch (RejectedExecutionException e) {
      result.completeExceptionally(new IOException("the engine has stopped", e));
    }
    return result;
  }

  private static void forward(
      CompletionStage<ByteBuffer> from, CompletableFuture<ByteBuffer> result) {
    from.whenComplete(
        (buffer, thrown) -> {
          if (thrown == null) {
            result.complete(buffer);
          } else {
            result.completeExceptionally(thrown);
          }
        });
  }

  @Override
  public void close() {
    closed = true;
    if (connection.loop().executor().inEventLoop()) {
      closeNow();
      return;
    }
    try {
      connection.loop().executor().execute(this::closeNow);
    } catch (RejectedExecutionException e) {
      // The engine has stopped: nobody waits.
    }
  }

  private void closeNow() {
    if (waiting != null && !reopened) {
      complete(null);
    }
  }

  /**
   * What nobody has read yet, for somebody else than the reader so far, who gets nothing more. Only
   * on the event loop, as its reads.
   */
  Body reopen() {
    if (framing.ended()) {
      return Body.empty();
    }
    close();
    reopened = true;
    return new Rest();
  }

  private CompletionStage<ByteBuffer> pull() {
    return reopened ? CompletableFuture.completedStage(null) : pull(closed);
  }

  private CompletionStage<ByteBuffer> pull(boolean over) {
    if (waiting != null) {
      return CompletableFuture.failedStage(
          new IllegalStateException("a read of this body is outstanding"));
    }
    if (connection.isTaken()) {
      // T13: the bytes are the receiver's, whoever was still reading them for an application.
      return CompletableFuture.failedStage(new IOException("the client was handed over"));
    }
    if (failure == null && limits.body() > 0 && length > limits.body()) {
      failure = tooLarge();
    }
    ByteBuffer next = failure == null && !over ? take() : null;
    if (failure != null) {
      return CompletableFuture.failedStage(failure);
    }
    if (next != null || over || framing.ended()) {
      return CompletableFuture.completedStage(next);
    }
    waiting = new CompletableFuture<>();
    if (continueWanted) {
      // RFC 9110 section 10.1.1: only now is the content wanted; not if it came unasked.
      continueWanted = false;
      if (framing.consumed() == 0) {
        connection.sendContinue();
      }
    }
    connection.wantBody(Limits.nanos(limits.bodyTimeout()));
    return waiting;
  }

  /** Content that has arrived, or null; judges it. */
  private ByteBuffer take() {
    Inbox inbox = connection.inbox();
    ByteBuf in = inbox.bytes();
    if (in == null) {
      return null;
    }
    try {
      int n = framing.ready(in);
      if (framing.ended()) {
        trailers = framing.trailers();
      }
      if (n == 0) {
        return null;
      }
      if (limits.body() > 0 && framing.content() + n > limits.body()) {
        failure = tooLarge();
        return null;
      }
      byte[] copy = new byte[n];
      in.readBytes(copy);
      framing.took(n);
      return ByteBuffer.wrap(copy);
    } catch (MalformedException e) {
      failure = new HandlerException(Refused.status(e), "request-body", e.getMessage());
      return null;
    } finally {
      inbox.trim();
    }
  }

  private HandlerException tooLarge() {
    return new HandlerException(
        413, "request-body", "the request body is larger than " + limits.body() + " bytes");
  }

  /** More input is in the inbox. */
  void received() {
    if (waiting == null) {
      return;
    }
    ByteBuffer next = take();
    if (next == null && failure == null && !framing.ended()) {
      connection.wantBody(Limits.nanos(limits.bodyTimeout()));
      return;
    }
    complete(next);
  }

  private void complete(ByteBuffer next) {
    CompletableFuture<ByteBuffer> reader = waiting;
    waiting = null;
    connection.bodyServed();
    if (failure != null) {
      reader.completeExceptionally(failure);
    } else {
      reader.complete(next);
    }
  }

  /** The rest will not come. An outstanding read and later ones fail with {@code cause}. */
  void fail(Throwable cause) {
    if (failure == null && !framing.ended()) {
      failure = cause;
    }
    if (waiting != null) {
      complete(null);
    }
  }

  /** The exchange has ended: nobody may read any more. */
  void detach() {
    fail(new IOException("the exchange has ended"));
    closed = true;
  }

  /** Whether the connection can go on behind this body: it is whole, or may be read and dropped. */
  boolean isReusable(long most) {
    if (framing.ended()) {
      return true;
    }
    // RFC 9110 section 10.1.1: who waits for 100 may send the content or not; nobody can tell.
    return failure == null && !continueWanted && known() <= most;
  }

  /** Content that nobody has read, as far as can be known now; much if it is broken. */
  private long known() {
    ByteBuf in = connection.inbox().bytes();
    if (in == null || !(framing instanceof ChunkedFraming chunks)) {
      return framing.left();
    }
    try {
      return chunks.atLeast(in);
    } catch (MalformedException e) {
      return Long.MAX_VALUE;
    }
  }

  /** What nobody has read yet; looks into the inbox, and leaves it as it is. */
  RequestRest rest() {
    if (framing.ended()) {
      return new RequestRest(Framing.CONSUMED, 0, 0, false);
    }
    boolean expect = continueWanted && framing.consumed() == 0;
    int have = connection.inbox().size();
    if (length >= 0) {
      long left = framing.left();
      return new RequestRest(Framing.LENGTH, left, (int) Math.min(have, left), expect);
    }
    int whole = framing.consumed() == 0 ? wholeChunks() : -1;
    return new RequestRest(Framing.CHUNKED, whole, whole < 0 ? have : whole, expect);
  }

  /** Bytes of the chunked body if its end has arrived, else -1. */
  private int wholeChunks() {
    ByteBuf in = connection.inbox().bytes();
    if (in == null) {
      return -1;
    }
    ChunkedFraming chunks = new ChunkedFraming(connection.limits());
    try {
      chunks.lookThrough(in);
    } catch (MalformedException e) {
      return -1;
    }
    return chunks.ended() ? (int) chunks.consumed() : -1;
  }

  BodyFraming framing() {
    return framing;
  }

  /** See {@link #reopen}. */
  private final class Rest implements Body {
    @Override
    public long length() {
      return framing.left();
    }

    @Override
    public CompletionStage<ByteBuffer> read() {
      return pull(false);
    }

    @Override
    public void close() {
      // The body is closed already, and the connection keeps what is left of it.
    }
  }
}
