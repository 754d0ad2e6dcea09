package org.sluice.fdpass.internal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The receivers of one target, and the line of exchanges that wait because all of them are busy.
 * One line for all event loops, so that nobody is overtaken. Any thread.
 */
final class Pool {
  private final List<Receiver> receivers;
  private final AtomicInteger turn = new AtomicInteger();
  private final ArrayDeque<Waiting> line = new ArrayDeque<>();
  private volatile int length;

  Pool(List<Receiver> receivers) {
    this.receivers = List.copyOf(receivers);
  }

  int size() {
    return receivers.size();
  }

  Receiver receiver(int index) {
    return receivers.get(index);
  }

  /**
   * The best receiver not in {@code excluded}: rather one that neither pauses nor is in {@code
   * avoided}, then the one with the fewest hand-offs in flight, then in turn.
   *
   * @return an index, or -1 if none is left
   */
  int choose(long excluded, long avoided) {
    int n = receivers.size();
    if (n == 1) {
      return (excluded & 1) == 0 ? 0 : -1;
    }
    int first = Math.floorMod(turn.getAndIncrement(), n);
    int best = -1;
    long bestCost = Long.MAX_VALUE;
    for (int i = 0; i < n; i++) {
      int index = (first + i) % n;
      long bit = 1L << index;
      if ((excluded & bit) == 0) {
        Receiver receiver = receivers.get(index);
        boolean poor = (avoided & bit) != 0 || receiver.pauses();
        long cost = receiver.inFlight() + (poor ? 1L << 32 : 0);
        if (cost < bestCost) {
          best = index;
          bestCost = cost;
        }
      }
    }
    return best;
  }

  /** Whether somebody waits, behind whom a new exchange has to queue. */
  boolean hasLine() {
    return length > 0;
  }

  /** Joins the end of the line; false if it is {@code limit} long. */
  synchronized boolean join(Waiting waiting, int limit) {
    if (line.size() >= limit) {
      return false;
    }
    line.add(waiting);
    length = line.size();
    return true;
  }

  synchronized boolean isFirst(Waiting waiting) {
    return line.peek() == waiting;
  }

  /** Leaves the line; whoever is first then has its turn. */
  void leave(Waiting waiting) {
    Waiting next;
    synchronized (this) {
      boolean first = line.peek() == waiting;
      if (!line.remove(waiting)) {
        return;
      }
      length = line.size();
      next = first ? line.peek() : null;
    }
    if (next != null) {
      next.yourTurn();
    }
  }

  int waiting() {
    return length;
  }

  /** Everybody in the line. */
  synchronized List<Waiting> everybody() {
    return new ArrayList<>(line);
  }
}
