package org.sluice.server.internal;

import io.netty.channel.unix.Socket;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.api.http.Outcome.End;
import org.sluice.handoff.api.Lease;
import org.sluice.handoff.api.LeaseReport;
import org.sluice.handoff.api.RequestRest;

/**
 * A leased socket: our copy of the descriptor stays open, silent, until the receiver is done. Then
 * its report is compared with what the kernel has counted since the mark, and the connection goes
 * on, ends in order, or is reset. Nothing that a receiver says is trusted.
 */
final class SilentLease implements Lease {
  private static final Logger LOG = LoggerFactory.getLogger(SilentLease.class);

  private final TakenSocket socket;
  private final HttpTransaction transaction;
  private final HttpConnection connection;
  private final RequestRest rest;
  private final boolean counted;
  private final long markWritten;
  private final long markRead;
  private boolean over;
  private boolean cancelled;
  private Consumer<String> doubtful;

  SilentLease(
      TakenSocket socket,
      HttpTransaction transaction,
      RequestRest rest,
      boolean counted,
      long markWritten,
      long markRead) {
    this.socket = socket;
    this.transaction = transaction;
    this.connection = transaction.owner();
    this.rest = rest;
    this.counted = counted;
    this.markWritten = markWritten;
    this.markRead = markRead;
  }

  /** False if the engine has ended the lease by itself, and nothing is left to do. */
  private boolean begin() {
    connection.assertLoop();
    if (over) {
      throw new IllegalStateException("the lease has ended");
    }
    over = true;
    return !cancelled && connection.channel().isOpen();
  }

  @Override
  public Ending resume(LeaseReport report, ByteBuffer leftover) {
    if (!begin()) {
      return Ending.GONE;
    }
    if (!counted) {
      return close(report, report.written(), report.read());
    }
    KernelCounts counts = connection.loop().counts();
    if (!takeCounts(counts, report.read() + leftover.remaining())) {
      return doubted(report, "the counters cannot be read", 0, 0);
    }
    long written = counts.written() - markWritten;
    long read = counts.read() - markRead;
    if (counts.state() == KernelCounts.CLOSED) {
      return gone(report, written, read);
    }
    String doubt = doubt(report, leftover, counts.state(), written, read);
    if (doubt != null) {
      return doubted(report, doubt, written, read);
    }
    if (counts.state() == KernelCounts.CLOSE_WAIT
        && counts.waiting() == 0
        && !leftover.hasRemaining()
        && connection.inbox().isEmpty()) {
      return close(report, written, read);
    }
    if (!restore()) {
      return doubted(report, "the socket's options cannot be set back", written, read);
    }
    account(report, written, read);
    connection.resumeAfterLease(leftover, counts, read);
    return Ending.RESUMED;
  }

  private boolean takeCounts(KernelCounts counts, long read) {
    return counts.takeExpecting(kernelSocket(), markRead, markRead + read);
  }

  /** Why the connection must not go on, null if it may. */
  private String doubt(
      LeaseReport report, ByteBuffer leftover, int state, long written, long read) {
    if (state != KernelCounts.ESTABLISHED && state != KernelCounts.CLOSE_WAIT) {
      return "the connection is not established any more";
    }
    if (written != report.written()) {
      return "other bytes were written than reported";
    }
    if (read != report.read() + leftover.remaining()) {
      return "other bytes were read than reported";
    }
    if (!rest.endKnown()) {
      return "keep after a chunked body whose end the front has not seen";
    }
    if (report.read() != rest.left() - rest.unread()) {
      return "the request body was not read to its end";
    }
    if (!SocketControl.hasPeer(connection.channel(), connection.loop().option())) {
      return "the connection has another peer";
    }
    return null;
  }

  @Override
  public void onDoubt(Consumer<String> listener) {
    doubtful = listener;
  }

  @Override
  public Ending end(LeaseReport report) {
    if (!begin()) {
      return Ending.GONE;
    }
    if (!counted) {
      return close(report, report.written(), report.read());
    }
    KernelCounts counts = connection.loop().counts();
    if (!takeCounts(counts, report.read())) {
      return doubted(report, "the counters cannot be read", 0, 0);
    }
    long written = counts.written() - markWritten;
    long read = counts.read() - markRead;
    boolean gone = counts.state() == KernelCounts.CLOSED && written != report.written();
    if (gone) {
      return gone(report, written, read);
    }
    if (written != report.written() && written != report.written() + sentFin(counts)) {
      return doubted(report, "other bytes were written than reported", written, read);
    }
    return close(report, written, read);
  }

  /** Our FIN takes a number like a byte while it waits to be sent. */
  private static int sentFin(KernelCounts counts) {
    return counts.state() == KernelCounts.ESTABLISHED || counts.state() == KernelCounts.CLOSE_WAIT
        ? 0
        : 1;
  }

  /** The client was first: its reset is on the way here. */
  private Ending gone(LeaseReport report, long written, long read) {
    LOG.debug("a client left before its lease ended: {} written, {} read", written, read);
    transaction.status(report.status(), null);
    transaction.leased(written, rest.unread() + read);
    transaction.abortNow("client-left");
    return Ending.GONE;
  }

  private Ending doubted(LeaseReport report, String doubt, long written, long read) {
    if (doubtful != null) {
      // Whoever leased it writes the line: only there the exchange is known.
      doubtful.accept(
          doubt
              + "; reported "
              + report.written()
              + " written, "
              + report.read()
              + " read; counted "
              + written
              + " written, "
              + read
              + " read");
    }
    transaction.leased(written, rest.unread() + read);
    transaction.abortNow("lease doubted: " + doubt);
    return Ending.DOUBTED;
  }

  private Ending close(LeaseReport report, long written, long read) {
    restore();
    account(report, written, read);
    connection.lingerAfterLease();
    return Ending.ENDED;
  }

  private boolean restore() {
    Loop loop = connection.loop();
    return SocketControl.restore(connection.channel(), loop.counts(), loop.option());
  }

  private void account(LeaseReport report, long written, long read) {
    transaction.work(null);
    long body = Math.min(report.body(), written);
    transaction.end(
        End.LEASED, report.status(), body, written, rest.unread() + Math.max(0, read), null);
  }

  private Socket kernelSocket() {
    return SocketControl.of(connection.channel());
  }

  @Override
  public long written() {
    KernelCounts counts = connection.loop().counts();
    return counted && connection.channel().isOpen() && counts.takeWritten(kernelSocket())
        ? counts.written() - markWritten
        : -1;
  }

  @Override
  public void give() {
    if (begin()) {
      socket.given();
    }
  }

  @Override
  public void abort(String reason) {
    long written = written();
    if (begin()) {
      transaction.leased(written, rest.unread());
      transaction.abortNow(reason);
    }
  }

  /** The engine ended it. */
  void cancel() {
    cancelled = true;
  }
}
