package org.sluice.fdpass.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The steps of the next few hand-offs of a route with their times, for an operator who waits. */
final class Trace {
  /** Steps kept at most, whatever happens. */
  private static final int MOST = 400;

  private final int exchanges;
  private final List<Step> steps = new ArrayList<>();
  private final List<String> seen = new ArrayList<>();
  private int finished;

  /**
   * One step.
   *
   * @param exchange its id
   * @param nanos since the exchange's first step
   * @param text what happened
   */
  record Step(String exchange, long nanos, String text) {
    long micros() {
      return TimeUnit.NANOSECONDS.toMicros(nanos);
    }
  }

  Trace(int exchanges) {
    this.exchanges = exchanges;
  }

  /** Whether the exchange is one of those traced; the first ones that ask are. */
  synchronized boolean admits(String exchange) {
    if (!seen.contains(exchange)) {
      if (seen.size() >= exchanges) {
        return false;
      }
      seen.add(exchange);
    }
    return true;
  }

  synchronized void add(String exchange, long nanos, String text) {
    if (steps.size() < MOST) {
      steps.add(new Step(exchange, nanos, text));
    }
  }

  /** One of the traced exchanges has ended. */
  synchronized void finished() {
    finished++;
    notifyAll();
  }

  /** Waits for the traced hand-offs to end, and gives what there is. */
  synchronized List<Step> await(long nanos) throws InterruptedException {
    long end = System.nanoTime() + nanos;
    long left = nanos;
    while (finished < exchanges && left > 0) {
      TimeUnit.NANOSECONDS.timedWait(this, left);
      left = end - System.nanoTime();
    }
    return new ArrayList<>(steps);
  }
}
