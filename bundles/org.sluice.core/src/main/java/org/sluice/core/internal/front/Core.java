package org.sluice.core.internal.front;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.osgi.framework.BundleContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.api.engine.Engine;
import org.sluice.core.internal.config.EffectiveOptions;
import org.sluice.core.internal.config.RouteNode;
import org.sluice.core.internal.config.SiteNode;
import org.sluice.core.internal.config.Snapshot;
import org.sluice.core.internal.config.keys.Catalog;
import org.sluice.core.internal.dispatch.Front;
import org.sluice.core.internal.registry.Registry;
import org.sluice.core.internal.status.Explain;
import org.sluice.core.internal.status.StatusTables;

/**
 * Everything of the core, wired. Life: start (own thread: configuration, wait for plug-ins,
 * listeners, ready), drain once, stop. In check mode nothing is opened.
 */
final class Core {
  private static final Logger LOG = LoggerFactory.getLogger(Core.class);
  private static final int WORKERS_PER_PROCESSOR = 16;

  private final boolean checking;
  private final Engine engine;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(Workers.named("sluice-timer-"));
  private final ThreadPoolExecutor workers =
      Workers.create(WORKERS_PER_PROCESSOR * Runtime.getRuntime().availableProcessors());
  private final Registry registry;
  private final Catalog catalog = new Catalog();
  private final Catalogs catalogs;
  private final Front front;
  private final Listeners listeners;
  private final Configuration configuration;
  private final DeployFolder deploy;
  private final LaunchServices launch;
  private final StatusTables tables;
  private final CompletableFuture<List<String>> ready = new CompletableFuture<>();
  private final AtomicBoolean drained = new AtomicBoolean();
  private final Object changed = new Object();
  private volatile boolean listening;
  private volatile boolean stopping;

  Core(BundleContext context, Engine engine) {
    Path base = Path.of(Objects.requireNonNullElse(context.getProperty("sluice.base"), "."));
    checking = "check".equals(context.getProperty("sluice.mode"));
    this.engine = engine;
    registry = new Registry(context, timer);
    catalogs = new Catalogs(context, catalog);
    front = new Front(registry, timer, workers, EffectiveOptions.none(catalog, base));
    launch = new LaunchServices(context);
    listeners = new Listeners(engine, front::accept, timer, launch::addresses);
    deploy = new DeployFolder(base.resolve("deploy"), context);
    configuration =
        new Configuration(context, base, catalog, catalogs, registry, this::apply, checking);
    front.enforcedBy(configuration::enforcedBy);
    Explain explain = new Explain(configuration::snapshot, registry, front);
    tables =
        new StatusTables(
            context,
            configuration::snapshot,
            registry,
            front,
            listeners::states,
            configuration::trouble,
            explain);
    launch.explain(checking ? url -> explainUnstarted(explain, url) : explain::text);
  }

  void start() {
    registry.onChange(this::wake);
    registry.onDeparture(bundle -> configuration.dropViews(bundle));
    catalogs.onChange(this::catalogChanged);
    catalogs.open();
    registry.open();
    tables.open();
    if (checking) {
      launch.check(this::check);
      return;
    }
    launch.drain(this::drain);
    Thread starter = new Thread(this::startListening, "sluice-start");
    starter.setDaemon(true);
    starter.start();
  }

  private List<String> check() throws InterruptedException {
    configuration.prepare();
    awaitPlugins();
    return configuration.check();
  }

  /** {@code sluice explain} without a running front: what one that starts now would do. */
  private String explainUnstarted(Explain explain, String url) {
    try {
      configuration.prepare();
      awaitPlugins();
      configuration.load();
      return explain.text(url);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private void startListening() {
    try {
      configuration.prepare();
      List<String> missing = awaitPlugins();
      if (!missing.isEmpty()) {
        LOG.warn("starting without {}", missing);
      }
      configuration.load();
      List<String> failures;
      synchronized (listeners) {
        listening = true;
        failures = listeners.apply(configuration.snapshot());
      }
      launch.ready(ready);
      if (failures.isEmpty()) {
        ready.complete(listeners.urls());
      } else {
        ready.completeExceptionally(new IllegalStateException(failures.get(0)));
      }
      configuration.watch();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.error("the core cannot start", e);
      launch.ready(ready);
      ready.completeExceptionally(e);
    }
  }

  /**
   * Waits until everything in use is there, at most {@code start.wait}; returns what is missing.
   */
  private List<String> awaitPlugins() throws InterruptedException {
    Duration limit = configuration.snapshot().core().startWait();
    long end = System.nanoTime() + limit.toNanos();
    List<String> missing = missing();
    synchronized (changed) {
      while (!missing.isEmpty() && !stopping && end - System.nanoTime() > 0) {
        // Jars that FileInstall has not seen yet send no event of ours: look again now and then.
        changed.wait(20);
        missing = missing();
      }
    }
    return missing;
  }

  private List<String> missing() {
    Set<String> missing = new TreeSet<>();
    deploy.pending().forEach(jar -> missing.add("deploy/" + jar));
    Set<String> schemes = registry.names("org.sluice.api.handler.Handler");
    Set<String> owners = front.guards();
    for (SiteNode site : configuration.snapshot().sites()) {
      for (RouteNode route : site.routes()) {
        if (route.scheme() != null && !schemes.contains(route.scheme())) {
          missing.add("scheme " + route.scheme());
        }
        for (String guard : route.guards()) {
          if (!owners.contains(guard)) {
            missing.add("guard " + guard);
          }
        }
      }
    }
    return List.copyOf(missing);
  }

  private void catalogChanged() {
    if (stopping) {
      // Bundles leave one after the other: what they take with them is no news.
      return;
    }
    front.refresh();
    configuration.recheck();
    wake();
  }

  private void wake() {
    synchronized (changed) {
      changed.notifyAll();
    }
  }

  /** A new snapshot; on the thread that read it. */
  private void apply(Snapshot snapshot) {
    registry.times(snapshot.core().pluginHold(), snapshot.core().pluginDrain());
    engine.serverField(snapshot.core().serverHeader());
    int threads = snapshot.core().workers();
    if (threads > 0) {
      Workers.resize(workers, threads);
    }
    synchronized (listeners) {
      if (listening && !stopping) {
        listeners.apply(snapshot);
      }
    }
  }

  /** Stops to accept and waits for what is open, once, at most {@code stop.wait}. */
  private void drain() {
    if (!drained.compareAndSet(false, true)) {
      return;
    }
    stopping = true;
    configuration.freeze();
    wake();
    if (configuration.snapshot() == null) {
      return;
    }
    Duration limit = configuration.snapshot().core().stopWait();
    CompletableFuture<Void> all;
    synchronized (listeners) {
      all = listeners.drain();
    }
    registry.leaveAll();
    try {
      all.get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      LOG.warn("{} exchanges outlived stop.wait={}; they are cut", front.live().size(), limit);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      LOG.warn("draining failed: {}", e.getCause().toString());
    }
  }

  void stop() {
    stopping = true;
    if (!checking) {
      drain();
    }
    launch.close();
    configuration.close();
    listeners.close();
    tables.close();
    registry.close();
    catalogs.close();
    workers.shutdown();
    timer.shutdownNow();
  }
}
