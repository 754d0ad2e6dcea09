package org.sluice.core.internal.config.load;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.sluice.core.internal.config.keys.Keys;
import org.sluice.core.internal.config.read.CfgFile;
import org.sluice.core.internal.config.read.FileName.Kind;
import org.sluice.core.internal.config.read.Nearest;
import org.sluice.core.internal.config.read.Problem;
import org.sluice.core.internal.config.read.Problem.Severity;
import org.sluice.core.internal.config.read.Problems;
import org.sluice.core.internal.config.rules.Conflict;
import org.sluice.core.internal.config.rules.Known;
import org.sluice.core.internal.config.rules.RouteConflicts;
import org.sluice.core.internal.config.rules.RouteFile;
import org.sluice.core.internal.config.rules.SiteConflicts;
import org.sluice.core.internal.config.rules.SiteFile;
import org.sluice.core.internal.config.rules.TargetRule;

/**
 * All files of one pass, fitted together. Of files that are right one by one but do not fit, those
 * that changed since they were last good give way; if none did, all of them do.
 */
final class FileSet {
  private final Keys keys;
  private final Known known;
  private final Problems problems;
  private final Map<String, Unit> units = new LinkedHashMap<>();

  FileSet(List<CfgFile> files, LastGood lastGood, Keys keys, Known known, Problems problems) {
    this.keys = keys;
    this.known = known;
    this.problems = problems;
    for (CfgFile file : files) {
      units.put(file.display(), new Unit(file, lastGood.get(file.name().file()), this, problems));
    }
    settle();
  }

  Keys keys() {
    return keys;
  }

  Known known() {
    return known;
  }

  private void settle() {
    List<Conflict> conflicts = conflicts();
    conflicts.forEach(conflict -> problems.addAll(List.of(problem(conflict))));
    ofBadFiles().forEach(conflict -> problems.addAll(List.of(problem(conflict))));
    while (!conflicts.isEmpty()) {
      Map<Unit, Problem> losers = new LinkedHashMap<>();
      conflicts.forEach(
          conflict -> losers(conflict).forEach(u -> losers.put(u, problem(conflict))));
      losers.forEach(Unit::demote);
      conflicts = conflicts();
    }
  }

  private List<Unit> losers(Conflict conflict) {
    List<Unit> involved = conflict.files().stream().map(units::get).toList();
    List<Unit> losers = involved.stream().filter(Unit::isChanged).toList();
    if (losers.isEmpty()) {
      losers = involved.stream().filter(unit -> unit.state() == Unit.State.LAST_GOOD).toList();
    }
    return losers.isEmpty() ? involved : losers;
  }

  private static Problem problem(Conflict conflict) {
    var at = conflict.at();
    return new Problem(
        Severity.ERROR, at.file(), at.line(), at.key(), at.raw(), conflict.message());
  }

  private List<Conflict> conflicts() {
    Set<String> names = sites().stream().map(SiteFile::name).collect(Collectors.toSet());
    List<Conflict> found = new ArrayList<>();
    found.addAll(SiteConflicts.find(good(Unit::site), keys));
    found.addAll(RouteConflicts.find(good(Unit::route), routes(), names));
    found.addAll(ofLogs(false, names));
    return found;
  }

  /**
   * Files that are right one by one; those that did not change come first, because a conflict is
   * told of the later ones.
   */
  private <T> List<T> good(Function<Unit, T> part) {
    return units.values().stream()
        .filter(unit -> !unit.isBad() && unit.current().name().name() != null)
        .sorted(Comparator.comparing(Unit::isChanged))
        .map(part)
        .filter(Objects::nonNull)
        .toList();
  }

  /** What is wrong beside that in files that are bad already: told, without further effect. */
  private List<Conflict> ofBadFiles() {
    Set<String> names = sites().stream().map(SiteFile::name).collect(Collectors.toSet());
    List<Conflict> found = new ArrayList<>(ofLogs(true, names));
    List<RouteFile> bad =
        units.values().stream()
            .filter(Unit::isBad)
            .map(Unit::route)
            .filter(Objects::nonNull)
            .toList();
    found.addAll(RouteConflicts.ofSites(bad, names));
    return found;
  }

  private List<Conflict> ofLogs(boolean bad, Set<String> siteNames) {
    List<Conflict> found = new ArrayList<>();
    units.values().stream()
        .filter(unit -> unit.isBad() == bad)
        .map(Unit::effective)
        .filter(file -> file.name().kind() == Kind.ACCESS_LOG)
        .forEach(log -> found.addAll(RouteConflicts.ofLog(log, siteNames)));
    return found;
  }

  /** All sites whose file has a name, bad ones too. */
  List<SiteFile> sites() {
    return units.values().stream()
        .map(Unit::site)
        .filter(Objects::nonNull)
        .filter(site -> site.name() != null)
        .toList();
  }

  /**
   * All routes whose file has a name, bad ones too, but for those whose place belongs to a route
   * that did not change: they would have given way if they had been right.
   */
  List<RouteFile> routes() {
    Map<String, Unit> holders = holders();
    return units.values().stream()
        .filter(unit -> unit.route() != null && unit.route().name() != null)
        .filter(unit -> holder(unit, holders) == null)
        .map(Unit::route)
        .toList();
  }

  /** Of each place the route that has it since a former pass. */
  private Map<String, Unit> holders() {
    Map<String, Unit> holders = new HashMap<>();
    for (Unit unit : units.values()) {
      if (unit.route() != null && !unit.isBad() && !unit.isChanged()) {
        holders.put(unit.route().place(), unit);
      }
    }
    return holders;
  }

  /** Who has the place of a bad route, or null; also if that place is not certain. */
  private static Unit holder(Unit unit, Map<String, Unit> holders) {
    boolean loses = unit.isBad() && unit.route() != null && unit.isPlaced();
    return loses ? holders.get(unit.route().place()) : null;
  }

  /** The core's own file, or null. */
  CfgFile core() {
    Unit unit = units.get("etc/org.sluice.core.cfg");
    return unit == null ? null : unit.effective();
  }

  /** Files that are right as they are. */
  List<CfgFile> accepted() {
    return units.values().stream()
        .filter(unit -> unit.state() == Unit.State.CURRENT)
        .map(Unit::current)
        .toList();
  }

  /** Files in effect: the bad ones are left out. */
  List<CfgFile> effective() {
    return units.values().stream().filter(unit -> !unit.isBad()).map(Unit::effective).toList();
  }

  /** A log of a route that is not there would stay empty and nobody would know why. */
  void warnOfLogsWithoutRoutes() {
    Set<String> names = routes().stream().map(RouteFile::name).collect(Collectors.toSet());
    for (CfgFile log : effective()) {
      String wanted = log.name().kind() == Kind.ACCESS_LOG ? log.value("routes") : null;
      if (wanted == null) {
        continue;
      }
      for (String part : wanted.replaceFirst("^\\s*!", "").split(",")) {
        String name = part.strip();
        if (!name.isEmpty() && !names.contains(name)) {
          problems.warning(
              log.entry("routes"),
              "there is no route of the name " + name + Nearest.hint(name, names));
        }
      }
    }
  }

  /** A balancer is made of the members that name it: without any, every request fails. */
  void warnOfBalancersWithoutMembers() {
    Set<String> named = new TreeSet<>();
    for (Unit unit : units.values()) {
      // Bad members count: what is wrong with them has been told.
      CfgFile file = unit.effective();
      String balancers = file.name().kind() == Kind.MEMBER ? file.value("balancer") : null;
      if (balancers != null) {
        Stream.of(balancers.split(",")).map(String::strip).forEach(named::add);
      }
    }
    for (RouteFile route : routes()) {
      String name = route.bad() == null ? TargetRule.balancer(route.target()) : null;
      if (name != null && !named.contains(name)) {
        problems.warning(
            route.file().entry("target"),
            "the balancer "
                + name
                + " has no member (balancer="
                + name
                + " in an etc/org.sluice.member~NAME.cfg); until it has one requests get 503"
                + Nearest.hint(name, named));
      }
    }
  }

  /** Says of each bad file what is in effect instead. */
  void describe() {
    Map<String, Unit> holders = holders();
    units.values().forEach(unit -> unit.describe(holder(unit, holders), problems));
  }
}
