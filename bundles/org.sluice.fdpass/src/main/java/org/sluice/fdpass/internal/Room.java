package org.sluice.fdpass.internal;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many clients a standing connection may have, and has: the receiver's word on what it takes at
 * once, and those that it has not acknowledged. Any thread.
 */
final class Room {
  private final Controls controls;
  private final AtomicInteger used = new AtomicInteger();
  private final AtomicInteger unacknowledged = new AtomicInteger();
  private volatile int capacity;

  Room(Controls controls) {
    this.controls = controls;
  }

  int capacity() {
    return capacity;
  }

  /** Hand-offs that count against the capacity. */
  int used() {
    return used.get();
  }

  int unacknowledged() {
    return unacknowledged.get();
  }

  /** The receiver has said how many it takes, and how many of those that it was given it has. */
  void says(int newCapacity, int open) {
    capacity = newCapacity;
    used.set(open + unacknowledged.get());
  }

  /** Takes a place for one hand-off, if there is one. */
  boolean take() {
    for (; ; ) {
      int now = used.get();
      if (now >= capacity) {
        return false;
      }
      if (used.compareAndSet(now, now + 1)) {
        break;
      }
    }
    if (!controls.sending()) {
      used.decrementAndGet();
      return false;
    }
    unacknowledged.incrementAndGet();
    return true;
  }

  /** One was acknowledged, or never will be. */
  void acknowledged() {
    unacknowledged.decrementAndGet();
    controls.settled();
  }

  /** The place of one that is over. */
  void free() {
    int now;
    do {
      now = used.get();
    } while (now > 0 && !used.compareAndSet(now, now - 1));
    if (now >= capacity) {
      // Nobody waits for room that was there before; who is served calls the next.
      controls.receiver.room();
    }
  }
}
