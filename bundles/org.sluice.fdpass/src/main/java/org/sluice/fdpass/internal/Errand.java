package org.sluice.fdpass.internal;

import io.netty.channel.IoEventLoop;

/**
 * One hand-off on a standing connection, from sending to its end. Belongs to the connection, and is
 * used on its event loop.
 */
final class Errand {
  final long id;
  final StandingPassing passing;

  /** The client's event loop. */
  final IoEventLoop home;

  final boolean lease;

  /** Whether the receiver was told that the connection may live on. */
  final boolean keep;

  final long ackDeadline;
  final long leaseDeadline;
  final long sent;
  boolean acknowledged;

  Errand(
      long id,
      StandingPassing passing,
      IoEventLoop home,
      boolean lease,
      boolean keep,
      FdOptions fd) {
    this.id = id;
    this.passing = passing;
    this.home = home;
    this.lease = lease;
    this.keep = keep;
    this.sent = System.nanoTime();
    this.ackDeadline = sent + fd.ackNanos;
    this.leaseDeadline = sent + fd.leaseNanos;
  }
}
