package org.sluice.api.http;

/**
 * How an exchange ended, as far as the front knows.
 *
 * @param end how it ended
 * @param status status sent to the client, or 0 if no head was sent
 * @param bodyBytes bytes of the response body that the kernel took, without framing
 * @param bytesIn bytes of this request read from the socket, head included
 * @param bytesOut bytes of the response that the kernel took, head and framing included
 * @param nanos duration from the first byte of the request to the end, in nanoseconds
 * @param detail one short phrase for the log when it did not end in {@link End#COMPLETE}, else null
 */
public record Outcome(
    End end, int status, long bodyBytes, long bytesIn, long bytesOut, long nanos, String detail) {

  /** How an exchange can end. */
  public enum End {
    /** The response left completely. */
    COMPLETE,
    /** The socket was given to a receiver, which answers on its own. */
    GIVEN,
    /** A receiver answered on a leased socket and returned it, or ended it in order. */
    LEASED,
    /** The connection became another protocol and has ended since. */
    UPGRADED,
    /** The client left, or the response could not be completed; the connection was reset. */
    ABORTED
  }
}
