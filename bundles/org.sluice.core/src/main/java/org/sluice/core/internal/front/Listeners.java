package org.sluice.core.internal.front;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.api.engine.Dispatcher;
import org.sluice.api.engine.Engine;
import org.sluice.api.engine.Listener;
import org.sluice.api.engine.Transaction;
import org.sluice.core.internal.config.ListenerPlan;
import org.sluice.core.internal.config.SiteNode;
import org.sluice.core.internal.config.SiteTable;
import org.sluice.core.internal.config.Snapshot;
import org.sluice.core.internal.config.read.Problem;
import org.sluice.core.internal.status.ListenerState;

/**
 * The open listeners, kept in step with the configuration. What is new is opened before anything is
 * closed; while it cannot be, the listeners that its sites had stay, and it is tried again. One
 * thread changes them at a time.
 */
final class Listeners {
  private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);
  private static final long FIRST_PAUSE_MILLIS = 1_000;
  private static final long LONGEST_PAUSE_MILLIS = 30_000;

  private static final String RETRIED =
      "; it is tried again, and until then its sites keep the listeners they had, but for those"
          + " that other sites want";

  private final Engine engine;
  private final BiConsumer<Transaction, SiteTable> front;
  private final ScheduledExecutorService timer;
  private final Consumer<List<String>> told;
  private final Map<String, Open> open = new LinkedHashMap<>();

  /** Of the wanted listeners, by key, those that could not be opened. */
  private final Map<String, Problem> failed = new LinkedHashMap<>();

  private Snapshot snapshot;
  private Future<?> retry;
  private long pauseMillis;
  private boolean ended;

  /** An open listener and the sites its requests are for. */
  private static final class Open implements Dispatcher {
    private final BiConsumer<Transaction, SiteTable> front;
    private volatile SiteTable sites;
    private ListenerPlan plan;
    private Listener listener;

    Open(BiConsumer<Transaction, SiteTable> front, ListenerPlan plan, SiteTable sites) {
      this.front = front;
      this.plan = plan;
      this.sites = sites;
    }

    @Override
    public void dispatch(Transaction transaction) {
      front.accept(transaction, sites);
    }
  }

  /**
   * None is open yet.
   *
   * @param front takes each request with the sites of its listener
   * @param timer on which opening is tried again
   * @param told gets the URLs of all that are open after each pass
   */
  Listeners(
      Engine engine,
      BiConsumer<Transaction, SiteTable> front,
      ScheduledExecutorService timer,
      Consumer<List<String>> told) {
    this.told = told;
    this.engine = engine;
    this.front = front;
    this.timer = timer;
  }

  /**
   * Opens, updates and drains listeners so that they are those of the snapshot.
   *
   * @return one message for each that could not be bound
   */
  synchronized List<String> apply(Snapshot wanted) {
    snapshot = wanted;
    pauseMillis = FIRST_PAUSE_MILLIS;
    settle(true);
    return failed.values().stream()
        .map(problem -> problem.toString().substring("error ".length()))
        .toList();
  }

  private synchronized void again() {
    if (!ended) {
      pauseMillis = Math.min(2 * pauseMillis, LONGEST_PAUSE_MILLIS);
      settle(false);
    }
  }

  /**
   * One pass.
   *
   * @param changed whether the configuration did, so that listeners that go may be closed to make
   *     room; a mere repetition must not cost clients anything
   */
  private void settle(boolean changed) {
    Map<String, Problem> before = new LinkedHashMap<>(failed);
    failed.clear();
    Set<String> wanted = new HashSet<>();
    for (ListenerPlan plan : snapshot.listeners()) {
      wanted.add(plan.key());
      apply(plan);
    }
    if (changed) {
      for (ListenerPlan plan : snapshot.listeners()) {
        List<Open> inTheWay = failed.containsKey(plan.key()) ? inTheWay(plan, wanted) : List.of();
        if (!inTheWay.isEmpty()) {
          handOver(plan, inTheWay);
        }
      }
    }
    for (Open each : leaving(wanted)) {
      each.sites = staying(each, failed.keySet());
      if (each.sites.sites().isEmpty()) {
        each.listener.drain();
        closes(each);
      }
    }
    failed.forEach(
        (key, problem) -> {
          if (!problem.equals(before.get(key))) {
            LOG.error("{}", problem);
          }
        });
    planRetry();
    told.accept(urls());
  }

  private void apply(ListenerPlan plan) {
    Open known = open.get(plan.key());
    if (known == null) {
      bind(plan);
      return;
    }
    known.sites = snapshot.table(plan.key());
    if (!known.plan.spec().equals(plan.spec())) {
      known.listener.update(plan.spec());
      known.plan = plan;
    }
  }

  private boolean bind(ListenerPlan plan) {
    Open fresh = new Open(front, plan, snapshot.table(plan.key()));
    try {
      fresh.listener = engine.listen(plan.spec(), fresh);
    } catch (IOException | RuntimeException e) {
      String reason = e instanceof IOException ? e.getMessage() : e.toString();
      failed.put(
          plan.key(),
          new Problem(
              Problem.Severity.ERROR, plan.file(), plan.line(), "listen", plan.key(), reason));
      return false;
    }
    open.put(plan.key(), fresh);
    failed.remove(plan.key());
    LOG.info("listener {} is open", plan.key());
    return true;
  }

  private List<Open> leaving(Set<String> wanted) {
    return open.values().stream().filter(each -> !wanted.contains(each.plan.key())).toList();
  }

  /** Listeners that go, overlap with this one, and are not needed for another that failed. */
  private List<Open> inTheWay(ListenerPlan plan, Set<String> wanted) {
    Set<String> others = new HashSet<>(failed.keySet());
    others.remove(plan.key());
    InetSocketAddress address = plan.spec().address();
    return leaving(wanted).stream()
        .filter(each -> each.listener.address().getPort() == address.getPort())
        .filter(each -> isAny(address) || isAny(each.plan.spec().address()))
        .filter(each -> staying(each, others).sites().isEmpty())
        .toList();
  }

  private static boolean isAny(InetSocketAddress address) {
    return address.isUnresolved() || address.getAddress().isAnyLocalAddress();
  }

  /** The sites of a listener, as they are now, that have one of the failed listeners. */
  private SiteTable staying(Open each, Set<String> failedKeys) {
    Set<SiteNode> homeless = new HashSet<>();
    failedKeys.forEach(key -> homeless.addAll(snapshot.table(key).sites()));
    List<SiteNode> stay = new ArrayList<>();
    for (SiteNode site : each.sites.sites()) {
      SiteNode now = snapshot.site(site.name());
      if (now != null && homeless.contains(now)) {
        stay.add(now);
      }
    }
    return new SiteTable(stay);
  }

  /** Closes listeners that include the wanted one, or are part of it, and opens that one. */
  private void handOver(ListenerPlan plan, List<Open> old) {
    old.forEach(each -> each.listener.drain());
    if (bind(plan)) {
      old.forEach(this::closes);
      return;
    }
    for (Open each : old) {
      try {
        each.listener = engine.listen(each.plan.spec(), each);
      } catch (IOException | RuntimeException e) {
        LOG.error("listener {} cannot be opened again: {}", each.plan.key(), e.getMessage());
        closes(each);
      }
    }
  }

  private void closes(Open each) {
    open.remove(each.plan.key());
    LOG.info("listener {} closes", each.plan.key());
  }

  private void planRetry() {
    if (retry != null) {
      retry.cancel(false);
      retry = null;
    }
    if (!failed.isEmpty() && !ended) {
      retry = timer.schedule(this::again, pauseMillis, TimeUnit.MILLISECONDS);
    }
  }

  /** Address as configured, with the real port, of every open listener. */
  synchronized List<String> urls() {
    List<String> urls = new ArrayList<>();
    for (Open each : open.values()) {
      urls.add("http://" + text(each.listener.address()));
    }
    return urls;
  }

  private static String text(InetSocketAddress address) {
    String host = address.getAddress().getHostAddress();
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
  }

  /** All that are open, and those that could not be opened. */
  synchronized List<ListenerState> states() {
    List<ListenerState> states = new ArrayList<>();
    open.forEach(
        (key, each) ->
            states.add(
                new ListenerState(
                    key,
                    text(each.listener.address()),
                    each.listener.connections(),
                    each.listener.accepted(),
                    null)));
    failed.forEach((key, problem) -> states.add(new ListenerState(key, null, 0, 0, told(problem))));
    return states;
  }

  private static Problem told(Problem p) {
    return new Problem(p.severity(), p.file(), p.line(), p.key(), p.value(), p.message() + RETRIED);
  }

  /** Stops to accept everywhere; completes when the last connection has ended. */
  synchronized CompletableFuture<Void> drain() {
    end();
    CompletableFuture<?>[] all =
        open.values().stream()
            .map(each -> each.listener.drain().toCompletableFuture())
            .toArray(CompletableFuture<?>[]::new);
    return CompletableFuture.allOf(all);
  }

  /** Resets what is left. */
  synchronized void close() {
    end();
    open.values().forEach(each -> each.listener.close());
    open.clear();
  }

  private void end() {
    ended = true;
    planRetry();
  }
}
