package org.sluice.server.internal;

import org.sluice.api.wire.MalformedException;

/** A message that is refused with a status of its own; any other malformed one is 400. */
final class Refused extends MalformedException {
  private static final long serialVersionUID = 1L;

  private final int status;

  /**
   * A refusal.
   *
   * @param reason for the log; made of our words and numbers, never of the client's bytes
   */
  Refused(int status, String reason) {
    super(reason);
    this.status = status;
  }

  /** Status of the answer to what was refused. */
  static int status(MalformedException e) {
    return e instanceof Refused refused ? refused.status : 400;
  }
}
