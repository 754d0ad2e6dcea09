package org.sluice.receiver.internal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The connections of fronts: they share the receiver's capacity, and each of them takes the report
 * of a stream that has ended, whichever front had given it. While there is none, reports wait for
 * the next.
 */
final class FrontLines {
  /** Reports that wait at most; the oldest are dropped. */
  private static final int MOST_REPORTS = 10_000;

  private final int capacity;
  private final List<FrontLine> lines = new ArrayList<>();
  private final Deque<String> reports = new ArrayDeque<>();

  FrontLines(int capacity) {
    this.capacity = capacity;
  }

  /** A front has connected: every connection hears its share, the new one what has waited too. */
  void add(FrontLine line) {
    List<String> waiting;
    synchronized (this) {
      lines.add(line);
      waiting = new ArrayList<>(reports);
      reports.clear();
    }
    share();
    waiting.forEach(this::report);
  }

  void remove(FrontLine line) {
    synchronized (this) {
      lines.remove(line);
    }
    share();
  }

  private void share() {
    List<FrontLine> all = all();
    int each = Math.max(1, capacity / Math.max(1, all.size()));
    all.forEach(line -> line.ready(each));
  }

  synchronized List<FrontLine> all() {
    return List.copyOf(lines);
  }

  /** Says {@code END}; false if it waits for a front. */
  boolean report(String line) {
    for (; ; ) {
      List<FrontLine> asked = all();
      for (FrontLine each : asked) {
        if (each.tell(line)) {
          return true;
        }
      }
      synchronized (this) {
        if (lines.equals(asked)) {
          if (reports.size() >= MOST_REPORTS) {
            reports.removeFirst();
          }
          reports.addLast(line);
          return false;
        }
      }
    }
  }
}
