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
   * What follows the message on a connection of {@link DialectTraits.SocketType#STREAM}, once the
   * receiver has read the whole message. Until then a reset tells that it has read nothing, and
   * that nobody else holds the client; so what a receiver may leave unread belongs here. Called on
   * the event loop, right after {@link #message}, with the same hand-off; must not block.
   *
   * @return position to limit are the bytes, which the host copies; null, as by default, for none
   */
  default ByteBuffer behind(HandOff handOff) {
    return null;
  }

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

  /** What the front tells a receiver of a standing connection about a hand-off. */
  enum Notice {
    /** The client has left, or the time is over. */
    GONE,
    /** The front has closed its copy: the lease is a give now. */
    YOURS
  }

  /**
   * The packet of a notice, without a descriptor. Called on the event loop; never for a dialect
   * without standing connections.
   */
  default ByteBuffer notice(Notice notice, long id) {
    throw new UnsupportedOperationException("this dialect has no notices");
  }

  /**
   * The packet that stands for one that is longer than {@link #longestPacket()}: the whole of it
   * follows in a file whose descriptor is passed behind the client's. Called on the event loop.
   *
   * @param length bytes of the whole packet
   */
  default ByteBuffer spill(long id, int length) {
    throw new UnsupportedOperationException("this dialect has no spill");
  }

  /** The most bytes of a packet in either direction. */
  default int longestPacket() {
    return Integer.MAX_VALUE;
  }
}
