package org.sluice.api.handler;

import java.io.IOException;
import java.util.concurrent.RejectedExecutionException;
import org.osgi.annotation.versioning.ConsumerType;
import org.sluice.api.config.Options;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.HandlerException;

/** A handler that reads and writes streams on a worker thread instead of stages on the loop. */
@ConsumerType
public interface BlockingHandler extends Handler {

  /**
   * Answers the exchange before it returns: one that has not is failed with 500. Called on a worker
   * thread; may block. Whatever else it throws is a 500, counted against the plug-in.
   *
   * @throws IOException fails the exchange with 500, or aborts it once the head has left
   * @throws HandlerException as {@link Handler#handle}
   */
  void handle(BlockingExchange exchange, Options options) throws IOException, HandlerException;

  @Override
  default void handle(Exchange exchange, Options options) throws HandlerException {
    try {
      exchange.workers().execute(() -> new BlockingExchange(exchange).run(this, options));
    } catch (RejectedExecutionException e) {
      throw new HandlerException(503, "workers-busy", "no worker thread is free", e, 1);
    }
  }
}
