package org.sluice.fdpass.internal;

/**
 * A receiver did not take a client, and nothing was passed. Made on the path of requests, so
 * without a stack trace: the reason says all.
 */
final class ReceiverException extends Exception {
  private static final long serialVersionUID = 1L;

  /** What to do next. */
  enum Kind {
    /** Wait: it may take the next one a moment later. */
    BUSY,
    /**
     * Another one, or this one again: where several processes listen, one of them may have died.
     */
    LOST,
    /** Another one: it is not as it should be. */
    DOWN,
    /** Another one: it is not there. */
    ABSENT
  }

  private final Kind kind;

  private ReceiverException(String reason, Kind kind) {
    super(reason, null, false, false);
    this.kind = kind;
  }

  static ReceiverException busy(String reason) {
    return new ReceiverException(reason, Kind.BUSY);
  }

  static ReceiverException lost(String reason) {
    return new ReceiverException(reason, Kind.LOST);
  }

  static ReceiverException down(String reason) {
    return new ReceiverException(reason, Kind.DOWN);
  }

  static ReceiverException absent(String reason) {
    return new ReceiverException(reason, Kind.ABSENT);
  }

  Kind kind() {
    return kind;
  }
}
