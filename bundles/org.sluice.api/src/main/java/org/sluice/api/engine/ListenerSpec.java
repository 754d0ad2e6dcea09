package org.sluice.api.engine;

import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * What a listener needs to know before the site of a request is known. Sizes in bytes; a limit of 0
 * and a duration of zero mean none.
 *
 * @param address to bind; port 0 lets the kernel choose
 * @param requestLine longest request line ({@code limit.request-line})
 * @param header longest single field ({@code limit.header})
 * @param headers most fields ({@code limit.headers})
 * @param headerTimeout for the whole head ({@code timeout.header})
 * @param keepAlive idle time between requests ({@code timeout.keepalive})
 * @param connections most open connections ({@code limit.connections})
 * @param requestsPerConnection most requests on one ({@code limit.requests-per-connection})
 * @param backlog of the listening socket
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
    int backlog) {}
