package org.sluice.fdpass.internal;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.sluice.api.http.Body;

/**
 * Reads a request body and throws it away; the engine keeps {@code limit.body} and the time-out,
 * and sends {@code 100 Continue} where it is waited for.
 */
final class BodyDrop {
  private final Body body;
  private final CompletableFuture<Void> done = new CompletableFuture<>();

  private BodyDrop(Body body) {
    this.body = body;
  }

  /** Completes on {@code loop}. */
  static CompletableFuture<Void> drop(Body body, Executor loop) {
    BodyDrop drop = new BodyDrop(body);
    drop.pull();
    return drop.done.isDone() ? drop.done : drop.done.whenCompleteAsync((none, e) -> {}, loop);
  }

  /** As long as buffers are there at once it is a loop, so that a long body needs no deep stack. */
  private void pull() {
    try {
      CompletableFuture<ByteBuffer> next = body.read().toCompletableFuture();
      while (next.isDone()) {
        if (next.join() == null) {
          end(null);
          return;
        }
        next = body.read().toCompletableFuture();
      }
      var unused = next.whenComplete(this::arrived);
    } catch (RuntimeException e) {
      end(e);
    }
  }

  private void arrived(ByteBuffer buffer, Throwable failure) {
    if (failure != null || buffer == null) {
      end(failure);
    } else {
      pull();
    }
  }

  private void end(Throwable failure) {
    body.close();
    if (failure == null) {
      done.complete(null);
    } else {
      done.completeExceptionally(failure);
    }
  }
}
