package org.sluice.core.internal.registry;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.sluice.api.status.Table;

/**
 * Every plug-in of every kind. One class does the dynamics for all of them: sorted snapshots, use
 * counts, draining, and holding requests for a name that vanished a moment ago.
 */
public final class Registry {
  /** A name that vanished holds at most this many requests; more fail at once. */
  private static final int MAX_HELD = 4096;

  private final Map<String, KindRegistry> kinds = new LinkedHashMap<>();
  private final List<Held> held = new ArrayList<>();
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final List<Consumer<Bundle>> departures = new CopyOnWriteArrayList<>();
  private final ScheduledExecutorService timer;
  private volatile Consumer<PluginEntry> teller = entry -> {};
  private volatile ToIntFunction<PluginEntry> aborter = entry -> 0;
  private volatile long holdNanos = TimeUnit.SECONDS.toNanos(2);
  private volatile long drainNanos = TimeUnit.SECONDS.toNanos(4);
  private volatile KindRegistry handlers;

  /** A request that waits for a name. */
  private record Held(KindRegistry kind, String name, long deadline, Consumer<PluginEntry> then) {}

  /**
   * A registry of all known kinds, closed.
   *
   * @param timer runs the deadlines of held requests
   */
  public Registry(BundleContext context, ScheduledExecutorService timer) {
    this.timer = timer;
    for (Kind kind : Kind.ALL) {
      kinds.put(kind.contract(), new KindRegistry(this, kind, context));
    }
    handlers = kinds.get("org.sluice.api.handler.Handler");
  }

  /** Starts to follow services. */
  public void open() {
    kinds.values().forEach(KindRegistry::open);
  }

  /** Lets every plug-in go. */
  public void close() {
    kinds.values().forEach(KindRegistry::close);
  }

  /** Applies {@code plugin.hold} and {@code plugin.drain}. */
  public void times(Duration hold, Duration drain) {
    holdNanos = hold.toNanos();
    drainNanos = drain.toNanos();
  }

  /**
   * Sets what is done about the exchanges of a plug-in that leaves.
   *
   * @param newTeller tells them, before they are waited for
   * @param newAborter aborts those that still use it then, and tells how many there were
   */
  public void leaving(Consumer<PluginEntry> newTeller, ToIntFunction<PluginEntry> newAborter) {
    teller = newTeller;
    aborter = newAborter;
  }

  /** Calls {@code listener} after every change of any kind, on the thread that made it. */
  public void onChange(Runnable listener) {
    listeners.add(listener);
  }

  /** Calls {@code listener} when a plug-in's bundle may be about to leave. */
  public void onDeparture(Consumer<Bundle> listener) {
    departures.add(listener);
  }

  /** Takes the handler of a scheme for an exchange; null when there is none. */
  public PluginEntry acquireHandler(String scheme) {
    return handlers.table().acquire(scheme);
  }

  /** Takes a plug-in for an exchange; null when there is none. */
  public PluginEntry acquire(String contract, String name) {
    return kind(contract).table().acquire(name);
  }

  /**
   * Takes a plug-in for an exchange that began with its bundle before that was to leave; null when
   * there is none.
   *
   * @param uses whether the exchange uses that bundle
   */
  public PluginEntry acquireFading(String contract, String name, Predicate<Bundle> uses) {
    for (PluginEntry entry : kind(contract).fading().named(name)) {
      if (uses.test(entry.bundle()) && entry.acquire()) {
        return entry;
      }
    }
    return null;
  }

  /** The plug-in that would serve a name, without taking it; null when there is none. */
  public PluginEntry serving(String contract, String name) {
    PluginEntry[] named = kind(contract).table().named(name);
    return named.length == 0 ? null : named[0];
  }

  /** All plug-ins of a kind, those that serve first. */
  public List<PluginEntry> all(String contract) {
    return kind(contract).table().all();
  }

  /** Tells every handler that the front will wait for its exchanges and then end. */
  public void leaveAll() {
    all("org.sluice.api.handler.Handler").forEach(KindRegistry::leave);
  }

  /** Names of a kind that are served now. */
  public Set<String> names(String contract) {
    return Set.copyOf(kind(contract).table().names());
  }

  /** Whether some plug-in that is no hook comes from a bundle of which {@code test} is true. */
  public boolean anyOtherFrom(Predicate<Bundle> test) {
    return kinds.values().stream()
        .filter(kind -> !kind.isHook())
        .flatMap(kind -> kind.table().all().stream())
        .anyMatch(entry -> test.test(entry.bundle()));
  }

  /** Status for a request that needs a name of that kind which nobody serves. */
  public int missingStatus(String contract) {
    return kind(contract).kind().missing();
  }

  /** The kind's word, for messages. */
  public String kindName(String contract) {
    return kind(contract).kind().name();
  }

  /**
   * Waits for a name that vanished less than {@code plugin.hold} ago.
   *
   * @param then called once, on another thread: with the plug-in, taken, or null when it stays away
   * @return false when there is nothing to wait for; {@code then} is not called then
   */
  public boolean hold(String contract, String name, Consumer<PluginEntry> then) {
    KindRegistry kind = kind(contract);
    long nanos = kind.holdNanos(name);
    Held request = new Held(kind, name, System.nanoTime() + nanos, then);
    synchronized (held) {
      if (nanos == 0 || held.size() >= MAX_HELD) {
        return false;
      }
      held.add(request);
    }
    timer.schedule(this::releaseHeld, nanos, TimeUnit.NANOSECONDS);
    // The name may have come back between the caller's look and ours.
    releaseHeld();
    return true;
  }

  private void releaseHeld() {
    List<Runnable> ready = new ArrayList<>();
    synchronized (held) {
      for (Iterator<Held> all = held.iterator(); all.hasNext(); ) {
        Held request = all.next();
        PluginEntry entry = request.kind().table().acquire(request.name());
        if (entry != null || request.deadline() - System.nanoTime() <= 0) {
          all.remove();
          ready.add(() -> request.then().accept(entry));
        }
      }
    }
    ready.forEach(Runnable::run);
  }

  void changed(KindRegistry kind) {
    releaseHeld();
    listeners.forEach(Runnable::run);
  }

  /**
   * A plug-in's service goes. With it goes all that its bundle offers, if that is stopping: its
   * components go one after the other, and while one is waited for, new exchanges would begin with
   * those that come next, so that there was no end.
   */
  void leaves(PluginEntry entry) {
    Bundle bundle = entry.bundle();
    boolean all = bundle.getState() == Bundle.STOPPING;
    List<PluginEntry> gone = new ArrayList<>();
    for (KindRegistry kind : kinds.values()) {
      // Each kind at once: of hooks that guard together one would be missed by the others.
      List<PluginEntry> those =
          kind.withdraw(each -> all ? each.bundle() == bundle : each == entry);
      if (!those.isEmpty()) {
        gone.addAll(those);
        changed(kind);
      }
    }
    // When no table has them any more: who starts over must not come to them again.
    gone.forEach(KindRegistry::leave);
    gone.forEach(teller);
  }

  void forget(Bundle bundle) {
    departures.forEach(listener -> listener.accept(bundle));
  }

  int abortUsers(PluginEntry entry) {
    return aborter.applyAsInt(entry);
  }

  /** {@code plugin.hold}. */
  public long holdNanos() {
    return holdNanos;
  }

  long drainNanos() {
    return drainNanos;
  }

  private KindRegistry kind(String contract) {
    KindRegistry kind = kinds.get(contract);
    if (kind == null) {
      throw new IllegalArgumentException(
          contract + " is no kind of plug-in; known: " + kinds.keySet());
    }
    return kind;
  }

  /**
   * The status snapshot: every plug-in, its bundle, ranking, use and last error, and the refused
   * ones.
   */
  public Table table() {
    List<List<Object>> rows = new ArrayList<>();
    for (KindRegistry kind : kinds.values()) {
      PluginTable table = kind.table();
      for (PluginEntry entry : table.all()) {
        rows.add(row(kind, table, entry));
      }
      for (RefusedPlugin plugin : kind.refused()) {
        rows.add(
            List.of(
                plugin.kind(),
                plugin.names(),
                "refused",
                0,
                plugin.origin(),
                0,
                0L,
                0L,
                plugin.reason()));
      }
    }
    return new Table(
        List.of(
            "kind",
            "name",
            "state",
            "ranking",
            "bundle",
            "in-use",
            "calls",
            "errors",
            "last-error"),
        rows);
  }

  private static List<Object> row(KindRegistry kind, PluginTable table, PluginEntry entry) {
    boolean serves =
        kind.isHook() || entry.names().stream().anyMatch(name -> table.named(name)[0] == entry);
    String names = String.join(",", entry.names());
    return List.of(
        kind.kind().name(),
        kind.isHook() ? names + ":" + HookTraits.name(entry) : names,
        serves ? "serves" : "outranked",
        entry.ranking(),
        entry.origin(),
        entry.inUse(),
        entry.calls(),
        entry.failures(),
        entry.lastError());
  }
}
