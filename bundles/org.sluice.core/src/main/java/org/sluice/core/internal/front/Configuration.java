package org.sluice.core.internal.front;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.util.tracker.ServiceTracker;
import org.osgi.util.tracker.ServiceTrackerCustomizer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.core.internal.config.Snapshot;
import org.sluice.core.internal.config.keys.Catalog;
import org.sluice.core.internal.config.load.Checker;
import org.sluice.core.internal.config.load.LastGood;
import org.sluice.core.internal.config.load.Loader;
import org.sluice.core.internal.config.load.Mirror;
import org.sluice.core.internal.config.load.Result;
import org.sluice.core.internal.config.load.Watcher;
import org.sluice.core.internal.config.read.CfgFile;
import org.sluice.core.internal.config.read.Problem;
import org.sluice.core.internal.config.rules.Known;
import org.sluice.core.internal.registry.PluginEntry;
import org.sluice.core.internal.registry.Registry;

/**
 * The configuration in effect: read, watched, read again, and passed on as one snapshot each time.
 */
final class Configuration implements ServiceTrackerCustomizer<ConfigurationAdmin, Mirror> {
  private static final Logger LOG = LoggerFactory.getLogger(Configuration.class);

  private static final Duration QUIET = Duration.ofMillis(300);

  private final BundleContext context;
  private final Path base;
  private final Catalog catalog;
  private final Catalogs catalogs;
  private final Registry registry;
  private final Consumer<Snapshot> apply;
  private final Loader loader;
  private final LastGood lastGood;
  private final boolean checking;
  private final Watcher watcher;
  private final ServiceTracker<ConfigurationAdmin, Mirror> mirrors;
  private final Set<String> reported = new HashSet<>();
  private List<CfgFile> files = List.of();
  private boolean watching;
  private volatile boolean frozen;
  private volatile Snapshot snapshot;
  private volatile Problem trouble;

  /**
   * Nothing is read yet.
   *
   * @param checking whether this is {@code sluice check}, which says everything once, at the end,
   *     and leaves the states that a running front keeps alone
   */
  Configuration(
      BundleContext context,
      Path base,
      Catalog catalog,
      Catalogs catalogs,
      Registry registry,
      Consumer<Snapshot> apply,
      boolean checking) {
    this.context = context;
    this.base = base;
    this.catalog = catalog;
    this.catalogs = catalogs;
    this.registry = registry;
    this.apply = apply;
    this.loader = new Loader(base, catalog);
    this.checking = checking;
    this.lastGood = checking ? LastGood.none() : LastGood.in(base.resolve("run/last-good"));
    this.watcher = new Watcher(base.resolve("etc"), QUIET, this::reload);
    this.mirrors = new ServiceTracker<>(context, ConfigurationAdmin.class, this);
    mirrors.open();
  }

  /** The snapshot in effect; null before the first {@link #load()}. */
  Snapshot snapshot() {
    return snapshot;
  }

  /**
   * Reads the folder a first time, to know what is in use; nothing is said about it, because
   * plug-ins are still arriving.
   */
  synchronized void prepare() {
    apply(loader.load(known(), LastGood.none(), null));
  }

  /** Reads the folder, reports what is wrong and puts the result into effect. */
  synchronized void load() {
    Result result = loader.load(known(), lastGood, snapshot);
    if (!checking) {
      report(result.problems());
    }
    apply(result);
    trouble = null;
  }

  /**
   * Reads again. What nobody expected is a problem like others: what is in effect stays, and the
   * next change is read as if nothing had been.
   */
  private synchronized void reload() {
    try {
      load();
    } catch (RuntimeException | LinkageError | StackOverflowError e) {
      trouble =
          new Problem(
              Problem.Severity.ERROR,
              "etc/",
              0,
              null,
              null,
              "a change could not be put into effect ("
                  + e
                  + "); what was in effect before stays, and the next change is read again");
      LOG.error("{}", trouble, e);
    }
  }

  /** What is wrong beside the problems of the snapshot. */
  List<Problem> trouble() {
    Problem now = trouble;
    return now == null ? List.of() : List.of(now);
  }

  private void apply(Result result) {
    files = result.files();
    show();
    apply.accept(result.snapshot());
    snapshot = result.snapshot();
  }

  private void show() {
    List<CfgFile> shown = shown();
    for (Mirror mirror : mirrors.getTracked().values()) {
      mirror.show(shown);
    }
  }

  /**
   * What Configuration Admin shows: until the front serves only what plug-ins may wait for, because
   * each file costs a start milliseconds there.
   */
  private List<CfgFile> shown() {
    return watching
        ? files
        : files.stream().filter(file -> file.name().kind().isForPlugin()).toList();
  }

  /** Reads again whenever the folder has changed and is quiet. */
  synchronized void watch() {
    watching = true;
    show();
    watcher.start();
  }

  /**
   * Reads again because the keys of a bundle came or went; at once, so that the bundle's code,
   * which runs next, finds its options.
   */
  synchronized void recheck() {
    if (watching && !frozen) {
      reload();
    }
  }

  /**
   * What is in effect stays: bundles that leave because the front ends must not make bad files look
   * good, nor good ones bad.
   */
  void freeze() {
    // Not under the lock: a change that is being read may take its time.
    frozen = true;
    watcher.close();
  }

  void close() {
    freeze();
    mirrors.close();
  }

  @Override
  public Mirror addingService(ServiceReference<ConfigurationAdmin> reference) {
    Mirror mirror = new Mirror(context.getService(reference));
    synchronized (this) {
      mirror.show(shown());
    }
    return mirror;
  }

  @Override
  public void modifiedService(ServiceReference<ConfigurationAdmin> reference, Mirror mirror) {
    // Its properties do not matter.
  }

  @Override
  public void removedService(ServiceReference<ConfigurationAdmin> reference, Mirror mirror) {
    context.ungetService(reference);
  }

  /** Each problem is logged when it appears, not every time the folder is read. */
  private void report(List<Problem> problems) {
    Set<String> now = new HashSet<>();
    for (Problem problem : problems) {
      String line = problem.toString();
      now.add(line);
      if (!reported.contains(line)) {
        if (problem.isError()) {
          LOG.error("{}", line);
        } else {
          LOG.warn("{}", line);
        }
      }
    }
    reported.clear();
    reported.addAll(now);
  }

  private Known known() {
    return new PresentPlugins(context, registry);
  }

  /** Every problem of the folder as it is, without effect. */
  List<String> check() {
    return Checker.check(base, catalog, known());
  }

  /**
   * Names of plug-ins of which options are declared by a bundle that is whole: it offers some
   * service, and each hook that its components announce is among {@code hooks}. A bundle that
   * starts or stops has some hooks and not others for a moment, and its guards must not count then.
   */
  Set<String> enforcedBy(List<PluginEntry> hooks) {
    Set<String> enforced = new HashSet<>();
    catalog
        .pluginsByBundle()
        .forEach(
            (bundle, plugins) -> {
              if (isWhole(bundle, hooks)) {
                enforced.addAll(plugins);
              }
            });
    return enforced;
  }

  private boolean isWhole(String bundle, List<PluginEntry> hooks) {
    Set<String> missing = new HashSet<>(catalogs.hooks(bundle));
    boolean any = !missing.isEmpty();
    for (PluginEntry hook : hooks) {
      if (bundle.equals(Catalogs.id(hook.bundle()))) {
        any = true;
        missing.remove(String.valueOf(hook.property("component.name")));
      }
    }
    return missing.isEmpty() && (any || registry.anyOtherFrom(b -> bundle.equals(Catalogs.id(b))));
  }

  void dropViews(Bundle bundle) {
    Snapshot now = snapshot;
    if (now != null) {
      now.dropViews(bundle);
    }
  }
}
