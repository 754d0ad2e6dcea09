package org.sluice.fdpass.internal;

/**
 * A receiver did not take a client, and nothing was passed. Made on the path of requests, so
 * without a stack trace: the reason says all.
 */
final class ReceiverException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean busy;

  private ReceiverException(String reason, boolean busy) {
    super(reason, null, false, false);
    this.busy = busy;
  }

  /** It may take the next one a moment later: wait. */
  static ReceiverException busy(String reason) {
    return new ReceiverException(reason, true);
  }

  /** It is not there, or not as it should be: try another. */
  static ReceiverException down(String reason) {
    return new ReceiverException(reason, false);
  }

  boolean isBusy() {
    return busy;
  }
}
