package org.sluice.receiver;

import java.io.IOException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A client at a {@link ReceiverSelector}, from its arrival to its end. Used by the selecting thread
 * only, but for {@link #interestOps(int)} and the attachment of a socket that is open.
 */
@ProviderType
public interface HandedKey {
  /**
   * The hand-off that brought the client.
   *
   * @return never null
   */
  HandOff handOff();

  /**
   * Tells whether the client has just arrived. It has to be taken ({@link #socket()}) before the
   * next select, or is declined then.
   */
  boolean isNew();

  /**
   * The client's connection, taken at the first call as {@link HandOff#accept} does it. It never
   * waits: {@link HandedSocket#read} returns 0 when nothing is there, and {@link
   * HandedSocket#write} writes what the client takes now.
   *
   * @return the same one at each call
   * @throws IOException if the hand-off is over
   */
  HandedSocket socket() throws IOException;

  /**
   * Says what to wait for; at first nothing. {@link java.nio.channels.SelectionKey#OP_READ} also
   * tells when the client has left. In a lease it is for the request body only.
   *
   * @param ops {@code OP_READ}, {@code OP_WRITE}, both, or 0
   * @return this
   * @throws IllegalArgumentException for other operations
   */
  HandedKey interestOps(int ops);

  /**
   * What the last select found.
   *
   * @return a part of what was waited for; all of it when the connection is over
   */
  int readyOps();

  /**
   * What the application keeps here.
   *
   * @return null if nothing was attached
   */
  Object attachment();

  /**
   * Keeps an object of the application with the client.
   *
   * @param object anything, or null
   * @return this
   */
  HandedKey attach(Object object);
}
