package org.sluice.core.internal.config.load;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.sluice.core.internal.config.read.CfgEntry;
import org.sluice.core.internal.config.read.CfgFile;
import org.sluice.core.internal.config.read.Problem;
import org.sluice.core.internal.config.read.Problems;
import org.sluice.core.internal.config.rules.KeyRules;
import org.sluice.core.internal.config.rules.MemberFile;
import org.sluice.core.internal.config.rules.RouteFile;
import org.sluice.core.internal.config.rules.SiteFile;

/**
 * One file in a pass: as it is now, in its last good state, or bad. It only ever gets worse within
 * a pass, so that fitting the files together comes to an end.
 */
final class Unit {

  /** What of the file is in effect. */
  enum State {
    /** The file as it is. */
    CURRENT,
    /** Its last good state. */
    LAST_GOOD,
    /** Nothing: what it stands for answers 503. */
    BAD
  }

  private static final Set<String> PLACE = Set.of("site", "path", "match", "order");

  private final CfgFile current;
  private final CfgFile lastGood;
  private final FileSet set;
  private State state = State.CURRENT;
  private CfgFile effective;
  private SiteFile site;
  private RouteFile route;
  private final boolean placed;
  private String reason;

  Unit(CfgFile current, CfgFile lastGood, FileSet set, Problems problems) {
    this.current = current;
    this.lastGood = lastGood;
    this.set = set;
    Problems own = new Problems();
    use(current, own);
    problems.addAll(own.sorted());
    placed = own.sorted().stream().noneMatch(Unit::hidesPlace);
    if (own.hasErrors()) {
      demote(own.firstError());
    }
  }

  /** Whether the error is one of a line nobody can read, or of a key that says where a route is. */
  private static boolean hidesPlace(Problem problem) {
    return problem.isError() && (problem.key() == null || PLACE.contains(problem.key()));
  }

  /** Takes a file apart; what it means is known even if it is bad. */
  private void use(CfgFile file, Problems problems) {
    effective = file;
    problems.addAll(file.problems());
    file.name().check(problems, set.keys().pids());
    new KeyRules(set.keys(), set.known(), problems).check(file);
    switch (file.name().kind()) {
      case SITE -> site = SiteFile.parse(file, problems);
      case ROUTE -> route = RouteFile.parse(file, set.known(), problems);
      case ACCESS_LOG -> askOwner(file, problems);
      case MEMBER -> MemberFile.check(file, problems);
      default -> {
        // No further form.
      }
    }
  }

  private void askOwner(CfgFile file, Problems problems) {
    Map<String, String> entries = new LinkedHashMap<>();
    file.entries().forEach(entry -> entries.put(entry.key(), entry.value()));
    set.known()
        .check(
            file.name().pid(),
            entries,
            (key, message) -> at(file, key, message, problems::error, problems::error),
            (key, message) -> at(file, key, message, problems::warning, problems::warning));
  }

  /** How a problem is reported that has no entry. */
  private interface OfFile {
    void report(String file, int line, String message);
  }

  private static void at(
      CfgFile file,
      String key,
      String message,
      BiConsumer<CfgEntry, String> ofEntry,
      OfFile ofFile) {
    CfgEntry entry = file.entry(key);
    if (entry == null) {
      ofFile.report(file.display(), 0, message);
    } else {
      ofEntry.accept(entry, message);
    }
  }

  /** Falls back to the last good state, or to none. */
  void demote(Problem why) {
    Problems ignored = new Problems();
    boolean fallBack = state == State.CURRENT && lastGood != null && !current.sameText(lastGood);
    reason = why.toString();
    if (fallBack) {
      state = State.LAST_GOOD;
      use(lastGood, ignored);
    }
    if (!fallBack || ignored.hasErrors()) {
      state = State.BAD;
      use(current, new Problems());
      site = site == null ? null : site.unavailable(reason);
      route = route == null ? null : route.unavailable(reason);
    }
  }

  State state() {
    return state;
  }

  /** Whether the file says something else than when it was last good. */
  boolean isChanged() {
    return state == State.CURRENT && !current.sameText(lastGood);
  }

  CfgFile current() {
    return current;
  }

  /** The file in effect; of a bad one the file as it is. */
  CfgFile effective() {
    return effective;
  }

  /** Whether it is certain which place a bad route means: {@link RouteFile#place()}. */
  boolean isPlaced() {
    return placed;
  }

  /** Of a site file, else null. */
  SiteFile site() {
    return site;
  }

  /** Of a route file, else null. */
  RouteFile route() {
    return route;
  }

  boolean isBad() {
    return state == State.BAD;
  }

  /**
   * Says what the errors of the file mean for those who send requests.
   *
   * @param holder of a bad route the one that has its place, or null
   */
  void describe(Unit holder, Problems problems) {
    if (state == State.LAST_GOOD) {
      problems.warning(current.display(), 0, "stays in effect as it was before the error");
    } else if (state == State.BAD && site != null) {
      problems.warning(
          current.display(), 0, "there is no earlier state to keep: the site answers 503");
    } else if (holder != null) {
      problems.warning(
          current.display(),
          0,
          "has no effect: " + route.path() + " belongs to " + holder.current.display());
    } else if (state == State.BAD && route != null) {
      problems.warning(
          current.display(),
          0,
          "there is no earlier state to keep: "
              + route.path()
              + (route.site() == null ? " of all sites" : " of site " + route.site())
              + " answers 503");
    }
  }
}
