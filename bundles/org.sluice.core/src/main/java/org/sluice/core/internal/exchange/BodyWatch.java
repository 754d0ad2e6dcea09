package org.sluice.core.internal.exchange;

import java.io.UncheckedIOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.api.http.Body;
import org.sluice.api.http.BytesBody;
import org.sluice.api.http.FileRegion;
import org.sluice.api.http.HandlerException;

/**
 * Tells of response bodies that break their contract. The client is reset by then and sees nothing
 * of it, and whoever gave the body may not look at the stage it got. Bodies that end because a
 * client left, a file became shorter or a peer was slow fail with {@link java.io.IOException}: such
 * is life, and those who read know more of it.
 */
final class BodyWatch {
  private static final Logger LOG = LoggerFactory.getLogger(BodyWatch.class);

  private BodyWatch() {}

  /** Watches a body that was given to be sent; only one that is pulled can go wrong. */
  static CompletionStage<Void> over(FrontExchange exchange, Body body, CompletionStage<Void> sent) {
    if (!(body instanceof BytesBody) && !(body instanceof FileRegion)) {
      sent.whenComplete((nothing, failure) -> ended(exchange, failure));
    }
    return sent;
  }

  private static void ended(FrontExchange exchange, Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (!isFault(cause)) {
      return;
    }
    exchange.handlerFailed(cause);
    LOG.error(
        "{}: body-failed the response body failed, so the client was reset: {}",
        exchange.describeFailure(),
        cause.toString(),
        cause);
  }

  private static boolean isFault(Throwable cause) {
    if (cause instanceof HandlerException known) {
      // A request body that was too large, or broken, is no fault of whoever sends it back.
      return known.code().equals(FrontExchange.HANDLER_FAILED);
    }
    return cause instanceof Error
        || (cause instanceof RuntimeException
            && !(cause instanceof UncheckedIOException)
            && !(cause instanceof CancellationException));
  }
}
