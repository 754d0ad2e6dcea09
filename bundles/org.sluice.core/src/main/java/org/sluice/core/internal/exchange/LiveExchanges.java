package org.sluice.core.internal.exchange;

import java.util.ArrayList;
import java.util.List;
import org.sluice.core.internal.registry.PluginEntry;

/**
 * Every exchange that has not ended, so that those of a plug-in that must leave can be found.
 * Striped by thread: an event loop finds its own stripe unlocked.
 */
public final class LiveExchanges {
  private static final int STRIPES = 16;

  private final Stripe[] stripes = new Stripe[STRIPES];

  /** A doubly linked list; its monitor guards the links of its members. */
  static final class Stripe {
    private FrontExchange first;
    private int size;

    synchronized void add(FrontExchange exchange) {
      exchange.live = this;
      exchange.after = first;
      if (first != null) {
        first.before = exchange;
      }
      first = exchange;
      size++;
    }

    synchronized void remove(FrontExchange exchange) {
      if (exchange.before == null) {
        first = exchange.after;
      } else {
        exchange.before.after = exchange.after;
      }
      if (exchange.after != null) {
        exchange.after.before = exchange.before;
      }
      exchange.before = null;
      exchange.after = null;
      size--;
    }

    synchronized void collect(PluginEntry entry, List<FrontExchange> to) {
      for (FrontExchange exchange = first; exchange != null; exchange = exchange.after) {
        if (exchange.uses(entry)) {
          to.add(exchange);
        }
      }
    }

    synchronized int size() {
      return size;
    }
  }

  /** No exchanges. */
  public LiveExchanges() {
    for (int i = 0; i < STRIPES; i++) {
      stripes[i] = new Stripe();
    }
  }

  void add(FrontExchange exchange) {
    stripes[(int) (Thread.currentThread().getId() % STRIPES)].add(exchange);
  }

  void remove(FrontExchange exchange) {
    exchange.live.remove(exchange);
  }

  /** Exchanges now. */
  public int size() {
    int sum = 0;
    for (Stripe stripe : stripes) {
      sum += stripe.size();
    }
    return sum;
  }

  /** Tells every exchange that uses the plug-in that it is to leave. */
  public void tell(PluginEntry entry) {
    users(entry).forEach(FrontExchange::pluginLeaves);
  }

  /** Aborts every exchange that uses the plug-in; returns how many. */
  public int abort(PluginEntry entry) {
    List<FrontExchange> found = users(entry);
    for (FrontExchange exchange : found) {
      exchange.abort("plugin-left");
    }
    return found.size();
  }

  private List<FrontExchange> users(PluginEntry entry) {
    List<FrontExchange> found = new ArrayList<>();
    for (Stripe stripe : stripes) {
      stripe.collect(entry, found);
    }
    return found;
  }
}
