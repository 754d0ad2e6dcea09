package org.sluice.fdpass.internal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;

/**
 * Exchanges that wait for the same receivers, in the order in which they came. One line for all
 * event loops, so that nobody is overtaken. Any thread.
 */
final class Line {
  /** Who stands in a line. All of it any thread. */
  interface Place {
    /**
     * It is to be told that there may be room.
     *
     * @return false if it was called already and has not looked since: somebody behind it should be
     */
    boolean call();

    /** Tells it, after it was called. */
    void yourTurn();

    /** It looks now, or never will. False if it was not called. */
    boolean heard();

    /** Its place, kept for {@link Line}: greater than that of all who came before. */
    long number();

    /** Sets it. */
    void number(long value);

    /** The bundle stops. */
    void handlerLeaves();
  }

  private final ArrayDeque<Place> line = new ArrayDeque<>();
  private final IntSupplier room;
  private volatile int length;
  private long last;

  private volatile boolean quiet;

  /** When somebody left it for a receiver, by {@link System#nanoTime}. */
  private volatile long moved = System.nanoTime();

  /** Those who were told that there may be room, and have not looked yet. */
  private final AtomicInteger told = new AtomicInteger();

  /**
   * An empty line.
   *
   * @param room how many there may be room for now, as far as that is known; 0 if for nobody, and
   *     {@link #wake} will be called when that changes
   */
  Line(IntSupplier room) {
    this.room = room;
  }

  /** When it moved on last, by {@link System#nanoTime}. */
  long moved() {
    return moved;
  }

  boolean isEmpty() {
    return length == 0;
  }

  /** Joins the end; false if it is {@code limit} long. */
  synchronized boolean join(Place place, int limit) {
    if (line.size() >= limit) {
      return false;
    }
    place.number(++last);
    line.add(place);
    length = line.size();
    return true;
  }

  /** Comes back to where it stood: there was no room after all. */
  synchronized void comeBack(Place place) {
    ArrayDeque<Place> before = new ArrayDeque<>();
    while (!line.isEmpty() && line.peek().number() < place.number()) {
      before.add(line.remove());
    }
    line.addFirst(place);
    while (!before.isEmpty()) {
      line.addFirst(before.removeLast());
    }
    length = line.size();
  }

  /**
   * Whether nobody is called: there is room, as far as is known, but nobody could be passed for
   * want of something that nothing tells of. Who sets it takes it back soon, and then wakes.
   */
  void quiet(boolean on) {
    quiet = on;
  }

  boolean isQuiet() {
    return quiet;
  }

  synchronized boolean isFirst(Place place) {
    return line.peek() == place;
  }

  /** Leaves; where one was served, there may be room for the next. */
  void leave(Place place) {
    boolean was;
    synchronized (this) {
      was = line.remove(place);
      length = line.size();
    }
    // Not before it is out of the line: it would be called once more, in place of the next.
    looks(place);
    if (was) {
      moved = System.nanoTime();
      wake();
    }
  }

  /**
   * There may be room: as many look as there is room for, beside those who were told already. All
   * at once, because telling another event loop may cost a switch of threads.
   */
  void wake() {
    if (length == 0 || quiet) {
      return;
    }
    int wanted = room.getAsInt() - told.get();
    if (wanted <= 0) {
      return;
    }
    List<Place> called = new ArrayList<>(Math.min(wanted, length));
    synchronized (this) {
      for (Place each : line) {
        if (each.call()) {
          called.add(each);
          if (called.size() == wanted) {
            break;
          }
        }
      }
    }
    told.addAndGet(called.size());
    for (Place each : called) {
      each.yourTurn();
    }
  }

  /** If it was told that there may be room, it looks now, or never will. */
  void looks(Place place) {
    if (place.heard()) {
      told.decrementAndGet();
    }
  }

  int length() {
    return length;
  }

  /** Everybody in the line. */
  synchronized List<Place> everybody() {
    return new ArrayList<>(line);
  }
}
