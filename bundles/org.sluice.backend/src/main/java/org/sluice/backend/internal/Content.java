package org.sluice.backend.internal;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.sluice.api.http.Body;
import org.sluice.api.http.Headers;
import org.sluice.api.wire.MalformedException;

/**
 * The content of a response, pulled from its connection. Buffers are lent from the memory they were
 * read into; a consumer that does not pull leaves the bytes in the kernel, and the backend waits.
 */
final class Content implements Body {
  /** Most bytes that are read and dropped to keep a connection whose content nobody wants. */
  private static final long WORTH_DRAINING = 64 * 1024;

  private static final CompletionStage<ByteBuffer> END = CompletableFuture.completedStage(null);

  private final BackendConnection connection;
  private final Framing framing;
  private final long length;
  private CompletableFuture<ByteBuffer> waiting;
  private ByteBuf lent;
  private Throwable failure;
  private IOException connectionEnd;
  private boolean closed;
  private boolean over;
  private long progressNanos;
  private long bytes;
  private volatile Headers trailers = Headers.empty();

  Content(BackendConnection connection, Framing framing) {
    this.connection = connection;
    this.framing = framing;
    this.length = framing.left();
  }

  /** Longest time without a byte while the consumer waits; 0 for none. */
  void progress(long nanos) {
    progressNanos = nanos;
  }

  /** Content bytes so far. */
  long bytes() {
    return bytes;
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public Headers trailers() {
    return trailers;
  }

  /** All of the content, if it is of known length and here already; the response is over then. */
  byte[] whole() throws MalformedException {
    ByteBuf in = connection.input();
    if (length > 0 && (in == null || in.readableBytes() < length) || length < 0) {
      return null;
    }
    byte[] whole = new byte[(int) length];
    if (length > 0) {
      in.readBytes(whole);
      framing.took(whole.length);
      bytes = length;
      connection.trim();
    }
    finish();
    return whole;
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

  private static void forward(CompletionStage<ByteBuffer> from, CompletableFuture<ByteBuffer> to) {
    from.whenComplete(
        (buffer, thrown) -> {
          if (thrown == null) {
            to.complete(buffer);
          } else {
            to.completeExceptionally(thrown);
          }
        });
  }

  private CompletionStage<ByteBuffer> pull() {
    if (waiting != null) {
      return CompletableFuture.failedStage(new IllegalStateException("a read is outstanding"));
    }
    giveBack();
    if (closed) {
      return END;
    }
    ByteBuffer next = failure == null ? next() : null;
    if (next != null) {
      return CompletableFuture.completedStage(next);
    }
    if (connectionEnd != null) {
      settle();
    }
    if (failure != null) {
      return CompletableFuture.failedStage(failure);
    }
    if (over) {
      return END;
    }
    waiting = new CompletableFuture<>();
    connection.deadline(progressNanos);
    return waiting;
  }

  /** The next bytes, or null when there are none now, at the end, and after a failure. */
  private ByteBuffer next() {
    ByteBuf in = connection.input();
    if (in == null || over) {
      return null;
    }
    try {
      int n = framing.find(in, connection.loop().scratch);
      ByteBuffer found = null;
      if (n > 0) {
        lent = in.readRetainedSlice(n);
        bytes += n;
        found = lent.nioBuffer();
        framing.took(n);
        connection.deadline(0);
      }
      connection.trim();
      if (framing.ended()) {
        finish();
      }
      return found;
    } catch (MalformedException e) {
      connection.fail(e);
      return null;
    }
  }

  /** More input is there. */
  void received() {
    if (over) {
      return;
    }
    if (closed) {
      drain();
      return;
    }
    if (waiting == null) {
      return;
    }
    CompletableFuture<ByteBuffer> reader = waiting;
    ByteBuffer next = next();
    if (next == null && !over && failure == null) {
      connection.deadline(progressNanos);
      return;
    }
    answer(reader, next);
  }

  private void answer(CompletableFuture<ByteBuffer> reader, ByteBuffer next) {
    if (reader != waiting) {
      return;
    }
    waiting = null;
    if (next == null && failure != null) {
      reader.completeExceptionally(failure);
    } else {
      reader.complete(next);
    }
  }

  /** The connection has ended, in order or not; input that is left can still be read. */
  void connectionEnded(IOException cause) {
    if (over || failure != null || connectionEnd != null) {
      return;
    }
    if (cause == null && framing.endsWithConnection()) {
      framing.end();
    }
    connectionEnd =
        cause != null ? cause : new IOException("the backend closed inside the content");
    if (waiting != null || closed || connection.input() == null) {
      settle();
      wake();
    }
  }

  /** Nothing is left to read after the connection has ended: was it all? */
  private void settle() {
    if (over || failure != null) {
      return;
    }
    if (framing.ended()) {
      finish();
    } else {
      failure = connectionEnd;
      connection.release();
      connection.contentEnded();
    }
  }

  private void wake() {
    if (waiting != null) {
      answer(waiting, null);
    }
  }

  /** No more content will come. */
  private void finish() {
    if (over || (framing.endsWithConnection() && connection.input() != null)) {
      return;
    }
    over = true;
    trailers = framing.trailers();
    connection.contentEnded();
  }

  /** Whether the content came to its end. */
  boolean isWhole() {
    return over;
  }

  /** Why the backend's side did not bring all of it; null when it did, or when we gave up. */
  IOException fault() {
    return failure != null && failure == connectionEnd ? connectionEnd : null;
  }

  private void giveBack() {
    if (lent != null) {
      lent.release();
      lent = null;
    }
  }

  @Override
  public void close() {
    if (connection.loop().executor().inEventLoop()) {
      closeNow();
      return;
    }
    try {
      connection.loop().executor().execute(this::closeNow);
    } catch (RejectedExecutionException e) {
      // The loop has ended, and the connection with it.
    }
  }

  private void closeNow() {
    giveBack();
    if (closed) {
      return;
    }
    closed = true;
    wake();
    if (connectionEnd != null) {
      settle();
    }
    if (over || failure != null) {
      return;
    }
    if (framing.left() >= 0 && framing.left() <= WORTH_DRAINING) {
      connection.deadline(1_000_000_000L);
      drain();
    } else {
      abandon(new IOException("given up"));
    }
  }

  /** Reads what is left without showing it to anybody. */
  private void drain() {
    while (!over && failure == null && next() != null) {
      giveBack();
    }
    giveBack();
  }

  /** The backend is too slow, or the exchange has ended. */
  void abandon(IOException cause) {
    if (over || failure != null) {
      return;
    }
    failure = cause;
    connection.release();
    connection.contentEnded();
    wake();
  }
}
