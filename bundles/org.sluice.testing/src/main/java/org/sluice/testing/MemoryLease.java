package org.sluice.testing;

import java.nio.ByteBuffer;
import org.sluice.handoff.api.Lease;
import org.sluice.handoff.api.LeaseReport;

/** A lease of a {@link MemoryClientSocket}; records how it ended. */
public final class MemoryLease implements Lease {
  private final MemoryClientSocket socket;
  private LeaseReport report;
  private byte[] leftover = new byte[0];
  private boolean over;

  MemoryLease(MemoryClientSocket socket) {
    this.socket = socket;
  }

  @Override
  public Ending resume(LeaseReport newReport, ByteBuffer rest) {
    byte[] copy = new byte[rest.remaining()];
    rest.duplicate().get(copy);
    over(newReport, copy);
    socket.leaseEnds(MemoryClientSocket.State.RESUMED, null);
    return Ending.RESUMED;
  }

  @Override
  public Ending end(LeaseReport newReport) {
    over(newReport, new byte[0]);
    socket.leaseEnds(MemoryClientSocket.State.ENDED, null);
    return Ending.ENDED;
  }

  @Override
  public void give() {
    over(null, new byte[0]);
    socket.leaseEnds(MemoryClientSocket.State.GIVEN, null);
  }

  @Override
  public void abort(String reason) {
    over(null, new byte[0]);
    socket.leaseEnds(MemoryClientSocket.State.ABORTED, reason);
  }

  @Override
  public long written() {
    return -1;
  }

  private synchronized void over(LeaseReport newReport, byte[] rest) {
    if (over) {
      throw new IllegalStateException("the lease has ended already");
    }
    over = true;
    report = newReport;
    leftover = rest;
  }

  /** What the receiver reported, or null. */
  public synchronized LeaseReport report() {
    return report;
  }

  /** Bytes the receiver had read too far. */
  public synchronized byte[] leftover() {
    return leftover.clone();
  }
}
