package org.sluice.log.api;

import java.nio.file.Path;
import java.util.Map;

/**
 * Settings of one log.
 *
 * @param name NAME of {@code etc/org.sluice.accesslog~NAME.cfg}
 * @param base folder of the front; relative paths start there
 * @param file value of {@code file}, empty if not set
 * @param settings all keys of the log that are set, as written
 */
public record LogTarget(String name, Path base, String file, Map<String, String> settings) {
  /** Copies the settings. */
  public LogTarget {
    settings = Map.copyOf(settings);
  }
}
