package org.sluice.fdpass.internal;

import java.nio.ByteBuffer;

/**
 * One exchange's search for a receiver: which were tried, why they did not take the client, which
 * one is connected.
 */
final class Search {
  private final Pool pool;
  private final FdOptions fd;

  /** Bits of receivers not to be tried again. */
  private long failed;

  /**
   * Bits of receivers that lost the message once. They come last, and once more: where several
   * processes listen on one path, only one of them may have died.
   */
  private long reset;

  private int index;
  private StringBuilder reasons;

  Search(Pool pool, FdOptions fd) {
    this.pool = pool;
    this.fd = fd;
  }

  /**
   * Connects to the best receiver that is left.
   *
   * @return null if all have failed
   * @throws ReceiverException if those that are left are busy
   */
  LocalSocket connect(ByteBuffer scratch) throws ReceiverException {
    long busy = 0;
    ReceiverException why = null;
    for (; ; ) {
      int next = pool.choose(failed | busy, reset);
      if (next < 0) {
        break;
      }
      index = next;
      try {
        return receiver().connect(fd, scratch);
      } catch (ReceiverException e) {
        if (refused(e)) {
          busy |= bit();
          why = e;
        }
      }
    }
    if (why != null) {
      throw why;
    }
    return null;
  }

  /** The receiver connected last, or tried last. */
  Receiver receiver() {
    return pool.receiver(index);
  }

  private long bit() {
    return 1L << index;
  }

  /**
   * Notes that the receiver did not take the client.
   *
   * @return whether it is only busy
   */
  boolean refused(ReceiverException e) {
    String reason = e.getMessage();
    if (e.kind() == ReceiverException.Kind.BUSY) {
      receiver().busy(reason);
      return true;
    }
    if (e.kind() == ReceiverException.Kind.DOWN || (reset & bit()) != 0) {
      failed |= bit();
    } else {
      reset |= bit();
    }
    receiver().failed(reason);
    note(receiver().path, reason);
    return false;
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
    return reasons == null ? null : reasons.toString();
  }
}
