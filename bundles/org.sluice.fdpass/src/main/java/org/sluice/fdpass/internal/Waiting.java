package org.sluice.fdpass.internal;

import io.netty.channel.IoEventLoop;
import io.netty.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.sluice.handoff.api.ClientSocket;

/**
 * One exchange's place in the line of a {@link Pool} whose receivers are all busy. Nothing tells
 * when the backlog of a receiver has room again, so the first in the line asks now and then, and
 * whoever is served gives the turn to the next at once. On the exchange's event loop, where nothing
 * says else.
 */
final class Waiting {
  private static final long FIRST_PAUSE = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long LONGEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(20);

  private final Pool pool;
  private final IoEventLoop loop;
  private final Passing passing;
  private final ClientSocket client;
  private final FdOptions fd;
  private boolean inLine;
  private boolean started;
  private long until;
  private long pause = FIRST_PAUSE;
  private Future<?> timer;

  Waiting(Pool pool, IoEventLoop loop, Passing passing, ClientSocket client, FdOptions fd) {
    this.pool = pool;
    this.loop = loop;
    this.passing = passing;
    this.client = client;
    this.fd = fd;
  }

  /**
   * Joins the line. The time it may take counts from the first time on.
   *
   * @return false if the line is full
   */
  boolean join() {
    if (!pool.join(this, fd.queue)) {
      return false;
    }
    inLine = true;
    if (!started) {
      started = true;
      until = System.nanoTime() + fd.connectNanos;
      client.gone().thenRun(() -> act(passing::clientLeft));
    }
    long left = Math.max(0, until - System.nanoTime());
    timer = loop.schedule(() -> act(passing::late), left, TimeUnit.NANOSECONDS);
    if (pool.isFirst(this)) {
      askLater();
    }
    return true;
  }

  private void act(Runnable action) {
    if (inLine) {
      passing.guarded(action);
    }
  }

  private void askLater() {
    var unused = loop.schedule(this::turn, pause, TimeUnit.NANOSECONDS);
    pause = Math.min(pause * 2, LONGEST_PAUSE);
  }

  private void turn() {
    if (inLine && pool.isFirst(this)) {
      act(passing::attempt);
      if (inLine) {
        askLater();
      }
    }
  }

  /** Leaves the line, if it is in it. */
  void leave() {
    if (inLine) {
      inLine = false;
      timer.cancel(false);
      pool.leave(this);
    }
  }

  /** This exchange is the first in the line now. Any thread. */
  void yourTurn() {
    submit(this::turn);
  }

  /** The bundle stops. Any thread. */
  void handlerLeaves() {
    submit(() -> act(passing::handlerLeaves));
  }

  private void submit(Runnable task) {
    try {
      loop.execute(task);
    } catch (RejectedExecutionException e) {
      // The loop has ended, its connections with it.
      pool.leave(this);
    }
  }
}
