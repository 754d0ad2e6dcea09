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

  SilentLease(TakenSocket socket, HttpTransaction transaction) {
    this.socket = socket;
    this.transaction = transaction;
  }

  private void begin() {
    transaction.owner().assertLoop();
    if (over) {
      throw new IllegalStateException("the lease has ended");
    }
    over = true;
  }

  @Override
  public void resume(LeaseReport report, ByteBuffer leftover) {
    end(report);
  }

  @Override
  public void end(LeaseReport report) {
    begin();
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
    begin();
    socket.given();
  }

  @Override
  public void abort(String reason) {
    begin();
    transaction.abortNow(reason);
  }

  /** The engine ended it. */
  void over() {
    over = true;
  }
}
