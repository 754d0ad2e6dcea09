package org.sluice.core.internal.status;

import java.util.ArrayList;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.function.Supplier;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.sluice.api.status.StatusSource;
import org.sluice.api.status.Table;
import org.sluice.core.internal.config.ListenerPlan;
import org.sluice.core.internal.config.RouteNode;
import org.sluice.core.internal.config.SiteNode;
import org.sluice.core.internal.config.Snapshot;
import org.sluice.core.internal.config.read.Problem;
import org.sluice.core.internal.dispatch.Front;
import org.sluice.core.internal.registry.Registry;

/**
 * The core's part of the status snapshot: {@code status}, {@code sites}, {@code routes}, {@code
 * plugins}.
 */
public final class StatusTables {
  private final BundleContext context;
  private final Supplier<Snapshot> snapshot;
  private final Registry registry;
  private final Front front;
  private final Supplier<List<ListenerState>> listeners;
  private final Supplier<List<Problem>> troubles;
  private final Explain explain;
  private final List<ServiceRegistration<StatusSource>> registrations = new ArrayList<>();

  /**
   * Publishes nothing before {@link #open()}.
   *
   * @param troubles what is wrong beside the problems of the snapshot
   */
  public StatusTables(
      BundleContext context,
      Supplier<Snapshot> snapshot,
      Registry registry,
      Front front,
      Supplier<List<ListenerState>> listeners,
      Supplier<List<Problem>> troubles,
      Explain explain) {
    this.context = context;
    this.snapshot = snapshot;
    this.registry = registry;
    this.front = front;
    this.listeners = listeners;
    this.troubles = troubles;
    this.explain = explain;
  }

  /** Publishes the tables. */
  public void open() {
    publish("status", arguments -> status());
    publish("sites", arguments -> sites());
    publish("routes", arguments -> routes());
    publish("plugins", arguments -> registry.table());
    publish("explain", explain::table);
  }

  /** Takes them away. */
  public void close() {
    registrations.forEach(ServiceRegistration::unregister);
    registrations.clear();
  }

  private void publish(String name, StatusSource source) {
    Dictionary<String, Object> properties = new Hashtable<>();
    properties.put("sluice.status", name);
    registrations.add(context.registerService(StatusSource.class, source, properties));
  }

  private Table status() {
    Snapshot now = snapshot.get();
    List<List<Object>> rows = new ArrayList<>();
    rows.add(List.of("version", String.valueOf(context.getProperty("sluice.version"))));
    rows.add(List.of("java", Runtime.version().toString()));
    String started = context.getProperty("sluice.started");
    if (started != null) {
      rows.add(List.of("uptime-s", (System.currentTimeMillis() - Long.parseLong(started)) / 1000));
    }
    rows.add(List.of("base", String.valueOf(context.getProperty("sluice.base"))));
    List<Problem> problems = new ArrayList<>(now.problems());
    problems.addAll(troubles.get());
    for (ListenerState each : listeners.get()) {
      if (each.problem() == null) {
        rows.add(List.of("listener " + each.key(), counts(each)));
      } else {
        problems.add(each.problem());
      }
    }
    rows.add(List.of("requests", front.requests()));
    rows.add(List.of("errors", front.failures()));
    rows.add(List.of("exchanges", front.live().size()));
    rows.add(List.of("sites", now.sites().size()));
    rows.add(List.of("configuration", "generation " + now.generation()));
    problems.sort(null);
    for (Problem problem : problems) {
      rows.add(List.of("problem", problem.toString()));
    }
    return new Table(List.of("item", "value"), rows);
  }

  private static String counts(ListenerState each) {
    String text = each.connections() + " open, " + each.accepted() + " accepted";
    // Which port the kernel chose, the configuration does not say.
    return each.key().endsWith(":0") ? text + ", bound to " + each.address() : text;
  }

  private Table sites() {
    List<List<Object>> rows = new ArrayList<>();
    Snapshot now = snapshot.get();
    for (SiteNode site : now.sites()) {
      rows.add(
          List.of(
              site.name(),
              site.hosts().isEmpty() ? "(default)" : String.join(",", site.hosts()),
              listeners(now, site),
              site.root().toString(),
              site.routes().size(),
              site.unavailable() == null ? serves(now, site) : site.unavailable(),
              site.origin()));
    }
    return new Table(List.of("site", "hosts", "listen", "root", "routes", "state", "file"), rows);
  }

  private String serves(Snapshot now, SiteNode site) {
    List<String> closed = new ArrayList<>();
    for (ListenerState each : listeners.get()) {
      if (each.problem() != null && now.table(each.key()).sites().contains(site)) {
        closed.add(each.key());
      }
    }
    return closed.isEmpty() ? "serves" : "cannot be reached at " + String.join(", ", closed);
  }

  private static String listeners(Snapshot now, SiteNode site) {
    List<String> keys = new ArrayList<>();
    for (ListenerPlan plan : now.listeners()) {
      if (now.table(plan.key()).sites().contains(site)) {
        keys.add(plan.key());
      }
    }
    return String.join(",", keys);
  }

  private Table routes() {
    List<List<Object>> rows = new ArrayList<>();
    for (SiteNode site : snapshot.get().sites()) {
      for (RouteNode route : site.routes()) {
        rows.add(
            List.of(
                route.name(),
                site.name(),
                route.path(),
                route.pattern() == null ? "" : route.pattern(),
                target(route),
                state(route),
                route.origin()));
      }
    }
    return new Table(List.of("route", "site", "path", "match", "target", "state", "file"), rows);
  }

  private static String target(RouteNode route) {
    return route.excluded() ? "!" : route.target() == null ? "-" : route.target().toString();
  }

  private static String state(RouteNode route) {
    if (route.unavailable() != null) {
      return route.unavailable();
    }
    return route.excluded() ? "excluded" : "serves";
  }
}
