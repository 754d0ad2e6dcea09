package org.sluice.api.engine;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ProviderType;
import org.sluice.api.http.Connection;
import org.sluice.api.http.Duplex;
import org.sluice.api.http.Headers;
import org.sluice.api.http.Outcome;
import org.sluice.api.http.Request;
import org.sluice.api.http.Response;
import org.sluice.api.http.SentHead;

/**
 * One request and its response on the wire: what the core builds an exchange on. Methods may be
 * called on any thread unless they say otherwise.
 */
@ProviderType
public interface Transaction {

  /** The request; of a refused one, what could be read of it. Never null. */
  Request request();

  /** The connection. */
  Connection connection();

  /** Why the engine refuses this request, or null. */
  Refusal refusal();

  /**
   * Sets the limits of the route; on the event loop, before the body is read or an answer given.
   */
  void limits(TransferLimits limits);

  /** Called once, on the event loop, when the transaction has ended. Set before any answer. */
  void onEnd(Consumer<Outcome> listener);

  /** As {@link org.sluice.api.http.Exchange#sent}. */
  default SentHead sent() {
    return null;
  }

  /** As {@link org.sluice.api.http.Exchange#inform}. */
  void inform(int status, Headers headers);

  /** As {@link org.sluice.api.http.Exchange#respond}, without filters. */
  CompletionStage<Void> respond(Response response);

  /** As {@link org.sluice.api.http.Exchange#upgrade}. */
  CompletionStage<Duplex> upgrade(Response response);

  /** As {@link org.sluice.api.http.Exchange#abort}. */
  void abort(String reason);

  /** Whether an answer was begun: a response, an upgrade, an abort or taking the socket. */
  boolean answered();

  /** As {@link org.sluice.api.http.Exchange#capability}. */
  <T> T capability(Class<T> type);

  /** The connection's event loop. */
  Executor loop();
}
