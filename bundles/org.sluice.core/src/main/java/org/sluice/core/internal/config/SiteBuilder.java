package org.sluice.core.internal.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sluice.core.internal.config.read.CfgFile;
import org.sluice.core.internal.config.read.Problems;
import org.sluice.core.internal.config.rules.PathRule;
import org.sluice.core.internal.config.rules.RouteFile;
import org.sluice.core.internal.config.rules.SiteFile;

/**
 * Builds one site: which routes are effective in it, what each inherits, and which objects of the
 * snapshot before can stay because nothing effective changed.
 */
public final class SiteBuilder {
  private final OptionsBuilder options;
  private final Problems problems;
  private final SiteFile file;
  private final SiteInfo info;
  private final Map<String, RouteNode> earlier = new HashMap<>();
  private final Map<String, Level> levels = new HashMap<>();

  /** The routes of one path in this site. */
  private static final class Level {
    private final List<RouteFile> siteMatches = new ArrayList<>();
    private final List<RouteFile> globalMatches = new ArrayList<>();
    private RouteFile sitePlain;
    private RouteFile globalPlain;

    void add(RouteFile route) {
      if (route.matched()) {
        (route.site() == null ? globalMatches : siteMatches).add(route);
      } else if (route.site() == null) {
        globalPlain = worse(globalPlain, route);
      } else {
        sitePlain = worse(sitePlain, route);
      }
    }

    /** Two routes of one place are an error elsewhere: the one that answers 503 holds the place. */
    private static RouteFile worse(RouteFile a, RouteFile b) {
      return a == null || b.bad() != null ? b : a;
    }

    List<RouteFile> plains() {
      List<RouteFile> plains = new ArrayList<>(2);
      if (sitePlain != null) {
        plains.add(sitePlain);
      }
      if (globalPlain != null) {
        plains.add(globalPlain);
      }
      return plains;
    }
  }

  private SiteBuilder(SiteFile file, SiteNode before, OptionsBuilder options, Problems problems) {
    this.file = file;
    this.options = options;
    this.problems = problems;
    this.info = info(before);
    if (before != null) {
      before.routes().forEach(route -> earlier.put(route.name(), route));
    }
  }

  /**
   * Builds a site.
   *
   * @param routes all route files; those of other sites are left out here
   * @param before the site in the snapshot before, or null
   */
  public static SiteNode build(
      SiteFile file,
      List<RouteFile> routes,
      SiteNode before,
      OptionsBuilder options,
      Problems problems) {
    return new SiteBuilder(file, before, options, problems).node(routes, before);
  }

  private SiteInfo info(SiteNode before) {
    SiteInfo now =
        new SiteInfo(
            file.name(),
            List.copyOf(file.hosts()),
            options.base().resolve(file.root()).normalize(),
            options.build(file.bad() == null ? List.of(file.file()) : List.of()),
            file.bad(),
            file.file().display());
    if (before == null || !before.info().sameEffect(now)) {
      return now;
    }
    before.info().options().movedTo(now.options());
    return before.info();
  }

  private SiteNode node(List<RouteFile> routes, SiteNode before) {
    for (RouteFile route : routes) {
      if (route.site() == null || route.site().equals(file.name())) {
        levels.computeIfAbsent(route.path(), any -> new Level()).add(route);
      }
    }
    SortedMap<String, List<RouteNode>> byPath = new TreeMap<>();
    List<RouteNode> all = new ArrayList<>();
    for (String path : new TreeMap<>(levels).keySet()) {
      List<RouteNode> group = group(levels.get(path));
      if (!group.isEmpty()) {
        byPath.put(path, group);
        all.addAll(group);
      }
    }
    boolean same = before != null && before.info() == info && isSame(before.routes(), all);
    return same ? before : new SiteNode(info, new RouteTree(byPath));
  }

  private static boolean isSame(List<RouteNode> before, List<RouteNode> now) {
    boolean same = before.size() == now.size();
    for (int i = 0; same && i < now.size(); i++) {
      same = before.get(i) == now.get(i);
    }
    return same;
  }

  /** The reachable routes of a path in the order of trial: a plain one ends it. */
  private List<RouteNode> group(Level level) {
    level.siteMatches.sort(RouteFile.ORDER);
    level.globalMatches.sort(RouteFile.ORDER);
    List<RouteFile> order = new ArrayList<>(level.siteMatches);
    add(order, level.sitePlain);
    order.addAll(level.globalMatches);
    add(order, level.globalPlain);
    List<RouteNode> group = new ArrayList<>();
    for (RouteFile route : order) {
      RouteNode node = node(route);
      if (node != null) {
        group.add(node);
      }
      if (node != null && node.regex() == null) {
        if (route == level.sitePlain) {
          hidden(level);
        }
        break;
      }
    }
    return group;
  }

  private static void add(List<RouteFile> order, RouteFile route) {
    if (route != null) {
      order.add(route);
    }
  }

  private void hidden(Level level) {
    if (!level.sitePlain.decides() && level.sitePlain.bad() == null) {
      for (RouteFile match : level.globalMatches) {
        problems.warning(
            match.entry("match"),
            "is never tried in site "
                + file.name()
                + ": "
                + level.sitePlain.file().display()
                + " takes its path before it");
      }
    }
  }

  /** The route with all it inherits from, the innermost first. */
  private List<RouteFile> chain(RouteFile route) {
    List<RouteFile> chain = new ArrayList<>();
    chain.add(route);
    List<String> paths = new ArrayList<>(PathRule.above(route.path()));
    paths.add(0, route.path());
    for (String path : paths) {
      Level level = levels.get(path);
      if (level != null) {
        level.plains().stream().filter(plain -> plain != route).forEach(chain::add);
      }
    }
    return chain;
  }

  /** Null for a route that refines nothing in this site. */
  private RouteNode node(RouteFile route) {
    List<RouteFile> chain = chain(route);
    RouteFile deciding = null;
    String unavailable = null;
    Map<String, CfgFile> files = new LinkedHashMap<>();
    for (RouteFile link : chain) {
      deciding = deciding == null && link.decides() ? link : deciding;
      unavailable = unavailable == null ? link.bad() : unavailable;
      // Of a bad file nothing counts but where it answers 503.
      if (link.bad() == null) {
        files.put(link.name(), link.file());
      }
    }
    if (deciding == null && unavailable == null) {
      return null;
    }
    List<CfgFile> layers = new ArrayList<>(files.values());
    if (file.bad() == null) {
      layers.add(file.file());
    }
    EffectiveOptions merged = options.build(layers);
    boolean open = unavailable == null;
    RouteNode.Parts parts =
        new RouteNode.Parts(
            route.name(),
            info,
            route.path(),
            route.pattern(),
            open ? deciding.target() : null,
            open ? deciding.path() : route.path(),
            open && deciding.excludes(),
            unavailable,
            route.file().display(),
            route.site() == null);
    return kept(new RouteNode(parts, merged, merged.guards(options.keys())));
  }

  private RouteNode kept(RouteNode now) {
    RouteNode before = earlier.get(now.name());
    if (before == null || !before.sameEffect(now)) {
      return now;
    }
    before.options().movedTo(now.options());
    return before;
  }
}
