package org.sluice.fdpass.internal;

/** What became of hand-offs; counted by route and dialect. */
enum Step {
  /** Passed, and the receiver has read the message. */
  GIVEN("given"),
  /** A receiver answered on a leased socket, and the connection went on or ended in order. */
  LEASED("leased"),
  /** A receiver made a lease its own. */
  TAKEN("taken"),
  /** A lease became the receiver's because the front or its bundle stopped. */
  YOURS("yours"),
  /** Reset: what a receiver said of its lease is not what the kernel counted. */
  DOUBTED("doubted"),
  /** Reset: a receiver did not acknowledge in time, and may still wake. */
  STALLED("stalled"),
  /** Reset: a receiver did not end its lease in time. */
  OVERDUE("overdue"),
  /** Reset: a receiver died with the lease. */
  LOST("lost"),
  /** Passed, and no sign came within {@code handoff.linger}: taken as read. */
  UNCONFIRMED("unconfirmed"),
  /** Answered by the front alone: HEAD, or a status that has no body. */
  HEAD_ONLY("head-only"),
  /**
   * Not possible for this request: a body, a subrequest, TLS, or the flusher or dialect said no.
   */
  REFUSED("refused"),
  /** No receiver was there, and the client got 503. */
  UNAVAILABLE("unavailable"),
  /**
   * Receivers were there but busy until {@code handoff.connect-timeout}, and the client got 503.
   */
  TIMED_OUT("timed-out"),
  /** Reset: no receiver was there after a part of the response had left. */
  ABORTED("aborted"),
  /** The client left before its socket was passed. */
  CLIENT_GONE("client-gone"),
  /** A receiver failed and another was tried; beside one of the others. */
  PASSED_OVER("passed-over"),
  /** Bytes behind the head that the dialect cannot carry; beside one of the others. */
  BYTES_LOST("bytes-lost");

  private final String text;

  Step(String text) {
    this.text = text;
  }

  @Override
  public String toString() {
    return text;
  }
}
