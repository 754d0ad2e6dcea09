package org.sluice.core.internal.dispatch;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.sluice.api.http.HandlerException;
import org.sluice.core.internal.config.RouteNode;

/**
 * Guards fail closed: a route that carries an option which guards it, or claims its content, is
 * answered only while the plug-in that owns the option is there. A request that meets a guard which
 * left a moment ago waits for it, so that replacing its jar is invisible; it never passes without.
 */
final class Guards {
  /** More requests than this do not wait. */
  private static final int MAX_HELD = 4096;

  private final ScheduledExecutorService timer;
  private final LongSupplier holdNanos;
  private final Map<String, Long> left = new HashMap<>();
  private final List<Held> held = new ArrayList<>();

  /** A request that waits. */
  private record Held(String guard, long deadline, Runnable again) {}

  /**
   * No guard has left yet.
   *
   * @param holdNanos {@code plugin.hold}
   */
  Guards(ScheduledExecutorService timer, LongSupplier holdNanos) {
    this.timer = timer;
    this.holdNanos = holdNanos;
  }

  /** The first guard of the route that nobody enforces, or null. */
  static String missing(RouteNode route, HookChain chain) {
    if (route.unguarded()) {
      return null;
    }
    for (String guard : route.guards()) {
      if (!chain.enforces(guard)) {
        return guard;
      }
    }
    return null;
  }

  static HandlerException refusal(RouteNode route, String guard) {
    return new HandlerException(
        503,
        "guard-missing",
        "route "
            + route.name()
            + " is guarded by '"
            + guard
            + "', which is not installed or not whole",
        null,
        10);
  }

  /**
   * Waits for a guard that left less than {@code plugin.hold} ago.
   *
   * @param again called once, on any thread, when something changed or the time is over
   * @return false when there is nothing to wait for
   */
  boolean hold(String guard, Runnable again) {
    synchronized (held) {
      Long since = left.get(guard);
      long nanos = since == null ? 0 : holdNanos.getAsLong() - (System.nanoTime() - since);
      if (nanos <= 0 || held.size() >= MAX_HELD) {
        return false;
      }
      held.add(new Held(guard, System.nanoTime() + nanos, again));
      timer.schedule(() -> release(null), nanos, TimeUnit.NANOSECONDS);
      return true;
    }
  }

  /** A new snapshot is to be published: who meets it without a guard must find when that left. */
  void leave(HookChain before, HookChain now) {
    synchronized (held) {
      for (String guard : before.guards()) {
        if (!now.enforces(guard)) {
          left.put(guard, System.nanoTime());
        }
      }
    }
  }

  /** A new snapshot was published. */
  void published(HookChain now) {
    synchronized (held) {
      now.guards().forEach(left::remove);
    }
    release(now);
  }

  private void release(HookChain now) {
    List<Runnable> ready = new ArrayList<>();
    synchronized (held) {
      for (Iterator<Held> all = held.iterator(); all.hasNext(); ) {
        Held request = all.next();
        boolean back = now != null && now.enforces(request.guard());
        if (back || request.deadline() - System.nanoTime() <= 0) {
          all.remove();
          ready.add(request.again());
        }
      }
    }
    ready.forEach(Runnable::run);
  }
}
