package org.sluice.launcher.httpd;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Which folder on disk a path leads to, by {@code DocumentRoot}, {@code Alias}, {@code …}. */
final class Folders {
  private final Path serverRoot;
  private final Map<String, Path> byPath = new LinkedHashMap<>();

  Folders(Path serverRoot) {
    this.serverRoot = serverRoot;
  }

  /** A path may be said twice: the later one counts. */
  void put(String path, String folder) {
    byPath.put(path, resolved(folder));
  }

  void putAll(Folders others) {
    byPath.putAll(others.byPath);
  }

  private Path resolved(String folder) {
    return serverRoot.resolve(folder).normalize();
  }

  /** A path at which something holds, and the mapping that leads there. */
  record Place(String path, String mapped) {}

  /**
   * Where a {@code <Directory>} holds: below each path that leads to a folder above it, and on the
   * whole of each path that leads to the folder or into it.
   */
  List<Place> places(String folder) {
    Path section = resolved(folder);
    List<Place> places = new ArrayList<>();
    byPath.forEach(
        (path, top) -> {
          if (top.startsWith(section)) {
            places.add(new Place(path, path));
          } else if (section.startsWith(top)) {
            String base = path.endsWith("/") ? path : path + "/";
            places.add(new Place(base + top.relativize(section) + "/", path));
          }
        });
    return places;
  }

  /** How deep a folder lies: httpd merges the sections of higher ones first. */
  int depth(String folder) {
    return resolved(folder).getNameCount();
  }
}
