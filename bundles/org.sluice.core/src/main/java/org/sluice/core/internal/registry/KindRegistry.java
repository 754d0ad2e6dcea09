package org.sluice.core.internal.registry;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.util.tracker.ServiceTracker;
import org.osgi.util.tracker.ServiceTrackerCustomizer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.api.handler.Handler;

/**
 * The plug-ins of one kind: follows their services, keeps the sorted table, and lets a plug-in go
 * only when no exchange uses it. Bind, update and unbind run on the thread that changes the
 * service; requests only read the table.
 */
final class KindRegistry implements ServiceTrackerCustomizer<Object, PluginEntry> {
  private static final Logger LOG = LoggerFactory.getLogger(KindRegistry.class);

  private final Registry registry;
  private final Kind kind;
  private final BundleContext context;
  private final ServiceTracker<Object, PluginEntry> tracker;
  private final Map<ServiceReference<?>, PluginEntry> entries = new HashMap<>();
  private final Map<ServiceReference<?>, RefusedPlugin> refused = new HashMap<>();
  private final Map<String, Long> vanished = new HashMap<>();
  private volatile PluginTable table = PluginTable.EMPTY;

  /** Those whose bundle stops, and who have not left yet: for exchanges that use it already. */
  private volatile PluginTable fading = PluginTable.EMPTY;

  KindRegistry(Registry registry, Kind kind, BundleContext context) {
    this.registry = registry;
    this.kind = kind;
    this.context = context;
    this.tracker = new ServiceTracker<>(context, kind.contract(), this);
  }

  void open() {
    // All services, also those whose class space differs from ours: contracts are named, not
    // imported.
    tracker.open(true);
  }

  void close() {
    tracker.close();
  }

  Kind kind() {
    return kind;
  }

  PluginTable table() {
    return table;
  }

  PluginTable fading() {
    return fading;
  }

  /** Nanoseconds for which a request may still wait for {@code name}; 0 when it must not wait. */
  long holdNanos(String name) {
    synchronized (entries) {
      Long since = vanished.get(name);
      long left = since == null ? 0 : registry.holdNanos() - (System.nanoTime() - since);
      if (left <= 0) {
        vanished.remove(name);
      }
      return Math.max(0, left);
    }
  }

  List<RefusedPlugin> refused() {
    synchronized (entries) {
      // A tracker says nothing when a service leaves that it never took.
      refused.keySet().removeIf(reference -> reference.getBundle() == null);
      return new ArrayList<>(refused.values());
    }
  }

  @Override
  public PluginEntry addingService(ServiceReference<Object> reference) {
    String reason = refusal(reference);
    Object service = null;
    if (reason == null) {
      try {
        service = context.getService(reference);
        reason = service == null ? "its component could not be activated" : null;
      } catch (RuntimeException | LinkageError e) {
        reason = "its component failed: " + e;
      }
    }
    if (reason != null) {
      refuse(reference, reason);
      return null;
    }
    PluginEntry entry = new PluginEntry(kind, reference, service);
    synchronized (entries) {
      refused.remove(reference);
      entries.put(reference, entry);
      rebuild();
    }
    announce(entry);
    registry.changed(this);
    return entry;
  }

  private String refusal(ServiceReference<Object> reference) {
    if (PluginKey.names(reference.getProperty(kind.property())).isEmpty()) {
      return "the service property " + kind.property() + " is missing or empty";
    }
    if (!reference.isAssignableTo(context.getBundle(), kind.contract())) {
      return "it uses another version of the package of " + kind.contract();
    }
    return isHook() ? HookTraits.refusal(reference) : null;
  }

  /** Hooks share their names, which are phases, instead of competing for them. */
  boolean isHook() {
    return "hook".equals(kind.name());
  }

  private void refuse(ServiceReference<?> reference, String reason) {
    RefusedPlugin plugin = RefusedPlugin.of(kind, reference, reason);
    LOG.error("{} of {} is refused: {}", kind.name(), plugin.origin(), reason);
    synchronized (entries) {
      refused.put(reference, plugin);
    }
  }

  @Override
  public void modifiedService(ServiceReference<Object> reference, PluginEntry entry) {
    synchronized (entries) {
      entry.update();
      rebuild();
    }
    announce(entry);
    registry.changed(this);
  }

  @Override
  public void removedService(ServiceReference<Object> reference, PluginEntry entry) {
    registry.leaves(entry);
    synchronized (entries) {
      entries.remove(reference);
      rebuild();
    }
    entry.close();
    drain(entry);
    registry.forget(entry.bundle());
    context.ungetService(reference);
  }

  /** Takes those that leave out of the table; gives those that were still in it. */
  List<PluginEntry> withdraw(Predicate<PluginEntry> leaves) {
    List<PluginEntry> withdrawn = new ArrayList<>();
    synchronized (entries) {
      for (PluginEntry entry : entries.values()) {
        if (leaves.test(entry) && entry.withdraw(System.nanoTime())) {
          withdrawn.add(entry);
        }
      }
      if (!withdrawn.isEmpty()) {
        rebuild();
      }
    }
    return withdrawn;
  }

  /** Tells a handler that its exchanges will be waited for. */
  static void leave(PluginEntry entry) {
    if (entry.service() instanceof Handler handler) {
      try {
        handler.leave();
      } catch (RuntimeException | LinkageError e) {
        entry.failed(e);
        LOG.warn("{} failed when it was to leave", entry.origin(), e);
      }
    }
  }

  /** Waits outside any lock; a caller inside an exchange of the plug-in would wait for itself. */
  private void drain(PluginEntry entry) {
    if (Inside.isInside(entry)) {
      return;
    }
    try {
      // Counted from when its bundle began to leave: each of its plug-ins would have as long again.
      if (!entry.awaitUnused(registry.drainNanos() - entry.leavingNanos(System.nanoTime()))) {
        int aborted = registry.abortUsers(entry);
        LOG.warn(
            "{} {} of {} left while {} exchanges used it; they were aborted after {} ms",
            kind.name(),
            entry.names(),
            entry.origin(),
            aborted,
            TimeUnit.NANOSECONDS.toMillis(registry.drainNanos()));
        entry.awaitUnused(TimeUnit.MILLISECONDS.toNanos(500));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Under the lock: publishes the new table and notes names that nobody serves any more. */
  private void rebuild() {
    PluginTable before = table;
    PluginTable after = new PluginTable(those(false));
    for (String name : before.names()) {
      if (after.named(name).length == 0) {
        vanished.put(name, System.nanoTime());
      }
    }
    table = after;
    fading = new PluginTable(those(true));
  }

  private List<PluginEntry> those(boolean withdrawn) {
    List<PluginEntry> those = new ArrayList<>(entries.size());
    for (PluginEntry entry : entries.values()) {
      if (entry.isWithdrawn() == withdrawn) {
        those.add(entry);
      }
    }
    return those;
  }

  private void announce(PluginEntry entry) {
    for (String name : entry.names()) {
      PluginEntry[] all = table.named(name);
      if (all.length > 1 && !isHook()) {
        LOG.info(
            "{} '{}' is offered {} times; {} serves (ranking {})",
            kind.name(),
            name,
            all.length,
            all[0].origin(),
            all[0].ranking());
      }
    }
  }
}
