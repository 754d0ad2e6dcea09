package org.sluice.handoff.api;

/**
 * Properties of a dialect.
 *
 * @param socket type of the local socket
 * @param standing whether one control connection carries many hand-offs; else one each, ended by
 *     EOF
 * @param acknowledges whether receivers report; else acknowledgement is implied by reading the
 *     message
 * @param leases whether a socket can come back
 * @param body what becomes of a request body
 * @param flusher name of the flusher when the route names none
 */
public record DialectTraits(
    SocketType socket,
    boolean standing,
    boolean acknowledges,
    boolean leases,
    RequestBody body,
    String flusher) {

  /** Type of an AF_UNIX socket. */
  public enum SocketType {
    /** Bytes without boundaries. */
    STREAM,
    /** Packets over a connection. */
    SEQPACKET,
    /** Packets without a connection. */
    DGRAM
  }

  /** What becomes of a request body. */
  public enum RequestBody {
    /** 501, unless the route says {@code handoff.body=drop}. */
    REFUSE,
    /** Read and thrown away up to a cap. */
    DRAIN,
    /** The receiver reads it: bytes already read travel in the message. */
    PASS
  }
}
