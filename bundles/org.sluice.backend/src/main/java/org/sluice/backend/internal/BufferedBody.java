package org.sluice.backend.internal;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import org.sluice.api.http.Body;
import org.sluice.api.http.Headers;

/**
 * A request body read ahead ({@code request-buffer}), so that a slow client does not occupy a
 * backend: all of it if it fits, else its beginning.
 */
final class BufferedBody implements Body {
  private static final CompletionStage<ByteBuffer> END = CompletableFuture.completedStage(null);

  private final Body rest;
  private final Executor loop;
  private final long most;
  private final Deque<ByteBuffer> ahead = new ArrayDeque<>();
  private long buffered;
  private boolean whole;

  private BufferedBody(Body rest, Executor loop, long most) {
    this.rest = rest;
    this.loop = loop;
    this.most = most;
  }

  /**
   * Reads ahead.
   *
   * @param then called on {@code loop} with the body to send, or with the reason why there is none
   */
  static void fill(Body body, Executor loop, long most, BiConsumer<Body, Throwable> then) {
    new BufferedBody(body, loop, most).more(then);
  }

  private void more(BiConsumer<Body, Throwable> then) {
    while (buffered < most) {
      CompletableFuture<ByteBuffer> next = rest.read().toCompletableFuture();
      if (!next.isDone()) {
        next.whenComplete((buffer, failure) -> loop.execute(() -> arrived(buffer, failure, then)));
        return;
      }
      if (next.isCompletedExceptionally()) {
        next.whenComplete((buffer, failure) -> then.accept(null, failure));
        return;
      }
      if (!add(next.join())) {
        break;
      }
    }
    then.accept(this, null);
  }

  private void arrived(ByteBuffer buffer, Throwable failure, BiConsumer<Body, Throwable> then) {
    if (failure != null) {
      then.accept(null, failure);
    } else if (add(buffer)) {
      more(then);
    } else {
      then.accept(this, null);
    }
  }

  /** Keeps a copy, because buffers are only lent; false at the end. */
  private boolean add(ByteBuffer buffer) {
    if (buffer == null) {
      whole = true;
      return false;
    }
    buffered += buffer.remaining();
    ahead.add(ByteBuffer.allocate(buffer.remaining()).put(buffer).flip());
    return true;
  }

  @Override
  public long length() {
    return whole && rest.trailers().size() == 0 ? buffered : rest.length();
  }

  @Override
  public CompletionStage<ByteBuffer> read() {
    ByteBuffer next = ahead.poll();
    if (next != null) {
      return CompletableFuture.completedStage(next);
    }
    return whole ? END : rest.read();
  }

  @Override
  public Headers trailers() {
    return rest.trailers();
  }

  @Override
  public void close() {
    ahead.clear();
    rest.close();
  }
}
