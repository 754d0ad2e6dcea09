package org.sluice.core.internal.registry;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How long requests wait for what has just left: {@code plugin.hold}. While exchanges of a plug-in
 * are waited for ({@code plugin.drain}) its successor cannot come, so that time does not count:
 * replacing a jar is invisible beside long responses too. Any thread.
 */
public final class Patience {
  private final LongSupplier clock;
  private volatile long hold = TimeUnit.SECONDS.toNanos(2);

  /** Plug-ins whose exchanges are waited for. */
  private int draining;

  private boolean drainedEver;

  /** When the first of those began that followed each other within the hold. */
  private long since;

  /** When the last of them ended. */
  private long drained;

  /**
   * Nothing has left yet.
   *
   * @param clock nanoseconds, as {@link System#nanoTime}
   */
  Patience(LongSupplier clock) {
    this.clock = clock;
  }

  void hold(Duration duration) {
    hold = duration.toNanos();
  }

  synchronized void drainBegins() {
    long now = clock.getAsLong();
    if (draining++ == 0 && !(drainedEver && now - drained <= hold)) {
      since = now;
    }
    drainedEver = true;
    drained = now;
  }

  synchronized void drainEnds() {
    draining--;
    drained = clock.getAsLong();
  }

  /**
   * For how much longer somebody may wait who may be waited for himself: the time of drains counts.
   * What he holds may be what drains, and then each would wait for the other.
   *
   * @param left when it left, by {@link System#nanoTime}
   */
  public long leftToUsers(long left) {
    return Math.max(0, hold - (clock.getAsLong() - left));
  }

  /**
   * For how much longer something may be waited for, by who holds no plug-in. Whoever waits so long
   * asks again then.
   *
   * @param left when it left, by {@link System#nanoTime}
   * @return nanoseconds; 0 if it is not waited for any longer
   */
  public synchronized long left(long left) {
    long from = left;
    if (drainedEver && left + hold - since >= 0 && drained - left > 0) {
      from = drained;
    }
    long now = clock.getAsLong();
    if (draining > 0 && left + hold - since >= 0) {
      from = now;
    }
    return Math.max(0, hold - (now - from));
  }
}
