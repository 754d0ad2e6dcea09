package org.sluice.receiver;

import org.osgi.annotation.versioning.ConsumerType;

/** The application's part of a {@link Receiver}: called once for each client handed over. */
@ConsumerType
@FunctionalInterface
public interface HandOffListener {
  /**
   * A client was handed over. Called on one of the receiver's own threads, at most {@link
   * ReceiverOptions#threads()} at a time; may block for as long as the response lasts.
   *
   * <p>The client's connection belongs to whoever called {@link HandOff#accept}, also after this
   * method has returned: an application that goes on in threads of its own keeps the socket and
   * ends it there. When this method returns without having accepted, or throws, the connection is
   * reset.
   *
   * @param handOff what was handed over; never null; usable until this method returns
   * @throws Exception anything: the client's connection is reset and the failure counted. I/O
   *     errors are logged at debug level (clients leave when they please), all others as warnings
   */
  void handedOff(HandOff handOff) throws Exception;
}
