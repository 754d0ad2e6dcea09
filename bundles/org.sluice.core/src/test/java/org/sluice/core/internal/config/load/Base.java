package org.sluice.core.internal.config.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.sluice.core.internal.config.RouteMatch;
import org.sluice.core.internal.config.RouteNode;
import org.sluice.core.internal.config.SiteNode;
import org.sluice.core.internal.config.Snapshot;
import org.sluice.core.internal.config.keys.Catalog;
import org.sluice.core.internal.config.read.Problem;
import org.sluice.core.internal.config.rules.Known;

/** A base folder for tests: writes files, loads, asks. */
public final class Base {
  /** All that tests name is there. */
  public static final Known KNOWN =
      Known.of(Set.of("fd", "file", "http"), Set.of("flush", "raw", "opening"), Set.of("classic"));

  private final Path folder;
  private final Catalog catalog;
  private LastGood lastGood;
  private Snapshot snapshot;
  private Result result;

  /** A base in an empty folder. */
  public Base(Path folder, Catalog catalog) throws IOException {
    this.folder = folder;
    this.catalog = catalog;
    Files.createDirectories(folder.resolve("etc"));
    restart();
  }

  /** A base with a site {@code a} on one listener. */
  public static Base withSite(Path folder) throws IOException {
    return new Base(folder, new Catalog()).site("a", "listen=127.0.0.1:8080");
  }

  /** Forgets what was in memory. */
  public Base restart() {
    lastGood = LastGood.in(folder.resolve("run/last-good"));
    snapshot = null;
    return this;
  }

  /** Writes a site file. */
  public Base site(String name, String... lines) throws IOException {
    return file("etc/org.sluice.site~" + name + ".cfg", lines);
  }

  /** Writes a route file. */
  public Base route(String name, String... lines) throws IOException {
    return file("etc/org.sluice.route~" + name + ".cfg", lines);
  }

  /** Writes any file. */
  public Base file(String name, String... lines) throws IOException {
    Path path = folder.resolve(name);
    Files.createDirectories(path.getParent());
    Files.writeString(path, String.join("\n", lines) + "\n");
    return this;
  }

  /** Deletes a file of {@code etc/}. */
  public Base delete(String name) throws IOException {
    Files.delete(folder.resolve("etc").resolve(name));
    return this;
  }

  /** Reads everything. */
  public Snapshot load() {
    result = new Loader(folder, catalog, name -> null).load(KNOWN, lastGood, snapshot);
    snapshot = result.snapshot();
    return snapshot;
  }

  /** Reads everything, which must be without any problem. */
  public Snapshot loadWell() {
    load();
    if (!result.problems().isEmpty()) {
      throw new AssertionError(result.problems());
    }
    return snapshot;
  }

  /** What the last pass gave. */
  public Result result() {
    return result;
  }

  /** Lines of the errors of the last pass. */
  public List<String> errors() {
    return result.problems().stream().filter(Problem::isError).map(Problem::toString).toList();
  }

  /** The folder. */
  public Path folder() {
    return folder;
  }

  /** The site {@code a} of the last pass. */
  public SiteNode a() {
    return snapshot.site("a");
  }

  /** The route of a path in site {@code a}, or null. */
  public RouteNode at(String path) {
    RouteMatch match = a().match(path);
    return match == null ? null : match.route();
  }

  /** NAME of the route of a path in site {@code a}; {@code -} for none. */
  public String name(String path) {
    return at(path) == null ? "-" : at(path).name();
  }
}
