package org.sluice.fdpass.internal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.sluice.handoff.api.DialectTraits.SocketType;

/**
 * One exchange's search for a receiver: which were tried, why they did not take the client, which
 * one it is at.
 */
final class Search {
  private static final List<Receiver> NONE = List.of();

  private final Pool pool;
  private final FdOptions fd;
  private final Tally tally;
  private final SocketType type;

  /** Whether the exchange belongs to a certain receiver, and to which: the key of its hash. */
  private final boolean hashed;

  private final long key;

  /** Not to be tried again. */
  private List<Receiver> failed = NONE;

  /** Of these those that were not there, and may be by the time that another one has died. */
  private List<Receiver> absent = NONE;

  /**
   * Lost the message once. They come last, and once more: where several processes listen on one
   * path, only one of them may have died.
   */
  private List<Receiver> reset = NONE;

  private Receiver receiver;

  /** Whether it has failed or declined. */
  private boolean over;

  private StringBuilder reasons;

  Search(Pool pool, FdOptions fd, Tally tally, SocketType type, boolean hashed, long key) {
    this.tally = tally;
    this.pool = pool;
    this.fd = fd;
    this.type = type;
    this.hashed = hashed;
    this.key = key;
  }

  /**
   * The next receiver to try.
   *
   * @param busy those that were found busy in this round, or null
   * @return null if none is left
   */
  Receiver next(List<Receiver> busy) {
    if (hashed) {
      // With overflow to the next, a full receiver is passed over; otherwise it is waited for.
      boolean passOver = fd.hashOverflowNext && busy != null && !busy.isEmpty();
      Receiver own = pool.choose(key, passOver ? both(failed, busy) : failed);
      if (own == null || (busy != null && busy.contains(own))) {
        return null;
      }
      goOn(own);
      return own;
    }
    Receiver next = pool.choose(busy == null ? failed : both(failed, busy), reset);
    if (next != null) {
      goOn(next);
    }
    return next;
  }

  private void goOn(Receiver next) {
    if (over) {
      over = false;
      tally.add(Step.PASSED_OVER);
    }
    receiver = next;
  }

  private static List<Receiver> both(List<Receiver> some, List<Receiver> more) {
    if (some.isEmpty()) {
      return more;
    }
    List<Receiver> all = new ArrayList<>(some);
    all.addAll(more);
    return all;
  }

  /** Where to wait while the receivers are busy. */
  Line line() {
    if (hashed && !fd.hashOverflowNext) {
      Receiver own = pool.choose(key, failed);
      if (own != null) {
        return pool.line(own);
      }
    }
    return pool.line();
  }

  /**
   * Connects to the best receiver that is left, for one hand-off.
   *
   * @return null if all have failed
   * @throws ReceiverException if those that are left are busy
   */
  LocalSocket connect(ByteBuffer scratch) throws ReceiverException {
    List<Receiver> busy = null;
    ReceiverException why = null;
    while (next(busy) != null) {
      try {
        return receiver.connect(fd, type, scratch);
      } catch (ReceiverException e) {
        if (refused(e)) {
          busy = add(busy == null ? NONE : busy, receiver);
          why = e;
        }
      }
    }
    if (why != null) {
      throw why;
    }
    return null;
  }

  static List<Receiver> add(List<Receiver> to, Receiver one) {
    List<Receiver> all = to == NONE ? new ArrayList<>(2) : to;
    if (!all.contains(one)) {
      all.add(one);
    }
    return all;
  }

  /** The receiver at hand, or tried last; null if the pool had none. */
  Receiver receiver() {
    return receiver;
  }

  /**
   * Notes that the receiver did not take the client.
   *
   * @return whether it is only busy
   */
  boolean refused(ReceiverException e) {
    String reason = e.getMessage();
    if (e.kind() == ReceiverException.Kind.BUSY) {
      receiver.busy(e);
      return true;
    }
    if (e.kind() == ReceiverException.Kind.LOST && !reset.contains(receiver)) {
      reset = add(reset, receiver);
      if (!absent.isEmpty()) {
        failed.removeAll(absent);
        absent = NONE;
      }
    } else {
      failed = add(failed, receiver);
    }
    if (e.kind() == ReceiverException.Kind.ABSENT) {
      absent = add(absent, receiver);
    }
    receiver.failed(reason);
    over = true;
    note(receiver.path, reason);
    return false;
  }

  /** The receiver has said that it does not want this one; it is none the worse for it. */
  void declined(String reason) {
    over = true;
    failed = add(failed, receiver);
    note(receiver.path, reason);
  }

  void note(String subject, String reason) {
    if (reasons == null) {
      reasons = new StringBuilder();
    } else {
      reasons.append("; ");
    }
    reasons.append(subject).append(": ").append(reason);
  }

  /** What went wrong so far, for one line of the log; null if nothing. */
  String reasons() {
    if (reasons == null && receiver == null) {
      return "the target has no receiver that is not drained";
    }
    return reasons == null ? null : reasons.toString();
  }
}
