package org.sluice.core.internal.config.rules;

import java.util.Comparator;
import java.util.Set;
import org.sluice.api.route.Target;
import org.sluice.core.internal.config.keys.BadValueException;
import org.sluice.core.internal.config.read.CfgEntry;
import org.sluice.core.internal.config.read.CfgFile;
import org.sluice.core.internal.config.read.Nearest;
import org.sluice.core.internal.config.read.Problems;

/**
 * A route file, taken apart. What is wrong is reported and left out, so that a bad file without a
 * last good state still says where to answer 503.
 *
 * @param file the file
 * @param site NAME of its site, or null for all
 * @param path prefix
 * @param matched whether it has a {@code match=}
 * @param pattern null without {@code match=}, and when that is bad
 * @param order among the matched routes of a path
 * @param excludes {@code target=!}
 * @param target null when there is none
 * @param bad why it answers 503, or null
 */
public record RouteFile(
    CfgFile file,
    String site,
    String path,
    boolean matched,
    PathPattern pattern,
    long order,
    boolean excludes,
    Target target,
    String bad) {

  /** Keys that are no options. */
  public static final Set<String> STRUCTURE = Set.of("site", "path", "match", "order", "target");

  /** Order of trial among the matched routes of a path; those nobody can judge come first. */
  public static final Comparator<RouteFile> ORDER =
      Comparator.comparing((RouteFile route) -> route.pattern != null)
          .thenComparingLong(RouteFile::order)
          .thenComparing(RouteFile::name);

  /** Takes a file apart; keys and types have been checked already. */
  public static RouteFile parse(CfgFile file, Known known, Problems problems) {
    String path = path(file, problems);
    PathPattern pattern = pattern(file, problems);
    boolean matched = file.value("match") != null;
    String targetText = file.value("target");
    boolean excludes = "!".equals(targetText);
    Target target =
        targetText == null || excludes ? null : target(file, path, pattern, known, problems);
    if (file.value("order") != null && !matched) {
      problems.warning(file.entry("order"), "has no effect without match=");
    }
    return new RouteFile(
        file, file.value("site"), path, matched, pattern, order(file), excludes, target, null);
  }

  private static String path(CfgFile file, Problems problems) {
    String text = file.value("path");
    if (text == null) {
      return "/";
    }
    try {
      String path = PathRule.parse(text);
      if (PathRule.doubt(path) != null) {
        problems.warning(file.entry("path"), PathRule.doubt(path));
      }
      return path;
    } catch (BadValueException e) {
      problems.error(file.entry("path"), e.getMessage());
      return "/";
    }
  }

  private static PathPattern pattern(CfgFile file, Problems problems) {
    String text = file.value("match");
    try {
      return text == null ? null : PathPattern.compile(text);
    } catch (BadValueException e) {
      problems.error(file.entry("match"), e.getMessage());
      return null;
    }
  }

  private static long order(CfgFile file) {
    String text = file.value("order");
    return text == null || !text.matches("[0-9]{1,9}") ? 100 : Long.parseLong(text);
  }

  private static Target target(
      CfgFile file, String path, PathPattern pattern, Known known, Problems problems) {
    CfgEntry entry = file.entry("target");
    boolean badPattern = pattern == null && file.value("match") != null;
    try {
      Target target = TargetRule.parse(entry.value(), badPattern ? null : pattern);
      String doubt = TargetRule.doubt(path, target, file.value("match") != null);
      if (doubt != null) {
        problems.warning(entry, doubt);
      }
      if (!known.schemes().contains(target.scheme())) {
        problems.warning(
            entry,
            "no handler of scheme \""
                + target.scheme()
                + "\" is there now; until it comes requests get 503"
                + Nearest.hint(target.scheme(), known.schemes()));
      }
      return target;
    } catch (BadValueException e) {
      if (!badPattern || !entry.value().contains("$")) {
        problems.error(entry, e.getMessage());
      }
      return null;
    }
  }

  /** NAME of the file. */
  public String name() {
    return file.name().name();
  }

  /** What no two routes may share: site, path and, of a matched route, order and match. */
  public String place() {
    return site + " " + path + (matched ? " " + order + " " + file.value("match") : "");
  }

  /** Whether it decides what happens on its path, and does not only refine. */
  public boolean decides() {
    return target != null || excludes;
  }

  /** The same route, answering 503. */
  public RouteFile unavailable(String reason) {
    return new RouteFile(file, site, path, matched, pattern, order, false, null, reason);
  }

  /** The entry of a key to name in messages, also when it is not there. */
  public CfgEntry entry(String key) {
    CfgEntry entry = file.entry(key);
    return entry == null ? new CfgEntry(file.display(), 0, key, "", "") : entry;
  }
}
