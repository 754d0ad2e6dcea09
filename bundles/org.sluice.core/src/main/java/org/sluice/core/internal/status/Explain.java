package org.sluice.core.internal.status;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.sluice.api.hook.Phase;
import org.sluice.api.http.HandlerException;
import org.sluice.api.status.Table;
import org.sluice.core.internal.config.EffectiveOptions;
import org.sluice.core.internal.config.ListenerPlan;
import org.sluice.core.internal.config.RouteMatch;
import org.sluice.core.internal.config.RouteNode;
import org.sluice.core.internal.config.SiteNode;
import org.sluice.core.internal.config.Snapshot;
import org.sluice.core.internal.dispatch.Front;
import org.sluice.core.internal.dispatch.RequestPath;
import org.sluice.core.internal.registry.HookTraits;
import org.sluice.core.internal.registry.PluginEntry;
import org.sluice.core.internal.registry.Registry;

/**
 * {@code explain URL}: which site and route a request would meet, each option with the file it came
 * from, and which plug-ins of which bundles would serve. Asks the same tables as a request.
 */
public final class Explain {
  private static final String HANDLER = "org.sluice.api.handler.Handler";
  private static final String FLUSHER = "org.sluice.handoff.api.Flusher";
  private static final String DIALECT = "org.sluice.handoff.api.Dialect";

  private final Supplier<Snapshot> snapshot;
  private final Registry registry;
  private final Front front;

  /** Explains by the snapshot of the moment. */
  public Explain(Supplier<Snapshot> snapshot, Registry registry, Front front) {
    this.snapshot = snapshot;
    this.registry = registry;
    this.front = front;
  }

  /** The explanation as aligned lines; an unusable URL gives one line that says so. */
  public String text(String url) {
    StringBuilder out = new StringBuilder();
    try {
      for (List<Object> row : table(List.of(url)).rows()) {
        out.append(String.format(Locale.ROOT, "%-28s %s", row.get(0), row.get(1)));
        if (!row.get(2).equals("")) {
          out.append("  (").append(row.get(2)).append(')');
        }
        out.append('\n');
      }
    } catch (IllegalArgumentException e) {
      out.append(e.getMessage()).append('\n');
    }
    return out.toString();
  }

  /** The explanation: what, value, origin. */
  public Table table(List<String> arguments) {
    if (arguments.size() != 1) {
      throw new IllegalArgumentException("usage: explain URL, for example http://127.0.0.1:8080/x");
    }
    List<List<Object>> rows = new ArrayList<>();
    explain(URI.create(arguments.get(0)), rows);
    return new Table(List.of("what", "value", "origin"), rows);
  }

  private void explain(URI url, List<List<Object>> rows) {
    if (url.getHost() == null || !"http".equalsIgnoreCase(url.getScheme())) {
      throw new IllegalArgumentException(
          "a URL looks like http://HOST[:PORT]/PATH; this is " + url);
    }
    Snapshot now = snapshot.get();
    ListenerPlan listener = listener(now, url);
    if (listener == null) {
      rows.add(List.of("listener", "none on port " + port(url), ""));
      return;
    }
    rows.add(List.of("listener", listener.key(), listener.origin()));
    SiteNode site = now.table(listener.key()).find(url.getHost());
    if (site == null) {
      rows.add(List.of("site", "none has host " + url.getHost() + ": 404", ""));
      return;
    }
    rows.add(List.of("site", site.name(), site.origin()));
    if (site.unavailable() != null) {
      rows.add(List.of("answer", "503: " + site.unavailable(), ""));
      return;
    }
    try {
      String raw = url.getRawPath();
      String path = RequestPath.decode(raw == null || raw.isEmpty() ? "/" : raw);
      rows.add(List.of("path", path, ""));
      route(site, site.match(path), rows);
    } catch (HandlerException e) {
      rows.add(List.of("answer", e.status() + ": " + e.getMessage(), ""));
    }
  }

  private static int port(URI url) {
    return url.getPort() < 0 ? 80 : url.getPort();
  }

  /** The listener of that port; one of that very address if there are several. */
  private static ListenerPlan listener(Snapshot now, URI url) {
    ListenerPlan found = null;
    for (ListenerPlan plan : now.listeners()) {
      if (plan.spec().address().getPort() == port(url)) {
        boolean exact = plan.spec().address().getHostString().equals(url.getHost());
        found = found == null || exact ? plan : found;
      }
    }
    // With listen=…:0 the kernel chose the port, which the configuration does not know.
    return found == null
            && now.listeners().size() == 1
            && now.listeners().get(0).spec().address().getPort() == 0
        ? now.listeners().get(0)
        : found;
  }

  private void route(SiteNode site, RouteMatch match, List<List<Object>> rows) {
    if (match == null || match.route().excluded()) {
      String file = match == null ? "" : match.route().origin();
      rows.add(List.of("route", match == null ? "none: 404" : "excluded: 404", file));
      return;
    }
    RouteNode route = match.route();
    rows.add(List.of("route", route.name() + " path=" + route.path(), route.origin()));
    if (route.unavailable() != null) {
      rows.add(List.of("answer", "503: " + route.unavailable(), ""));
      return;
    }
    rows.add(List.of("target", String.valueOf(route.target()), ""));
    rows.add(List.of("rest", match.rest(), "below " + route.mappedPath()));
    for (EffectiveOptions.Setting setting : route.options().settings()) {
      rows.add(List.of("option " + setting.key(), setting.text(), setting.origin()));
    }
    for (String guard : route.guards()) {
      boolean there = front.guards().contains(guard);
      rows.add(List.of("guard", guard, there ? "is installed" : "is not installed: 503"));
    }
    plugins(site, route, rows);
  }

  private void plugins(SiteNode site, RouteNode route, List<List<Object>> rows) {
    for (Phase phase : Phase.values()) {
      for (PluginEntry hook : front.hooks(phase)) {
        rows.add(
            List.of(
                "hook " + HookTraits.word(phase),
                HookTraits.name(hook) + " order=" + HookTraits.order(hook) + relations(hook),
                hook.origin()));
      }
    }
    serves("handler", HANDLER, route.scheme(), rows);
    if ("fd".equals(route.scheme())) {
      String dialect = route.options().text("dialect");
      serves("dialect", DIALECT, dialect, rows);
      String flusher = route.options().text("flusher");
      serves("flusher", FLUSHER, flusher.isEmpty() ? flusherOf(dialect) : flusher, rows);
    }
  }

  private static String relations(PluginEntry hook) {
    StringBuilder out = new StringBuilder();
    for (String kind : List.of("before", "after")) {
      List<String> names = hook.texts("sluice.hook." + kind);
      if (!names.isEmpty()) {
        out.append(' ').append(kind).append('=').append(String.join(",", names));
      }
    }
    return out.toString();
  }

  private static String flusherOf(String dialect) {
    return "classic".equals(dialect) ? "flush" : "raw";
  }

  private void serves(String what, String contract, String name, List<List<Object>> rows) {
    PluginEntry entry = registry.serving(contract, name);
    if (entry == null) {
      rows.add(List.of(what, name + " is not installed: " + registry.missingStatus(contract), ""));
      return;
    }
    rows.add(List.of(what, name, entry.origin()));
  }
}
