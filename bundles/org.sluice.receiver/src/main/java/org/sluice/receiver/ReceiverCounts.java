package org.sluice.receiver;

import org.osgi.annotation.versioning.ProviderType;

/**
 * What a {@link Receiver} has seen since it was opened. All counts only grow; each is exact, but
 * they are not taken at one instant.
 */
@ProviderType
public interface ReceiverCounts {
  /** Clients given to the listener. */
  long handedOff();

  /** Calls of the listener that threw, or returned without accepting the client. */
  long failed();

  /** Messages without a descriptor: the front sent bytes only. */
  long withoutDescriptor();

  /** Messages with two or more descriptors; all of them were closed. */
  long severalDescriptors();

  /** Messages of which the kernel cut descriptors off; those that arrived were closed. */
  long truncated();

  /** Descriptors that are no sockets; they were closed. */
  long notSockets();

  /**
   * Connections that ended, or were given up after {@link ReceiverOptions#messageTimeout()},
   * without a byte. Whoever looks whether the receiver lives leaves one.
   */
  long silent();

  /**
   * Packets that are none of the dialect {@code sluice}: too long, without an id, no JSON object, a
   * spilled packet that is not in its file. Each ends its connection.
   */
  long malformed();
}
