package org.sluice.handoff.api;

import org.osgi.annotation.versioning.ConsumerType;
import org.sluice.api.config.Options;
import org.sluice.api.handler.PluginKind;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.HandlerException;

/**
 * Decides what the client gets from the front before its socket is handed over: nothing, a head, or
 * a head and the start of the body. Chosen per route by {@code flusher=NAME} ({@link
 * SluiceFlusher}).
 */
@ConsumerType
@PluginKind(name = "flusher", property = "sluice.flusher", missing = 500)
public interface Flusher {

  /**
   * The preamble of this exchange. Called on the worker or loop thread that runs the exchange; must
   * not block. Nothing has been written and no receiver chosen yet.
   *
   * @param options of the route
   * @return never null
   * @throws HandlerException to refuse the hand-off with its status; any other exception is a 500,
   *     counted against the flusher. In both cases nothing is passed
   */
  Preamble preamble(Exchange exchange, Options options) throws HandlerException;
}
