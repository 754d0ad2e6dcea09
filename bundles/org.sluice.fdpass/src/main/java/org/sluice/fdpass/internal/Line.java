package org.sluice.fdpass.internal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Exchanges that wait for the same receivers, in the order in which they came. One line for all
 * event loops, so that nobody is overtaken. Any thread.
 */
final class Line {
  private final ArrayDeque<Waiting> line = new ArrayDeque<>();
  private volatile int length;

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

  /** Leaves; whoever is first then has its turn. */
  void leave(Waiting waiting) {
    Waiting next;
    synchronized (this) {
      boolean first = line.peek() == waiting;
      if (!line.remove(waiting)) {
        return;
      }
      length = line.size();
      next = first ? line.peek() : null;
    }
    if (next != null) {
      next.yourTurn();
    }
  }

  /** There may be room: whoever is first looks. */
  void wake() {
    if (length == 0) {
      return;
    }
    Waiting first;
    synchronized (this) {
      first = line.peek();
    }
    if (first != null) {
      first.yourTurn();
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
