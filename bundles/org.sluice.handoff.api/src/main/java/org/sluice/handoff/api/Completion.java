package org.sluice.handoff.api;

/**
 * A given stream has ended, as its receiver said ({@code END}), perhaps long after the exchange and
 * to another front than the one that gave it.
 *
 * @param site name of the site, empty if there was none
 * @param route name of the route
 * @param exchangeId id of the exchange in the front that gave it
 * @param clientAddress the client's address
 * @param clientPort the client's port
 * @param requestLine method, target and version as sent; a long target is cut
 * @param host the Host field, empty if there was none
 * @param receiver name of the receiver
 * @param dialect dialect of the hand-off
 * @param status of the response, as the receiver says
 * @param written bytes written to the client, as the receiver says
 * @param body bytes of the response body, as the receiver says
 * @param beginMicros when the socket was passed, microseconds since the epoch
 * @param nanos from then to the report, in nanoseconds
 */
public record Completion(
    String site,
    String route,
    String exchangeId,
    String clientAddress,
    int clientPort,
    String requestLine,
    String host,
    String receiver,
    String dialect,
    int status,
    long written,
    long body,
    long beginMicros,
    long nanos) {}
