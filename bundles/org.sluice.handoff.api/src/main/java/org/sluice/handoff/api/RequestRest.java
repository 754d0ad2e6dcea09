package org.sluice.handoff.api;

/**
 * What of a request's body nobody has read yet, as far as the engine knows.
 *
 * @param framing how the body ends
 * @param left bytes of the wire from the first unread one to the end of the body; -1 if the end of
 *     a chunked body has not been seen
 * @param unread how many of {@link ClientSocket#unread()} belong to this request's body; what lies
 *     behind them belongs to the next request
 * @param expect whether the client waits for {@code 100 Continue} and has not got it
 */
public record RequestRest(Framing framing, long left, int unread, boolean expect) {
  /** No body. */
  public static final RequestRest NONE = new RequestRest(Framing.NONE, 0, 0, false);

  /** How a request body ends. */
  public enum Framing {
    /** There is none. */
    NONE,
    /** {@code Content-Length}. */
    LENGTH,
    /** The chunked coding. */
    CHUNKED,
    /** Somebody has read it, or a part of it that cannot be had again. */
    CONSUMED
  }

  /** Whether it is known where the body ends, so that a connection can go on behind it. */
  public boolean endKnown() {
    return left >= 0;
  }
}
