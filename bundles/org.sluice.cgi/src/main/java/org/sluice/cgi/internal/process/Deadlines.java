package org.sluice.cgi.internal.process;

import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * The two limits of a run: time without progress, counted only while output is asked for and it is
 * not the client's turn to send, and time in all. One timer at a time; it looks again rather than
 * being moved by every byte. Used on the loop.
 */
final class Deadlines {
  /** Who is limited. */
  interface Limited {
    /** Whether the limits still matter. */
    boolean isOver();

    /** Whether the client is to send before anything can go on. */
    boolean waitsForClient();

    /** Time is up, for lack of progress or in all. */
    void expired(boolean idle);
  }

  private final ProgramLoop loop;
  private final long idle;
  private final long lifetime;
  private final Limited limited;
  private final long started = System.nanoTime();
  private long progress = started;
  private boolean wanted;
  private Future<?> timer;

  Deadlines(ProgramLoop loop, ProgramLimits limits, Limited limited) {
    this.loop = loop;
    this.idle = limits.idle();
    this.lifetime = limits.lifetime();
    this.limited = limited;
  }

  long started() {
    return started;
  }

  /** Something moved. */
  void progress() {
    progress = System.nanoTime();
  }

  /** Output came. */
  void served() {
    progress();
    wanted = false;
  }

  /** Output is asked for, and there is none. */
  void wanted() {
    if (!wanted) {
      wanted = true;
      progress();
    }
  }

  void arm() {
    long now = System.nanoTime();
    long wait = Long.MAX_VALUE;
    if (idle > 0) {
      wait = idle - (now - progress);
    }
    if (lifetime > 0) {
      wait = Math.min(wait, lifetime - (now - started));
    }
    if (wait < Long.MAX_VALUE) {
      timer = loop.events().schedule(this::look, Math.max(0, wait), TimeUnit.NANOSECONDS);
    }
  }

  private void look() {
    if (limited.isOver()) {
      return;
    }
    long now = System.nanoTime();
    if (!wanted || limited.waitsForClient()) {
      // Its own time limits hold.
      progress = now;
    }
    boolean lived = lifetime > 0 && now - started >= lifetime;
    if (lived || (idle > 0 && now - progress >= idle)) {
      limited.expired(!lived);
    } else {
      arm();
    }
  }

  void end() {
    if (timer != null) {
      timer.cancel(false);
    }
  }
}
