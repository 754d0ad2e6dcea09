package org.sluice.api.handler;

import org.osgi.annotation.versioning.ConsumerType;
import org.sluice.api.config.Options;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.HandlerException;

/**
 * Finishes an exchange for the schemes it is published with ({@link SluiceScheme}).
 *
 * <p>Life of a handler: created and configured by its component; from the moment its service is
 * registered it may be called; when the service goes, no new exchange reaches it, those it works on
 * finish (at most {@code plugin.drain}, then they are aborted), and only then it is deactivated.
 */
@ConsumerType
@PluginKind(name = "handler", property = "sluice.scheme", missing = 503)
public interface Handler {

  /**
   * Answers the exchange now or later, see {@link Exchange}. Called on the event loop; must not
   * block (see {@link BlockingHandler}). The target is {@code exchange.match().route().target()}.
   *
   * @param options of the route that matched
   * @throws HandlerException to fail the exchange; any other exception is a 500, counted against
   *     the plug-in
   */
  void handle(Exchange exchange, Options options) throws HandlerException;

  /**
   * The front or this handler is about to stop and waits for its exchanges: those that may take for
   * ever should be brought to an end that loses nothing, such as giving a leased socket away.
   * Called once, on any thread, before the waiting begins; new exchanges may still come. Must not
   * block.
   */
  default void leave() {}
}
