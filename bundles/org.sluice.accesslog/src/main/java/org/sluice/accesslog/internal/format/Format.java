package org.sluice.accesslog.internal.format;

import java.util.List;

/**
 * A compiled format: an array of parts that write themselves. Immutable; any thread.
 *
 * <p>Missing items are written as {@code -}; {@link #missing()} names them.
 */
public final class Format {
  private final Appender[] parts;
  private final boolean json;
  private final List<String> missing;
  private final List<String> refused;

  Format(List<Appender> parts, boolean json, List<String> missing, List<String> refused) {
    this.parts = parts.toArray(new Appender[0]);
    this.json = json;
    this.missing = List.copyOf(missing);
    this.refused = List.copyOf(refused);
  }

  /** Writes one whole line, with its line feed. */
  public void write(Entry entry, Line line, int limit, Mask mask) {
    line.begin(json, limit, mask);
    for (Appender part : parts) {
      part.append(entry, line);
    }
    line.end();
  }

  /** Directives whose item nobody offers now. */
  public List<String> missing() {
    return missing;
  }

  /** Directives whose item does not take them, each with the reason; they are {@code -} too. */
  public List<String> refused() {
    return refused;
  }
}
