package org.sluice.testing;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.sluice.api.http.Connection;

/**
 * A client's connection for tests.
 *
 * @param remote the client's address
 * @param local the address it connected to
 * @param secure whether it is encrypted
 * @param requests requests so far, this one included
 */
public record MemoryConnection(
    InetSocketAddress remote, InetSocketAddress local, boolean secure, int requests)
    implements Connection {
  /** The first request of {@code 127.0.0.1:50000} to {@code 127.0.0.1:8080}. */
  public static MemoryConnection plain() {
    return new MemoryConnection(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 50000),
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 8080),
        false,
        1);
  }
}
