package org.sluice.core.internal.config.load;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.sluice.core.internal.config.RouteNode;
import org.sluice.core.internal.config.SiteNode;
import org.sluice.core.internal.config.Snapshot;
import org.sluice.core.internal.config.read.Problem;
import org.sluice.core.internal.config.rules.TargetRule;

/**
 * Whether the folders of files and programs that routes name are there. One that is not may come
 * later, so it is a warning; for {@code sluice check} only, because nothing else waits for disks.
 */
final class FolderProbe {
  private FolderProbe() {}

  /** One warning for each folder that nothing can be answered from now. */
  static List<Problem> look(Path base, Snapshot snapshot, Lines lines) {
    Set<Problem> found = new LinkedHashSet<>();
    for (SiteNode site : snapshot.sites()) {
      for (RouteNode route : site.routes()) {
        // A route that refines another has that one's folder.
        if (route.unavailable() == null && route.path().equals(route.mappedPath())) {
          look(base, site, route, lines, found);
        }
      }
    }
    return new ArrayList<>(found);
  }

  private static void look(
      Path base, SiteNode site, RouteNode route, Lines lines, Set<Problem> found) {
    String place = TargetRule.place(route.target());
    if (place == null) {
      return;
    }
    boolean ofSite = place.isEmpty();
    Path root = site.info().root();
    Path path = base.resolve(ofSite ? root : Path.of(place));
    String reason = reason(path, ofSite);
    String file = ofSite ? site.origin() : route.origin();
    String key = ofSite ? "root" : "target";
    if (reason != null) {
      found.add(
          new Problem(
              Problem.Severity.WARNING,
              file,
              lines.of(file, key),
              key,
              ofSite
                  ? (root.startsWith(base) ? base.relativize(root) : root).toString()
                  : route.target().toString(),
              reason));
    }
  }

  /** Null if something could be answered from there. */
  private static String reason(Path path, boolean ofSite) {
    if (!Files.exists(path)) {
      return "there is no such folder; until it comes requests get 404";
    }
    if (ofSite && !Files.isDirectory(path)) {
      return "it is no folder; but for / requests get 404";
    }
    if (!Files.isReadable(path) || Files.isDirectory(path) && !Files.isExecutable(path)) {
      return "this user may not read it; requests get 403";
    }
    return null;
  }
}
