package org.sluice.fdpass.internal;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How many clients a standing connection may have, and has: the receiver's word on what it takes at
 * once, and those that it has not acknowledged. Both counts change together, so that a receiver's
 * word that comes between finds neither a place taken twice nor one forgotten. Any thread.
 */
final class Room {
  private static final long ONE_USED = 1L << 32;
  private static final long UNACKNOWLEDGED = ONE_USED - 1;

  private final Controls controls;

  /** Places in use in the upper half, clients that are not acknowledged in the lower. */
  private final AtomicLong counts = new AtomicLong();

  private volatile int capacity;

  Room(Controls controls) {
    this.controls = controls;
  }

  int capacity() {
    return capacity;
  }

  /** Hand-offs that count against the capacity. */
  int used() {
    return used(counts.get());
  }

  private static int used(long both) {
    return (int) (both >>> 32);
  }

  int unacknowledged() {
    return (int) (counts.get() & UNACKNOWLEDGED);
  }

  /** The receiver has said how many it takes, and how many of those that it was given it has. */
  void says(int newCapacity, int open) {
    capacity = newCapacity;
    for (; ; ) {
      long now = counts.get();
      long waiting = now & UNACKNOWLEDGED;
      long used = Math.min(Integer.MAX_VALUE, open + waiting);
      if (counts.compareAndSet(now, used << 32 | waiting)) {
        return;
      }
    }
  }

  /** Takes a place for one hand-off, if there is one. */
  boolean take() {
    if (used() >= capacity || !controls.sending()) {
      return false;
    }
    for (; ; ) {
      long now = counts.get();
      if (used(now) >= capacity) {
        if (controls.settled()) {
          controls.receiver.room();
        }
        return false;
      }
      if (counts.compareAndSet(now, now + ONE_USED + 1)) {
        return true;
      }
    }
  }

  /**
   * One was acknowledged, or never will be.
   *
   * @return whether {@link Receiver#room} is to be called
   */
  boolean acknowledged() {
    counts.decrementAndGet();
    return controls.settled();
  }

  /**
   * The place of one that is over.
   *
   * @return whether {@link Receiver#room} is to be called: nobody waits for room that was there
   *     before, and who is served calls the next
   */
  boolean free() {
    long now;
    do {
      now = counts.get();
    } while (used(now) > 0 && !counts.compareAndSet(now, now - ONE_USED));
    return used(now) >= capacity;
  }
}
