package org.sluice.server.internal;

import java.nio.ByteBuffer;
import org.sluice.api.http.Outcome.End;
import org.sluice.handoff.api.Lease;
import org.sluice.handoff.api.LeaseReport;

/**
 * A leased socket: our copy of the descriptor stays open, silent, until the receiver is done.
 *
 * <p>The kernel's counters are not compared with the report yet, so no connection goes on after a
 * lease: {@link #resume} ends it in order. What the client got is whole, and nothing is trusted.
 */
final class SilentLease implements Lease {
  private final TakenSocket socket;
  private final HttpTransaction transaction;
  private boolean over;
  private boolean cancelled;

  SilentLease(TakenSocket socket, HttpTransaction transaction) {
    this.socket = socket;
    this.transaction = transaction;
  }

  /** False if the engine has ended the lease by itself, and nothing is left to do. */
  private boolean begin() {
    transaction.owner().assertLoop();
    if (over) {
      throw new IllegalStateException("the lease has ended");
    }
    over = true;
    return !cancelled;
  }

  @Override
  public void resume(LeaseReport report, ByteBuffer leftover) {
    end(report);
  }

  @Override
  public void end(LeaseReport report) {
    if (!begin()) {
      return;
    }
    HttpConnection connection = transaction.owner();
    transaction.work(null);
    transaction.end(End.LEASED, report.status(), report.body(), report.written(), null);
    if (connection.channel().isOpen()) {
      SocketControl.restore(connection.channel(), connection.loop().option());
      connection.lingerAfterLease();
    }
  }

  @Override
  public void give() {
    if (begin()) {
      socket.given();
    }
  }

  @Override
  public void abort(String reason) {
    if (begin()) {
      transaction.abortNow(reason);
    }
  }

  /** The engine ended it. */
  void cancel() {
    cancelled = true;
  }
}
