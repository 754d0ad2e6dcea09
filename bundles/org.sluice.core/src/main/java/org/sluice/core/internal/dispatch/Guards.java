package org.sluice.core.internal.dispatch;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.sluice.api.http.HandlerException;
import org.sluice.core.internal.config.RouteNode;
import org.sluice.core.internal.registry.Patience;

/**
 * Guards fail closed: a route that carries an option which guards it, or claims its content, is
 * answered only while the plug-in that owns the option is there. A request that meets a guard which
 * left a moment ago waits for it, so that replacing its jar is invisible; it never passes without.
 */
final class Guards {
  /** More requests than this do not wait. */
  private static final int MAX_HELD = 4096;

  private final ScheduledExecutorService timer;
  private final Patience patience;
  private final Map<String, Long> left = new HashMap<>();
  private final List<Held> held = new ArrayList<>();

  /** A request that waits. */
  private record Held(String guard, boolean free, Runnable again) {}

  /**
   * No guard has left yet.
   *
   * @param patience how long they are waited for
   */
  Guards(ScheduledExecutorService timer, Patience patience) {
    this.timer = timer;
    this.patience = patience;
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
   * @param free whether nobody holds a plug-in for it meanwhile
   * @param again called once, on any thread, when something changed or the time is over
   * @return false when there is nothing to wait for
   */
  boolean hold(String guard, boolean free, Runnable again) {
    synchronized (held) {
      long nanos = nanosLeft(guard, free);
      if (nanos == 0 || held.size() >= MAX_HELD) {
        return false;
      }
      Held request = new Held(guard, free, again);
      held.add(request);
      timer.schedule(() -> expire(request), nanos, TimeUnit.NANOSECONDS);
      return true;
    }
  }

  /** Under the lock. */
  private long nanosLeft(String guard, boolean free) {
    Long since = left.get(guard);
    return since == null ? 0 : free ? patience.left(since) : patience.leftToUsers(since);
  }

  /** Its time may be over; or something was drained meanwhile, and it has more. */
  private void expire(Held request) {
    synchronized (held) {
      if (!held.contains(request)) {
        return;
      }
      long nanos = nanosLeft(request.guard(), request.free());
      if (nanos > 0) {
        timer.schedule(() -> expire(request), nanos, TimeUnit.NANOSECONDS);
        return;
      }
      held.remove(request);
    }
    request.again().run();
  }

  /** A new snapshot was published. */
  void published(HookChain before, HookChain now) {
    synchronized (held) {
      for (String guard : before.guards()) {
        if (!now.enforces(guard)) {
          left.put(guard, System.nanoTime());
        }
      }
      now.guards().forEach(left::remove);
    }
    release(now);
  }

  private void release(HookChain now) {
    List<Runnable> ready = new ArrayList<>();
    synchronized (held) {
      for (Iterator<Held> all = held.iterator(); all.hasNext(); ) {
        Held request = all.next();
        if (now.enforces(request.guard())) {
          all.remove();
          ready.add(request.again());
        }
      }
    }
    ready.forEach(Runnable::run);
  }
}
