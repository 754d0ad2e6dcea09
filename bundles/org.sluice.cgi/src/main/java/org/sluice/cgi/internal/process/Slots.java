package org.sluice.cgi.internal.process;

import io.netty.util.concurrent.Future;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.sluice.api.http.HandlerException;

/**
 * How many programs of a route may run at once. What comes beyond waits in a bounded queue, in
 * order, for a limited time. Any thread; what waits goes on on its own loop.
 */
public final class Slots {
  private static final int RETRY_AFTER = 2;

  private final String route;
  private final ArrayDeque<Waiting> queue = new ArrayDeque<>();
  private int most = 1;
  private int longest;
  private int taken;
  private long refused;

  /** For a route of that name. */
  public Slots(String route) {
    this.route = route;
  }

  /** Somebody who wants a slot. */
  public interface Taker {
    /** The slot is the taker's, who gives it back with {@link Slots#release}. */
    void go();

    /** There is none and will be none. */
    void refused(HandlerException reason);
  }

  /** A place in the queue. */
  public final class Waiting {
    private final Taker taker;
    private final ProgramLoop loop;
    private Future<?> timer;
    private boolean over;

    private Waiting(Taker taker, ProgramLoop loop) {
      this.taker = taker;
      this.loop = loop;
    }

    /**
     * The client left: gives up the place.
     *
     * @return false if it was given up before, or the taker was called or is about to be
     */
    public boolean leave() {
      synchronized (Slots.this) {
        if (over) {
          return false;
        }
        over = true;
        queue.remove(this);
      }
      timer.cancel(false);
      return true;
    }

    private void expired(long nanos) {
      synchronized (Slots.this) {
        if (over) {
          return;
        }
        over = true;
        queue.remove(this);
        refused++;
      }
      taker.refused(
          new HandlerException(
              503,
              "cgi-busy",
              "waited "
                  + TimeUnit.NANOSECONDS.toMillis(nanos)
                  + " ms (cgi.queue-timeout) for one of "
                  + most
                  + " programs (cgi.max-processes) of route "
                  + route,
              null,
              RETRY_AFTER));
    }

    private void go() {
      if (timer != null) {
        timer.cancel(false);
      }
      taker.go();
    }
  }

  /** Sets the limits; they may change with the configuration. */
  public synchronized void limits(int programs, int places) {
    most = programs;
    longest = places;
  }

  /**
   * Takes a slot now or later. Any thread.
   *
   * @param nanos longest wait
   * @return the place in the queue, or null when {@code taker} was called
   */
  public Waiting take(ProgramLoop loop, long nanos, Taker taker) {
    Waiting waiting = new Waiting(taker, loop);
    HandlerException no = null;
    synchronized (this) {
      if (taken < most) {
        taken++;
      } else if (queue.size() < longest && nanos > 0) {
        queue.add(waiting);
        waiting.timer =
            loop.events().schedule(() -> waiting.expired(nanos), nanos, TimeUnit.NANOSECONDS);
        return waiting;
      } else {
        refused++;
        no = full();
      }
    }
    if (no == null) {
      taker.go();
    } else {
      taker.refused(no);
    }
    return null;
  }

  private HandlerException full() {
    return new HandlerException(
        503,
        "cgi-busy",
        "route "
            + route
            + " runs "
            + most
            + " programs (cgi.max-processes) and "
            + queue.size()
            + " requests wait (cgi.queue)",
        null,
        RETRY_AFTER);
  }

  /** Gives a slot back; the first who waits gets it. */
  public void release() {
    Waiting next;
    synchronized (this) {
      next = taken > most ? null : queue.poll();
      if (next == null) {
        taken--;
        return;
      }
      next.over = true;
    }
    next.loop.run(next::go);
  }

  /** Route, running, waiting, refused: for the status. */
  public synchronized long[] counts() {
    return new long[] {taken, queue.size(), refused, most};
  }

  /** Name of the route. */
  public String route() {
    return route;
  }
}
