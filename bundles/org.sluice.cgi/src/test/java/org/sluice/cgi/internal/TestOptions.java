package org.sluice.cgi.internal;

import org.sluice.testing.MapOptions;

/** Options with the defaults of this bundle. */
public final class TestOptions {
  private TestOptions() {}

  /** These set, all others at their defaults. */
  public static MapOptions of(String... set) {
    MapOptions options = Stage.options();
    for (int i = 0; i < set.length; i += 2) {
      options = options.with(set[i], set[i + 1]);
    }
    return options;
  }
}
