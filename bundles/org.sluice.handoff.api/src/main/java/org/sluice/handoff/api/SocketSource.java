package org.sluice.handoff.api;

import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;
import org.sluice.api.http.Body;
import org.sluice.api.http.HandlerException;
import org.sluice.api.http.Response;

/**
 * The capability of an exchange to let its client's socket go. {@link
 * org.sluice.api.http.Exchange#capability} gives null where that is impossible: a subrequest, TLS,
 * HTTP/2.
 */
@ProviderType
public interface SocketSource {

  /**
   * Takes the socket out of the engine: it stops reading and writes nothing more by itself. This
   * counts as the answer of the exchange until {@link ClientSocket#putBack()}. Called on the event
   * loop.
   *
   * @throws HandlerException if the client has left
   * @throws IllegalStateException if the exchange was answered
   */
  ClientSocket take() throws HandlerException;

  /**
   * What of the body on the connection nobody has read yet, although whoever had it may have closed
   * it: for an exchange whose request is not the one that the body came with. Whoever read it so
   * far gets nothing more. Called before {@link #take()}, on the event loop, where it is read, too.
   */
  default Body restOfBody() {
    return Body.empty();
  }

  /**
   * Answers where the preamble is all that the client gets, and keeps the socket: as it is, like
   * what {@link ClientSocket#send} sends. Filters and the options of the exchange's route change
   * nothing about it. Called on the event loop.
   *
   * @return as {@link org.sluice.api.http.Exchange#respond}
   * @throws IllegalStateException if the exchange was answered
   */
  CompletionStage<Void> respond(Response response);
}
