package org.sluice.launcher;

/**
 * The JDK's log manager, except that it does not close the log when the JVM begins to end: the
 * front still drains and stops its bundles then, and says so.
 */
public final class LogManager extends java.util.logging.LogManager {
  private boolean configured;

  /** For the JDK, which makes the one instance. */
  public LogManager() {}

  /**
   * Called once before the configuration is read, and again by the JDK's shutdown hook, which is
   * ignored.
   */
  @Override
  public synchronized void reset() {
    if (!configured) {
      configured = true;
      super.reset();
    }
  }
}
