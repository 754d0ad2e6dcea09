package org.sluice.server.internal;

/**
 * A message that is refused, with the status of the answer. Without a stack trace: clients cause
 * these, and must not make them dear.
 */
final class Refused extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;

  /**
   * A refusal.
   *
   * @param reason for the log; made of our words and numbers, never of the client's bytes
   */
  Refused(int status, String reason) {
    super(reason, null, false, false);
    this.status = status;
  }

  int status() {
    return status;
  }
}
