package org.sluice.accesslog.internal.item;

import java.util.function.ToLongFunction;
import org.sluice.log.api.LogEntry;
import org.sluice.log.api.LogValue;

/** Durations in the unit that a format asks for, truncated. */
final class Durations {
  private Durations() {}

  /**
   * A duration.
   *
   * @param unit {@code s}, {@code ms}, {@code us} or {@code ns}
   * @param nanos gives it in nanoseconds; negative for none
   */
  static LogValue of(String unit, ToLongFunction<LogEntry> nanos) {
    long size =
        switch (unit) {
          case "s" -> 1_000_000_000;
          case "ms" -> 1_000_000;
          case "us" -> 1_000;
          case "ns" -> 1;
          default -> throw new IllegalArgumentException("allowed units are s, ms, us and ns");
        };
    return (entry, out) -> {
      long value = nanos.applyAsLong(entry);
      if (value < 0) {
        out.none();
      } else {
        out.number(value / size);
      }
    };
  }
}
