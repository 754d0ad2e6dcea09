package org.sluice.receiver.internal;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.TimeZone;

/**
 * The receiver's log. The platform's own logging, because the library must run with one jar beside
 * it; a framework's log takes it over from there.
 */
final class Log {
  private static final Logger LOGGER = System.getLogger("org.sluice.receiver");

  private Log() {}

  /**
   * Loads what a line needs. The first one is often about a full table of descriptors, and then no
   * class file, no archive and no configuration can be opened any more.
   */
  static void prepare() {
    LOGGER.isLoggable(Level.WARNING);
    TimeZone.getDefault();
  }

  /** What peers do: of no concern to the operator. */
  static void debug(String message, Throwable cause) {
    log(Level.DEBUG, message, cause);
  }

  /** Degraded but serving. */
  static void warn(String message, Throwable cause) {
    log(Level.WARNING, message, cause);
  }

  private static void log(Level level, String message, Throwable cause) {
    try {
      LOGGER.log(level, message, cause);
    } catch (RuntimeException | Error e) {
      // A logging that cannot open a file throws errors too. Whoever accepts clients must go on.
      return;
    }
  }
}
