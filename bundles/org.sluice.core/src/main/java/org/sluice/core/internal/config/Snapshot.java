package org.sluice.core.internal.config;

import java.util.List;
import java.util.Map;
import org.osgi.framework.Bundle;
import org.sluice.core.internal.config.read.Problem;

/** The whole configuration at one moment. Immutable; any thread. */
public final class Snapshot {
  private final long generation;
  private final CoreSettings core;
  private final List<ListenerPlan> listeners;
  private final Map<String, SiteTable> tables;
  private final List<SiteNode> sites;
  private final List<Problem> problems;

  /** Built by {@link org.sluice.core.internal.config.load.Loader}. */
  public Snapshot(
      long generation,
      CoreSettings core,
      List<ListenerPlan> listeners,
      Map<String, SiteTable> tables,
      List<SiteNode> sites,
      List<Problem> problems) {
    this.generation = generation;
    this.core = core;
    this.listeners = List.copyOf(listeners);
    this.tables = Map.copyOf(tables);
    this.sites = List.copyOf(sites);
    this.problems = List.copyOf(problems);
  }

  /** Counts the snapshots of a run, from 1. */
  public long generation() {
    return generation;
  }

  /** Listeners that should be open, in the order of their keys. */
  public List<ListenerPlan> listeners() {
    return listeners;
  }

  /** The sites of a listener; an empty table if no site asks for it. Never null. */
  public SiteTable table(String listenerKey) {
    return tables.getOrDefault(listenerKey, SiteTable.EMPTY);
  }

  /** All sites in the order of their names. */
  public List<SiteNode> sites() {
    return sites;
  }

  /** The site of a name, or null. */
  public SiteNode site(String name) {
    for (SiteNode site : sites) {
      if (site.name().equals(name)) {
        return site;
      }
    }
    return null;
  }

  /** What is wrong or doubtful, in the order of files and lines. */
  public List<Problem> problems() {
    return problems;
  }

  /** The core's own settings. */
  public CoreSettings core() {
    return core;
  }

  /**
   * Forgets what a bundle keeps in options, so that its class loader can go. Called when the bundle
   * has stopped and again when it is unresolved.
   *
   * @param bundle null forgets the views of all
   */
  public void dropViews(Bundle bundle) {
    for (SiteNode site : sites) {
      site.info().options().dropViews(bundle);
      site.routes().forEach(route -> route.options().dropViews(bundle));
    }
  }
}
