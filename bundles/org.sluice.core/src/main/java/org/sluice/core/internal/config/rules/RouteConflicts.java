package org.sluice.core.internal.config.rules;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.sluice.core.internal.config.read.CfgEntry;
import org.sluice.core.internal.config.read.CfgFile;
import org.sluice.core.internal.config.read.FileName;
import org.sluice.core.internal.config.read.Nearest;

/** Rules among routes, and between routes and sites. */
public final class RouteConflicts {
  private final Set<String> siteNames;
  private final List<Conflict> conflicts = new ArrayList<>();

  private RouteConflicts(Set<String> siteNames) {
    this.siteNames = siteNames;
  }

  /**
   * All conflicts.
   *
   * @param routes those that are right one by one
   * @param all those and the bad ones
   * @param siteNames of all sites, bad ones too
   */
  public static List<Conflict> find(
      List<RouteFile> routes, Collection<RouteFile> all, Set<String> siteNames) {
    RouteConflicts rules = new RouteConflicts(siteNames);
    routes.forEach(rules::siteExists);
    rules.twins(routes);
    routes.forEach(route -> rules.somethingAbove(route, all));
    return rules.conflicts;
  }

  /** Only whether the sites exist that these routes name. */
  public static List<Conflict> ofSites(List<RouteFile> routes, Set<String> siteNames) {
    RouteConflicts rules = new RouteConflicts(siteNames);
    routes.forEach(rules::siteExists);
    return rules.conflicts;
  }

  /** An access log's site must exist too. */
  public static List<Conflict> ofLog(CfgFile log, Set<String> siteNames) {
    RouteConflicts rules = new RouteConflicts(siteNames);
    rules.siteExists(log, log.value("site"));
    return rules.conflicts;
  }

  private void siteExists(RouteFile route) {
    siteExists(route.file(), route.site());
  }

  private void siteExists(CfgFile file, String site) {
    if (site != null && !siteNames.contains(site)) {
      CfgEntry at = file.entry("site");
      String message =
          "there is no site of this name (etc/org.sluice.site~"
              + site
              + ".cfg)"
              + (FileName.isName(site) ? "" : "; allowed is one name, or nothing for all sites")
              + Nearest.hint(site, siteNames);
      conflicts.add(new Conflict(at, message, List.of(file.display())));
    }
  }

  private void twins(List<RouteFile> routes) {
    Map<String, RouteFile> first = new HashMap<>();
    for (RouteFile route : routes) {
      RouteFile other = first.putIfAbsent(route.place(), route);
      if (other != null) {
        String message =
            "the same path"
                + (route.matched() ? ", match and order" : "")
                + (route.site() == null ? " for all sites" : " of site " + route.site())
                + " as "
                + other.file().display();
        conflicts.add(
            new Conflict(
                route.entry(route.matched() ? "match" : "path"),
                message,
                List.of(other.file().display(), route.file().display())));
      }
    }
  }

  private void somethingAbove(RouteFile route, Collection<RouteFile> all) {
    if (route.decides() || siteNames.isEmpty()) {
      return;
    }
    List<String> above = new ArrayList<>(PathRule.above(route.path()));
    above.add(route.path());
    for (RouteFile other : all) {
      boolean meets =
          route.site() == null || other.site() == null || route.site().equals(other.site());
      boolean decides = other.decides() || other.bad() != null;
      if (other != route && !other.matched() && meets && decides && above.contains(other.path())) {
        return;
      }
    }
    conflicts.add(
        new Conflict(
            route.entry("target"),
            "a route without target refines the route above it, and there is none above "
                + route.path(),
            List.of(route.file().display())));
  }
}
