package org.sluice.server.internal;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Which loop a new connection goes to. To wake another thread takes longer than most requests, and
 * one loop that looks at several connections in a turn does less than two that sleep in between. So
 * the loop that accepts keeps those that come and go, as long as they are few. Connections that
 * stay are spread evenly, and when many come at a time all loops take turns.
 *
 * <p>Used on the loop that accepts.
 */
final class Placement implements Supplier<Loop> {
  /**
   * So many for all loops together may be gone soon: a burst of connections that stay leaves one
   * loop with so many more than its share, and the more loops there are, the more that would cost.
   */
  private static final int FEW = 32;

  /** How long loops take turns after there were more. */
  private static final long BUSY_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private final Loop own;
  private final List<Loop> all;
  private final Supplier<Loop> turn;
  private final int few;
  private boolean busy;
  private long busySince;

  /**
   * The placement of an acceptor's connections.
   *
   * @param own the loop that accepts
   * @param all every loop
   * @param turn gives one after the other
   */
  Placement(Loop own, List<Loop> all, Supplier<Loop> turn) {
    this.own = own;
    this.all = all;
    this.turn = turn;
    this.few = Math.max(1, FEW / all.size());
  }

  @Override
  public Loop get() {
    return isBusy() ? turn.get() : ownOrEmptier();
  }

  private boolean isBusy() {
    if (own.load() - own.settled() >= few) {
      busy = true;
      busySince = System.nanoTime();
    } else if (busy) {
      busy = System.nanoTime() - busySince < BUSY_NANOS;
    }
    return busy;
  }

  /** Another loop only if it has fewer connections than stay with this one. */
  private Loop ownOrEmptier() {
    Loop best = own;
    int fewest = own.settled();
    for (int i = 0; fewest > 0 && i < all.size(); i++) {
      int load = all.get(i).load();
      if (load < fewest) {
        best = all.get(i);
        fewest = load;
      }
    }
    return best;
  }
}
