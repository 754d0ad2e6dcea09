package org.sluice.receiver.internal;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * The receiver's log. The platform's own logging, because the library must run with one jar beside
 * it; a framework's log takes it over from there.
 */
final class Log {
  private static final Logger LOGGER = System.getLogger("org.sluice.receiver");

  private Log() {}

  /** What peers do: of no concern to the operator. */
  static void debug(String message, Throwable cause) {
    LOGGER.log(Level.DEBUG, message, cause);
  }

  /** Degraded but serving. */
  static void warn(String message, Throwable cause) {
    LOGGER.log(Level.WARNING, message, cause);
  }
}
