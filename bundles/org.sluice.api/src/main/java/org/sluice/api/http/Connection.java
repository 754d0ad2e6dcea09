package org.sluice.api.http;

import java.net.InetSocketAddress;
import org.osgi.annotation.versioning.ProviderType;

/** The client's connection as an exchange sees it. Immutable, any thread. */
@ProviderType
public interface Connection {

  /** The client's address as the kernel knows it; never taken from a header. */
  InetSocketAddress remote();

  /** The address the client connected to. */
  InetSocketAddress local();

  /** Whether the bytes on the wire are encrypted. */
  boolean secure();

  /** Identifier of the connection, unique while the front runs; null if it has none. */
  default String id() {
    return null;
  }

  /** Number of requests on this connection so far, this one included; 1 for the first. */
  int requests();
}
