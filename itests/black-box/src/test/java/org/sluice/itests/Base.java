package org.sluice.itests;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.stream.Stream;

/** The base folder of a front under test, below {@code target/} so that its logs can be read. */
final class Base {
  private final Path path;

  private Base(Path path) {
    this.path = path;
  }

  /** An empty base; what a former run left under that name is removed. */
  static Base make(String name) throws IOException {
    Path path = Path.of("target", "bases", name).toAbsolutePath();
    delete(path);
    for (String folder : new String[] {"etc", "deploy", "run"}) {
      Files.createDirectories(path.resolve(folder));
    }
    return new Base(path);
  }

  /** A base with the site {@code main} on a free port of 127.0.0.1. */
  static Base withSite(String name, String... lines) throws IOException {
    Base base = make(name);
    base.site("main", "listen=127.0.0.1:0");
    for (String line : lines) {
      base.append("etc/org.sluice.site~main.cfg", line);
    }
    return base;
  }

  Path path() {
    return path;
  }

  Path path(String relative) {
    return path.resolve(relative);
  }

  /** Writes {@code etc/org.sluice.site~NAME.cfg}. */
  Base site(String name, String... lines) throws IOException {
    return file("etc/org.sluice.site~" + name + ".cfg", lines);
  }

  /** Writes {@code etc/org.sluice.route~NAME.cfg}. */
  Base route(String name, String... lines) throws IOException {
    return file("etc/org.sluice.route~" + name + ".cfg", lines);
  }

  /** A route that the front answers by itself. */
  Base fixed(String name, String prefix, String text) throws IOException {
    return route(name, "path=" + prefix, "target=status:200", "status.text=" + text);
  }

  /** Writes a file of these lines in one step, as careful editors do. */
  Base file(String relative, String... lines) throws IOException {
    return bytes(relative, (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
  }

  Base bytes(String relative, byte[] content) throws IOException {
    Path fresh = Files.createDirectories(path.resolve("new")).resolve("file");
    Files.write(fresh, content);
    Files.createDirectories(path.resolve(relative).getParent());
    Files.move(
        fresh,
        path.resolve(relative),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
    return this;
  }

  private void append(String relative, String line) throws IOException {
    Files.writeString(
        path.resolve(relative),
        Files.readString(path.resolve(relative)) + line + "\n",
        StandardCharsets.UTF_8);
  }

  /** Copies a jar into {@code deploy/}. */
  Base deploy(String name, Path jar) throws IOException {
    return bytes("deploy/" + name, Files.readAllBytes(jar));
  }

  /** Removes a file. */
  Base remove(String relative) throws IOException {
    Files.delete(path.resolve(relative));
    return this;
  }

  /** What {@code log/sluice.log} holds now. */
  String log() throws IOException {
    Path log = path.resolve("log/sluice.log");
    return Files.exists(log) ? Files.readString(log) : "";
  }

  static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : (Iterable<Path>) all.sorted(Comparator.reverseOrder())::iterator) {
        Files.deleteIfExists(each);
      }
    }
  }
}
