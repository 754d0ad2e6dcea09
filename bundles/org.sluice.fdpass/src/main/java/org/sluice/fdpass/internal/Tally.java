package org.sluice.fdpass.internal;

import java.util.concurrent.atomic.LongAdder;

/** Counts of one route and dialect. Any thread. */
final class Tally {
  private static final Step[] STEPS = Step.values();

  final String route;
  final String dialect;
  private final LongAdder[] counts = new LongAdder[STEPS.length];

  Tally(String route, String dialect) {
    this.route = route;
    this.dialect = dialect;
    for (int i = 0; i < counts.length; i++) {
      counts[i] = new LongAdder();
    }
  }

  void add(Step step) {
    counts[step.ordinal()].increment();
  }

  long count(Step step) {
    return counts[step.ordinal()].sum();
  }
}
