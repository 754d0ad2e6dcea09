package org.sluice.ssi.internal.filter;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.sluice.api.http.Body;

/** Reads a small request body whole, or finds that it is too large. */
final class KeptBody {
  private final Body body;
  private final int limit;
  private final ByteArrayOutputStream kept = new ByteArrayOutputStream();

  KeptBody(Body body, int limit) {
    this.body = body;
    this.limit = limit;
  }

  /** Completes with the bytes, or with null when there are more than the limit. */
  CompletionStage<byte[]> read() {
    return body.length() > limit ? CompletableFuture.completedStage(null) : next();
  }

  /** A body within the limit comes in a few buffers, so that the chain of stages stays short. */
  private CompletionStage<byte[]> next() {
    return body.read()
        .thenCompose(
            buffer -> {
              if (buffer == null) {
                return CompletableFuture.completedStage(kept.toByteArray());
              }
              if (kept.size() + buffer.remaining() > limit) {
                return CompletableFuture.completedStage(null);
              }
              take(buffer);
              return next();
            });
  }

  private void take(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    kept.writeBytes(bytes);
  }
}
