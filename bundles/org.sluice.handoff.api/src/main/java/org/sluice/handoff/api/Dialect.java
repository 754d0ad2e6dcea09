package org.sluice.handoff.api;

import java.nio.ByteBuffer;
import org.osgi.annotation.versioning.ConsumerType;
import org.sluice.api.handler.PluginKind;
import org.sluice.api.http.HandlerException;

/**
 * How a hand-off is written on the local socket. Chosen per route by {@code dialect=NAME} ({@link
 * SluiceDialect}). The host connects, passes the descriptor, keeps time and decides; a dialect is a
 * codec without state.
 */
@ConsumerType
@PluginKind(name = "dialect", property = "sluice.dialect", missing = 500)
public interface Dialect {

  /** What the host must know about the dialect. The same value every time; called on any thread. */
  DialectTraits traits();

  /**
   * The message that goes with the descriptor: at least one byte, because a descriptor travels with
   * data. Called on the event loop; must not block.
   *
   * @return position to limit are the message; the host reads it before the next call
   * @throws HandlerException to refuse this exchange, for example 501 for a request with a body
   */
  ByteBuffer message(HandOff handOff) throws HandlerException;

  /**
   * Reads one packet or line of a receiver that acknowledges. Called on the event loop.
   *
   * @return never null; {@link Report#UNKNOWN} for what a later version may say
   * @throws IllegalArgumentException for a violation of the protocol, which ends the control
   *     connection
   */
  default Report report(ByteBuffer packet) {
    throw new IllegalArgumentException("this dialect has no reports");
  }
}
