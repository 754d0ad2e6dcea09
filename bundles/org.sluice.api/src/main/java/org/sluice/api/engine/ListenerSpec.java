package org.sluice.api.engine;

import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * What a listener needs to know before the site of a request is known. Sizes in bytes; a limit of 0
 * and a duration of zero mean none.
 *
 * @param address to bind; port 0 lets the kernel choose. An unresolved {@code *} stands for all
 *     addresses of both families, the wildcard address of one family for those of this family
 * @param requestLine longest request line ({@code limit.request-line})
 * @param header longest single field ({@code limit.header})
 * @param headers most fields ({@code limit.headers})
 * @param headerTimeout for the whole head ({@code timeout.header})
 * @param keepAlive idle time between requests ({@code timeout.keepalive})
 * @param connections most open connections ({@code limit.connections})
 * @param requestsPerConnection most requests on one ({@code limit.requests-per-connection})
 * @param backlog of the listening socket
 * @param connectionsPerAddress most open connections of one client address, of IPv6 of one /64
 *     network ({@code limit.connections-per-address})
 * @param reusePort a listening socket for each event loop, SO_REUSEPORT ({@code reuse-port})
 */
public record ListenerSpec(
    InetSocketAddress address,
    int requestLine,
    int header,
    int headers,
    Duration headerTimeout,
    Duration keepAlive,
    int connections,
    int requestsPerConnection,
    int backlog,
    int connectionsPerAddress,
    boolean reusePort) {

  /** Stands for all addresses of both families in an unresolved {@link #address}. */
  public static final String ANY = "*";

  /** Without a limit for an address, and with one listening socket for all event loops. */
  public ListenerSpec(
      InetSocketAddress address,
      int requestLine,
      int header,
      int headers,
      Duration headerTimeout,
      Duration keepAlive,
      int connections,
      int requestsPerConnection,
      int backlog) {
    this(
        address,
        requestLine,
        header,
        headers,
        headerTimeout,
        keepAlive,
        connections,
        requestsPerConnection,
        backlog,
        0,
        false);
  }
}
