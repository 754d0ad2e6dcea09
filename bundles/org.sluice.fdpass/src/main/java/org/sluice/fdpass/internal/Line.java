package org.sluice.fdpass.internal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Exchanges that wait for the same receivers, in the order in which they came. One line for all
 * event loops, so that nobody is overtaken. Any thread.
 */
final class Line {
  private final ArrayDeque<Waiting> line = new ArrayDeque<>();
  private final BooleanSupplier full;
  private volatile int length;

  /**
   * An empty line.
   *
   * @param full whether nobody in it can be served now, and {@link #wake} will be called when that
   *     changes
   */
  Line(BooleanSupplier full) {
    this.full = full;
  }

  boolean isEmpty() {
    return length == 0;
  }

  /** Joins the end; false if it is {@code limit} long. */
  synchronized boolean join(Waiting waiting, int limit) {
    if (line.size() >= limit) {
      return false;
    }
    line.add(waiting);
    length = line.size();
    return true;
  }

  synchronized boolean isFirst(Waiting waiting) {
    return line.peek() == waiting;
  }

  /** Leaves; where one was served, there may be room for the next. */
  void leave(Waiting waiting) {
    boolean was;
    synchronized (this) {
      was = line.remove(waiting);
      length = line.size();
    }
    if (was) {
      wake();
    }
  }

  /** There may be room for one: the first who has not been told yet looks. */
  void wake() {
    if (length == 0 || full.getAsBoolean()) {
      return;
    }
    synchronized (this) {
      for (Waiting each : line) {
        if (each.yourTurn()) {
          return;
        }
      }
    }
  }

  int length() {
    return length;
  }

  /** Everybody in the line. */
  synchronized List<Waiting> everybody() {
    return new ArrayList<>(line);
  }
}
