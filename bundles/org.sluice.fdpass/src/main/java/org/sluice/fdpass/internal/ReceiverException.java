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
  private final boolean shortage;

  private ReceiverException(String reason, Kind kind) {
    this(reason, kind, false);
  }

  private ReceiverException(String reason, Kind kind, boolean shortage) {
    super(reason, null, false, false);
    this.kind = kind;
    this.shortage = shortage;
  }

  static ReceiverException busy(String reason) {
    return new ReceiverException(reason, Kind.BUSY);
  }

  /** Busy for want of something of the system's, which is worth a look of the operator. */
  static ReceiverException shortage(String reason) {
    return new ReceiverException(reason, Kind.BUSY, true);
  }

  boolean isShortage() {
    return shortage;
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
