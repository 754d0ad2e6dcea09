package org.sluice.log.api;

/**
 * A given stream that has ended, as far as the receiver tells (design of the {@code END} report).
 * What is not known any more is null or 0; texts from the wire have a character per byte.
 *
 * @param site NAME of the site
 * @param route NAME of the route
 * @param exchangeId identifier that the exchange had
 * @param clientAddress address of the client, a literal
 * @param clientPort its port
 * @param requestLine request line as received
 * @param host value of {@code Host}
 * @param receiver who got the socket
 * @param dialect how it was handed over
 * @param status status that the receiver sent
 * @param written bytes written to the client, head included
 * @param body bytes of the response body
 * @param beginMicros microseconds since 1970 when the request began; 0 if not known
 * @param nanos duration from there to the end
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
