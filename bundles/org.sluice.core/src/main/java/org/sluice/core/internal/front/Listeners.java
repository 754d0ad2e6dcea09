package org.sluice.core.internal.front;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.api.engine.Dispatcher;
import org.sluice.api.engine.Engine;
import org.sluice.api.engine.Listener;
import org.sluice.api.engine.Transaction;
import org.sluice.core.internal.config.ListenerPlan;
import org.sluice.core.internal.config.SiteTable;
import org.sluice.core.internal.config.Snapshot;
import org.sluice.core.internal.dispatch.Front;

/** The open listeners, kept in step with the configuration. One thread changes them at a time. */
final class Listeners {
  private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

  private final Engine engine;
  private final Front front;
  private final Map<String, Open> open = new LinkedHashMap<>();

  /** An open listener and the sites its requests are for. */
  private static final class Open implements Dispatcher {
    private final Front front;
    private volatile SiteTable sites;
    private ListenerPlan plan;
    private Listener listener;

    Open(Front front, ListenerPlan plan, SiteTable sites) {
      this.front = front;
      this.plan = plan;
      this.sites = sites;
    }

    @Override
    public void dispatch(Transaction transaction) {
      front.accept(transaction, sites);
    }
  }

  Listeners(Engine engine, Front front) {
    this.engine = engine;
    this.front = front;
  }

  /**
   * Opens, updates and drains listeners so that they are those of the snapshot.
   *
   * @return one message for each that could not be bound
   */
  synchronized List<String> apply(Snapshot snapshot) {
    List<String> failures = new ArrayList<>();
    Set<String> wanted = new HashSet<>();
    // First those that go, so that an address can be taken over in one change.
    snapshot.listeners().forEach(plan -> wanted.add(plan.key()));
    for (Iterator<Map.Entry<String, Open>> all = open.entrySet().iterator(); all.hasNext(); ) {
      Map.Entry<String, Open> entry = all.next();
      if (!wanted.contains(entry.getKey())) {
        all.remove();
        entry.getValue().listener.drain();
        LOG.info("listener {} closes", entry.getKey());
      }
    }
    for (ListenerPlan plan : snapshot.listeners()) {
      apply(plan, snapshot.table(plan.key()), failures);
    }
    return failures;
  }

  private void apply(ListenerPlan plan, SiteTable sites, List<String> failures) {
    Open known = open.get(plan.key());
    if (known != null) {
      known.sites = sites;
      if (!known.plan.spec().equals(plan.spec())) {
        known.listener.update(plan.spec());
        known.plan = plan;
      }
      return;
    }
    Open fresh = new Open(front, plan, sites);
    try {
      fresh.listener = engine.listen(plan.spec(), fresh);
      open.put(plan.key(), fresh);
      LOG.info("listener {} is open", plan.key());
    } catch (IOException e) {
      String message = plan.origin() + " listen=" + plan.key() + ": " + e.getMessage();
      LOG.error("{}", message);
      failures.add(message);
    }
  }

  /** Address as configured, with the real port, of every open listener. */
  synchronized List<String> urls() {
    List<String> urls = new ArrayList<>();
    for (Open each : open.values()) {
      String host = each.listener.address().getAddress().getHostAddress();
      int port = each.listener.address().getPort();
      urls.add("http://" + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port);
    }
    return urls;
  }

  /** Connections now and accepted so far, by listener. */
  synchronized Map<String, long[]> counts() {
    Map<String, long[]> counts = new HashMap<>();
    open.forEach(
        (key, each) ->
            counts.put(key, new long[] {each.listener.connections(), each.listener.accepted()}));
    return counts;
  }

  /** Stops to accept everywhere; completes when the last connection has ended. */
  synchronized CompletableFuture<Void> drain() {
    CompletableFuture<?>[] all =
        open.values().stream()
            .map(each -> each.listener.drain().toCompletableFuture())
            .toArray(CompletableFuture<?>[]::new);
    return CompletableFuture.allOf(all);
  }

  /** Resets what is left. */
  synchronized void close() {
    open.values().forEach(each -> each.listener.close());
    open.clear();
  }
}
