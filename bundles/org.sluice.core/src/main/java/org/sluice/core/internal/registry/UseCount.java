package org.sluice.core.internal.registry;

import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Counts the users of something that must not go while it is used (T15). Every request of every
 * event loop counts here several times, so that each thread counts in a cache line of its own:
 * shared ones, passed to and fro between processors, cost more than the rest of the dispatch.
 *
 * <p>Users may come until the count is closed <em>and</em> empty; then it stays so, and its owner
 * is told once.
 */
final class UseCount {
  /** Integers to a stripe: two cache lines, because they are fetched in pairs. */
  private static final int LINE = 32;

  private static final int STRIPES =
      Integer.highestOneBit(Math.min(32, 4 * Runtime.getRuntime().availableProcessors()));

  /** The first stripe stays free: the length of the array is beside it. */
  private final AtomicIntegerArray counts = new AtomicIntegerArray((STRIPES + 1) * LINE);

  private final Runnable emptied;
  private volatile boolean closed;
  private boolean empty;

  /**
   * Nobody uses it, and it is open.
   *
   * @param emptied called once, when it is closed and nobody uses it any more, by the thread that
   *     closed it or let it go last
   */
  UseCount(Runnable emptied) {
    this.emptied = emptied;
  }

  private static int stripe() {
    return (1 + ((int) Thread.currentThread().getId() & (STRIPES - 1))) * LINE;
  }

  /** Counts a user; false when it is closed and empty. */
  boolean acquire() {
    int stripe = stripe();
    counts.getAndIncrement(stripe);
    // Whoever reads "open" here has counted before it was closed, so that every look finds it.
    return !closed || acquireClosed(stripe);
  }

  private synchronized boolean acquireClosed(int stripe) {
    if (empty) {
      counts.getAndDecrement(stripe);
    }
    return !empty;
  }

  /** A user has gone; any thread. */
  void release() {
    counts.getAndDecrement(stripe());
    if (closed) {
      look();
    }
  }

  /** Nobody but users under way shall come. */
  void close() {
    closed = true;
    look();
  }

  /**
   * While this looks nobody can come and go again unseen, because who comes now waits for the lock:
   * so what the stripes have in sum is not less than the users there are.
   */
  private void look() {
    synchronized (this) {
      if (empty || users() != 0) {
        return;
      }
      empty = true;
    }
    emptied.run();
  }

  /** Users at the moment. */
  int users() {
    int sum = 0;
    for (int i = LINE; i < counts.length(); i += LINE) {
      sum += counts.get(i);
    }
    return sum;
  }
}
