package org.sluice.api.handler;

import org.osgi.annotation.versioning.ConsumerType;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.HandlerException;

/**
 * Takes over when an application's response asks for its client to be handed over: with a field
 * {@code Sluice-Handoff} or {@code X-Socket-Handoff}. The core looks for these in the response of
 * every handler, before any filter, takes them out of every response and every request, and calls
 * the plug-in of the name {@code handoff}; while there is none it is waited for as for a handler,
 * then the client gets 503. The handler has done its part with that: its bundle may leave. They
 * mean nothing in interim responses, trailers, subrequests and error pages, and a {@link
 * org.sluice.api.http.RawAnswer} is passed on as it is.
 */
@ConsumerType
@PluginKind(name = "handover", property = "sluice.handover", missing = 500)
public interface Handover {

  /**
   * Hands the client over, and with that answers the exchange. The response that asked has been
   * dropped and its body closed; request bodies are the application's business. Called on the event
   * loop; must not block.
   *
   * @param asked what the application asked for, and may ({@link #permits})
   * @throws HandlerException to fail the exchange
   */
  void handOver(Exchange exchange, HandoverAsked asked) throws HandlerException;

  /**
   * Whether applications on the exchange's route may ask for this at all. If not, their response
   * goes out without the fields. Any thread; must not block.
   */
  boolean permits(Exchange exchange, HandoverAsked asked);
}
