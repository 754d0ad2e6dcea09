package org.sluice.api.http;

import org.osgi.annotation.versioning.ProviderType;

/**
 * A client connection after {@code 101 Switching Protocols}: raw bytes both ways. Bytes that were
 * read behind the request come first.
 */
@ProviderType
public interface Duplex {

  /** What the client sends, until its end of file. */
  Body incoming();

  /**
   * Sends {@code outgoing} until its end, then half-closes the connection. Called once. The
   * exchange ends when both directions have ended, or either failed.
   */
  void send(Body outgoing);
}
