package org.sluice.fdpass.internal;

import io.netty.channel.IoEventLoop;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One exchange's place in a {@link Line} for receivers that are all busy. Nothing tells when the
 * backlog of a receiver has room again, so the first in the line asks now and then, and whoever is
 * served gives the turn to the next at once. On the exchange's event loop, where nothing says else.
 */
final class Waiting implements Line.Place {
  private static final long FIRST_PAUSE = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long LONGEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(20);

  /** For want of something of the system's, such as descriptors on their way. */
  private static final long QUIET = TimeUnit.MILLISECONDS.toNanos(5);

  /** Attribute of one that started over, a Long: when it first waited ({@link System#nanoTime}). */
  private static final String SINCE = "org.sluice.fdpass.waits-since";

  private final Line line;
  private final Lingering home;
  private final IoEventLoop loop;
  private final Transfer transfer;
  private boolean inLine;
  private volatile long number;
  private boolean asking;
  private final AtomicBoolean called = new AtomicBoolean();
  private long began;
  private long until;
  private long pause = FIRST_PAUSE;

  /** Place in the list of those who wait on this event loop; kept by {@link Lingering}. */
  int slot = -1;

  Waiting(Transfer transfer, Line line) {
    this.transfer = transfer;
    this.line = line;
    this.home = transfer.lingering();
    this.loop = home.loop();
  }

  /**
   * Joins the line, or comes back to where it stood. The time it may take counts from the first
   * time on, also of one that starts over.
   *
   * @return false if the line is full
   */
  boolean join() {
    if (number > 0) {
      line.comeBack(this);
    } else {
      if (!line.join(this, transfer.fd.queue)) {
        return false;
      }
      until = begun() + transfer.patience();
      if (!transfer.watchesClient()) {
        transfer.client.gone().thenRun(() -> act(transfer::clientLeft));
      }
    }
    inLine = true;
    home.waits(this);
    transfer.exchange.whenPluginLeaves(() -> submit(() -> act(transfer::startOver)));
    if (line.isFirst(this)) {
      askLater();
    }
    return true;
  }

  private long begun() {
    began = transfer.exchange.attribute(SINCE) instanceof Long before ? before : System.nanoTime();
    return began;
  }

  /** Who starts over has waited before. */
  void keepBegin() {
    transfer.exchange.attribute(SINCE, began);
  }

  /** Ends the wait if its time is over. */
  void look(long now) {
    if (until - now <= 0) {
      act(transfer::late);
    }
  }

  private void act(Runnable action) {
    if (inLine) {
      transfer.guarded(action);
    }
  }

  /** One question at a time, however often there may be room. */
  private void askLater() {
    if (!asking) {
      asking = true;
      var unused = loop.schedule(this::ask, pause, TimeUnit.NANOSECONDS);
      pause = Math.min(pause * 2, LONGEST_PAUSE);
    }
  }

  private void ask() {
    asking = false;
    if (inLine && line.isFirst(this)) {
      act(transfer::attempt);
      if (inLine) {
        askLater();
      }
    }
  }

  private void turn() {
    line.looks(this);
    if (!line.isQuiet()) {
      act(transfer::attempt);
    }
    if (inLine && line.isFirst(this)) {
      askLater();
    }
  }

  /** There was room, but for nobody. Otherwise those who wait would try in turn, without end. */
  void quiet() {
    line.quiet(true);
    var unused = loop.schedule(this::speak, QUIET, TimeUnit.NANOSECONDS);
  }

  private void speak() {
    line.quiet(false);
    line.wake();
  }

  /** Leaves the line, if it is in it. */
  void leave() {
    if (inLine) {
      inLine = false;
      home.waitsNoMore(this);
      line.leave(this);
    }
  }

  @Override
  public boolean call() {
    return !called.get() && called.compareAndSet(false, true);
  }

  @Override
  public void yourTurn() {
    submit(this::turn);
  }

  @Override
  public boolean heard() {
    return called.get() && called.compareAndSet(true, false);
  }

  @Override
  public long number() {
    return number;
  }

  @Override
  public void number(long value) {
    number = value;
  }

  @Override
  public void handlerLeaves() {
    submit(() -> act(transfer::handlerLeaves));
  }

  private void submit(Runnable task) {
    try {
      loop.execute(task);
    } catch (RejectedExecutionException e) {
      // The loop has ended, its connections with it.
      line.leave(this);
    }
  }
}
