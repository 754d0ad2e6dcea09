package org.sluice.accesslog.internal;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The turns of all threads. Whoever has published something new waits here until nobody uses the
 * old any more (T15), which costs those who write no count that they would have to share.
 */
final class Turns {
  private static final Logger LOG = LoggerFactory.getLogger("org.sluice.accesslog");
  private static final long LIMIT = TimeUnit.SECONDS.toNanos(3);

  private final List<Turn> all = new CopyOnWriteArrayList<>();
  private final ThreadLocal<Turn> mine = ThreadLocal.withInitial(this::make);

  private Turn make() {
    Turn turn = new Turn();
    all.add(turn);
    return turn;
  }

  /** The current thread's. */
  Turn mine() {
    return mine.get();
  }

  /** Waits for the turns that have begun, at most a few seconds. */
  void awaitOthers() {
    long deadline = System.nanoTime() + LIMIT;
    try {
      for (Turn turn : all) {
        if (!turn.await(deadline)) {
          LOG.warn("an item of a log takes longer than 3 s; it is not waited for any more");
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
