package org.sluice.fdpass.internal;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts of one route and dialect. Any thread. */
final class Tally {
  final String route;
  final String dialect;

  /** The steps of the next hand-offs, if somebody wants to see them. */
  volatile Trace trace;

  private final Map<Step, LongAdder> counts = new EnumMap<>(Step.class);

  Tally(String route, String dialect) {
    this.route = route;
    this.dialect = dialect;
    for (Step step : Step.values()) {
      counts.put(step, new LongAdder());
    }
  }

  void add(Step step) {
    counts.get(step).increment();
  }

  long count(Step step) {
    return counts.get(step).sum();
  }
}
