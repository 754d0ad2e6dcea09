package org.sluice.launcher;

import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Keeps the lock file true while the front runs: listeners move with the configuration, and core
 * can be stopped, or lose what it needs, while the process goes on.
 */
final class Listening implements Consumer<List<String>> {
  private static final Logger LOG = Logger.getLogger("org.sluice.launcher");

  private final BaseLock lock;
  private List<String> last;

  /**
   * For a front that has got ready.
   *
   * @param addresses what the lock file says
   */
  Listening(BaseLock lock, List<String> addresses) {
    this.lock = lock;
    this.last = addresses;
  }

  @Override
  public synchronized void accept(List<String> addresses) {
    if (addresses.equals(last)) {
      return;
    }
    if (addresses.isEmpty()) {
      LOG.severe("nothing listens any more: was org.sluice.core stopped, or what it needs?");
    } else if (last.isEmpty()) {
      LOG.info("listening again: " + String.join(" ", addresses));
    }
    last = addresses;
    try {
      lock.ready(addresses);
    } catch (IOException e) {
      LOG.log(Level.WARNING, "run/sluice.lock: cannot be written", e);
    }
  }
}
