package org.sluice.core.internal.front;

import java.io.IOException;
import java.io.InputStream;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.util.tracker.BundleTracker;
import org.osgi.util.tracker.BundleTrackerCustomizer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.core.internal.config.keys.Catalog;

/**
 * Feeds the catalog of keys from the Metatype resources of bundles as they are resolved and leave;
 * none of their code runs for that.
 */
final class Catalogs implements BundleTrackerCustomizer<String> {
  private static final Logger LOG = LoggerFactory.getLogger(Catalogs.class);
  private static final String FOLDER = "OSGI-INF/metatype";

  private final Catalog catalog;
  private final BundleTracker<String> tracker;
  private final Map<String, Set<String>> hooks = new ConcurrentHashMap<>();
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

  Catalogs(BundleContext context, Catalog catalog) {
    this.catalog = catalog;
    int states = Bundle.RESOLVED | Bundle.STARTING | Bundle.ACTIVE | Bundle.STOPPING;
    this.tracker = new BundleTracker<>(context, states, this);
  }

  void open() {
    tracker.open();
  }

  void close() {
    tracker.close();
  }

  void onChange(Runnable listener) {
    listeners.add(listener);
  }

  /** One bundle of one version, as the catalog knows it. */
  static String id(Bundle bundle) {
    return bundle.getSymbolicName() + "/" + bundle.getVersion();
  }

  /**
   * Components of a bundle, by {@link #id}, that will be hooks; of bundles that declare options.
   */
  Set<String> hooks(String id) {
    return hooks.getOrDefault(id, Set.of());
  }

  @Override
  public String addingBundle(Bundle bundle, BundleEvent event) {
    Enumeration<String> paths = bundle.getEntryPaths(FOLDER);
    if (paths == null) {
      return null;
    }
    hooks.put(id(bundle), AnnouncedHooks.of(bundle));
    while (paths.hasMoreElements()) {
      String path = paths.nextElement();
      if (path.endsWith(".xml")) {
        read(bundle, path);
      }
    }
    listeners.forEach(Runnable::run);
    return id(bundle);
  }

  private void read(Bundle bundle, String path) {
    try (InputStream xml = bundle.getEntry(path).openStream()) {
      catalog.add(id(bundle), xml).forEach(line -> LOG.error("{}", line));
    } catch (IOException e) {
      LOG.error("{}: {} cannot be read: {}", id(bundle), path, e.getMessage());
    }
  }

  @Override
  public void modifiedBundle(Bundle bundle, BundleEvent event, String id) {
    // Resources do not change without the bundle leaving the tracked states.
  }

  @Override
  public void removedBundle(Bundle bundle, BundleEvent event, String id) {
    catalog.remove(id);
    hooks.remove(id);
    listeners.forEach(Runnable::run);
  }
}
