package org.sluice.testing;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.sluice.api.http.Body;
import org.sluice.api.http.Headers;

/**
 * Pulls a body as an engine does: one outstanding read, only on demand, closed exactly once; judges
 * whether the producer keeps its side of the contract.
 */
final class BodyPuller {
  private final Body body;
  private final Consumer<String> violations;
  private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
  private final CompletableFuture<Void> done = new CompletableFuture<>();
  private long demand;
  private boolean reading;
  private boolean finished;
  private boolean complete;
  private Headers trailers = Headers.empty();

  BodyPuller(Body body, Consumer<String> violations) {
    this.body = body;
    this.violations = violations;
  }

  /** Completes when the body has ended and was closed; exceptionally when it could not. */
  CompletableFuture<Void> done() {
    return done;
  }

  synchronized byte[] bytes() {
    return taken.toByteArray();
  }

  synchronized boolean complete() {
    return complete;
  }

  synchronized Headers trailers() {
    return trailers;
  }

  /** Asks for {@code buffers} more. */
  void demand(long buffers) {
    synchronized (this) {
      demand = buffers > Long.MAX_VALUE - demand ? Long.MAX_VALUE : demand + buffers;
    }
    pump();
  }

  /** Gives the body up without reading it, as for HEAD. */
  void skip() {
    finish(null, true);
  }

  void cancel(Throwable cause) {
    finish(cause, false);
  }

  private void pump() {
    for (; ; ) {
      synchronized (this) {
        if (finished || reading || demand == 0) {
          return;
        }
        reading = true;
        demand--;
      }
      CompletableFuture<ByteBuffer> next;
      try {
        CompletionStage<ByteBuffer> stage = body.read();
        next = stage.toCompletableFuture();
      } catch (RuntimeException e) {
        finish(violation("read() threw " + e), false);
        return;
      }
      if (!next.isDone()) {
        var unused = next.whenComplete(
            (buffer, failure) -> {
              if (took(buffer, failure)) {
                pump();
              }
            });
        return;
      }
      if (!next.handle(this::took).join()) {
        return;
      }
    }
  }

  private boolean took(ByteBuffer buffer, Throwable failure) {
    synchronized (this) {
      reading = false;
      if (finished) {
        return false;
      }
    }
    if (failure != null) {
      finish(failure instanceof CompletionException e ? e.getCause() : failure, false);
    } else if (buffer == null) {
      end();
    } else if (!buffer.hasRemaining()) {
      finish(violation("read() gave a buffer without a byte"), false);
    } else {
      return keep(buffer);
    }
    return false;
  }

  private boolean keep(ByteBuffer buffer) {
    byte[] copy = new byte[buffer.remaining()];
    buffer.get(copy);
    long total;
    synchronized (this) {
      taken.writeBytes(copy);
      total = taken.size();
    }
    if (body.length() >= 0 && total > body.length()) {
      finish(violation("gave " + total + " bytes, declared " + body.length()), false);
      return false;
    }
    return true;
  }

  private void end() {
    long total = bytes().length;
    if (body.length() >= 0 && total != body.length()) {
      finish(violation("ended after " + total + " bytes, declared " + body.length()), false);
      return;
    }
    Headers fields = body.trailers();
    if (fields == null) {
      finish(violation("trailers() gave null"), false);
      return;
    }
    synchronized (this) {
      trailers = fields;
    }
    finish(null, true);
  }

  private IllegalStateException violation(String what) {
    violations.accept("body: " + what);
    return new IllegalStateException("body: " + what);
  }

  private void finish(Throwable cause, boolean whole) {
    synchronized (this) {
      if (finished) {
        return;
      }
      finished = true;
      complete = whole;
    }
    body.close();
    if (cause == null) {
      done.complete(null);
    } else {
      done.completeExceptionally(cause);
    }
  }
}
