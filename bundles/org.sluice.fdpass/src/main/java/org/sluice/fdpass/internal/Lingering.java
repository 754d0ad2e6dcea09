package org.sluice.fdpass.internal;

import io.netty.channel.IoEventLoop;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * The watches of one event loop in the order in which they were started, with one timer for all: a
 * timer for each would cost more than the watch. Where routes of one loop differ in {@code
 * handoff.linger}, a short one may be served as late as the longest. Only on the loop.
 */
final class Lingering {
  private static final int SCRATCH = 512;

  private final IoEventLoop loop;
  private final ByteBuffer scratch =
      ByteBuffer.allocateDirect(SCRATCH).order(ByteOrder.nativeOrder());
  private ReadWatch first;
  private ReadWatch last;
  private boolean armed;

  Lingering(IoEventLoop loop) {
    this.loop = loop;
  }

  IoEventLoop loop() {
    return loop;
  }

  /** Memory for short calls on this loop. */
  ByteBuffer scratch() {
    return scratch;
  }

  void add(ReadWatch watch, long nanos) {
    watch.deadline = System.nanoTime() + nanos;
    watch.linked = true;
    watch.before = last;
    if (last == null) {
      first = watch;
    } else {
      last.after = watch;
    }
    last = watch;
    if (!armed) {
      arm(nanos);
    }
  }

  void remove(ReadWatch watch) {
    if (!watch.linked) {
      return;
    }
    watch.linked = false;
    if (watch.before == null) {
      first = watch.after;
    } else {
      watch.before.after = watch.after;
    }
    if (watch.after == null) {
      last = watch.before;
    } else {
      watch.after.before = watch.before;
    }
    watch.before = null;
    watch.after = null;
  }

  private void arm(long nanos) {
    armed = true;
    var unused = loop.schedule(this::expire, nanos, TimeUnit.NANOSECONDS);
  }

  private void expire() {
    armed = false;
    long now = System.nanoTime();
    while (first != null && first.deadline - now <= 0) {
      first.expired();
    }
    if (first != null) {
      arm(first.deadline - now);
    }
  }

  /** Ends every watch as if its time were over. Any thread; a loop that has ended has none. */
  void endAll() {
    try {
      loop.execute(
          () -> {
            while (first != null) {
              first.expired();
            }
          });
    } catch (RejectedExecutionException e) {
      first = null;
    }
  }
}
