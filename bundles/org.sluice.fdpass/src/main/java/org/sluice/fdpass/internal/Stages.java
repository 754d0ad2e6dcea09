package org.sluice.fdpass.internal;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.sluice.api.http.HandlerException;

/** What stages gave. */
final class Stages {
  private Stages() {}

  /** Whether it has completed well already, so that no callback is needed. */
  static boolean isDone(CompletionStage<?> stage) {
    CompletableFuture<?> future = stage.toCompletableFuture();
    return future.isDone() && !future.isCompletedExceptionally();
  }

  /** The reason for which the exchange fails. */
  static HandlerException asHandlerException(Throwable failure) {
    Throwable cause = failure;
    if (failure instanceof CompletionException && failure.getCause() != null) {
      cause = failure.getCause();
    }
    if (cause instanceof HandlerException refusal) {
      return refusal;
    }
    return new HandlerException(500, "fd-failed", "the hand-off failed: " + cause, cause);
  }
}
