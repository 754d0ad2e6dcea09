package org.sluice.fdpass.internal;

import io.netty.channel.IoEventLoop;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * The watches of one event loop in the order of their deadlines, with one timer for all: a timer
 * for each would cost more than the watch. And with another timer those who wait in line. Only on
 * the loop.
 */
final class Lingering {
  private static final int SCRATCH = 512;

  /** Those who wait in line may be told that late that it was for too long. */
  private static final long TICK = TimeUnit.MILLISECONDS.toNanos(20);

  /** A receiver that has given no sign by then may be one that takes its time. */
  private static final long YOUNG = TimeUnit.MILLISECONDS.toNanos(2);

  private final IoEventLoop loop;
  private final ByteBuffer scratch =
      ByteBuffer.allocateDirect(SCRATCH).order(ByteOrder.nativeOrder());
  private ReadWatch first;
  private ReadWatch last;

  /** When the timer fires next, by {@link System#nanoTime}; one that is late for nobody may be. */
  private long alarm;

  private boolean armed;
  private final List<Waiting> waiting = new ArrayList<>();
  private boolean ticking;
  private final Set<ReadWatch> unread = new HashSet<>();

  /** Hand-offs whose client has just been passed, in their order. */
  private final ArrayDeque<Transfer> young = new ArrayDeque<>();

  private boolean growing;

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
    // Nearly always the last: routes differ little in how long they wait.
    ReadWatch before = last;
    while (before != null && before.deadline - watch.deadline > 0) {
      before = before.before;
    }
    link(watch, before);
    if (!armed || alarm - watch.deadline > 0) {
      arm(watch.deadline, nanos);
    }
  }

  /** The client is passed: {@link Transfer#grown} follows, should that take longer than most. */
  void passed(Transfer transfer) {
    transfer.passed = System.nanoTime();
    young.add(transfer);
    grow();
  }

  private void grow() {
    if (!growing) {
      growing = true;
      var unused = loop.schedule(this::grown, YOUNG, TimeUnit.NANOSECONDS);
    }
  }

  private void grown() {
    growing = false;
    long now = System.nanoTime();
    Transfer first;
    while ((first = young.peek()) != null && (first.over || now - first.passed >= YOUNG)) {
      young.remove();
      if (!first.over) {
        first.grown();
      }
    }
    if (first != null) {
      grow();
    }
  }

  private void link(ReadWatch watch, ReadWatch before) {
    ReadWatch after = before == null ? first : before.after;
    watch.linked = true;
    watch.before = before;
    watch.after = after;
    if (before == null) {
      first = watch;
    } else {
      before.after = watch;
    }
    if (after == null) {
      last = watch;
    } else {
      after.before = watch;
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

  /** Its message has not been read in time. */
  void unread(ReadWatch watch) {
    unread.add(watch);
  }

  /** It has been now. */
  void read(ReadWatch watch) {
    unread.remove(watch);
  }

  /** Its time is looked at now and then, until it waits no more. */
  void waits(Waiting one) {
    one.slot = waiting.size();
    waiting.add(one);
    tick();
  }

  /** It left the line. */
  void waitsNoMore(Waiting one) {
    Waiting last = waiting.remove(waiting.size() - 1);
    if (last != one) {
      waiting.set(one.slot, last);
      last.slot = one.slot;
    }
    one.slot = -1;
  }

  private void tick() {
    if (!ticking) {
      ticking = true;
      var unused = loop.schedule(this::look, TICK, TimeUnit.NANOSECONDS);
    }
  }

  private void look() {
    ticking = false;
    long now = System.nanoTime();
    for (int i = waiting.size() - 1; i >= 0; i--) {
      if (i < waiting.size()) {
        waiting.get(i).look(now);
      }
    }
    if (!waiting.isEmpty()) {
      tick();
    }
  }

  private void arm(long deadline, long nanos) {
    armed = true;
    alarm = deadline;
    var unused = loop.schedule(() -> expire(deadline), nanos, TimeUnit.NANOSECONDS);
  }

  private void expire(long deadline) {
    if (deadline != alarm) {
      // A shorter one came in between, and set the alarm anew.
      return;
    }
    armed = false;
    long now = System.nanoTime();
    while (first != null && first.deadline - now <= 0) {
      first.expired();
    }
    if (first != null) {
      arm(first.deadline, first.deadline - now);
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
            List.copyOf(unread).forEach(ReadWatch::forget);
          });
    } catch (RejectedExecutionException e) {
      first = null;
    }
  }
}
