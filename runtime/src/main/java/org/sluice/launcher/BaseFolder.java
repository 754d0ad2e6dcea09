package org.sluice.launcher;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Makes a base complete, and refuses one that any local user could put code or configuration into.
 */
final class BaseFolder {
  private BaseFolder() {}

  /** Creates what is missing; a base without {@code etc/} gets a copy of the distribution's. */
  static void prepare(Installation installation) throws Failure {
    try {
      if (Files.notExists(installation.etc())) {
        copy(installation.home().resolve("etc"), installation.etc());
      }
      if (!Files.isDirectory(installation.etc())) {
        throw new Failure(installation.etc() + ": is there, but is no folder");
      }
      for (Path folder :
          List.of(
              installation.deploy(),
              installation.run(),
              installation.log(),
              installation.cache())) {
        Files.createDirectories(folder);
      }
    } catch (FileAlreadyExistsException e) {
      throw new Failure(e.getFile() + ": is there, but is no folder", e);
    } catch (IOException e) {
      throw new Failure(installation.base() + ": cannot be made a base: " + e, e);
    }
  }

  /** Refuses a base that is writable by everyone where it matters. */
  static void check(Installation installation) throws Failure {
    for (Path folder : List.of(installation.etc(), installation.deploy())) {
      Set<PosixFilePermission> mode = mode(folder);
      if (mode.contains(PosixFilePermission.OTHERS_WRITE)) {
        throw new Failure(
            folder
                + ": writable by everyone ("
                + PosixFilePermissions.toString(mode)
                + "), so anyone could run code in the front; remove that: chmod o-w "
                + folder);
      }
    }
  }

  private static Set<PosixFilePermission> mode(Path folder) throws Failure {
    try {
      return Files.getPosixFilePermissions(folder);
    } catch (IOException e) {
      throw new Failure(folder + ": cannot be read: " + e, e);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        Files.copy(file, to.resolve(file.getFileName().toString()));
      }
    }
  }

  /** Removes a folder of ours with everything in it; a missing one is fine. */
  static void delete(Path folder) throws IOException {
    if (Files.notExists(folder)) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : (Iterable<Path>) all.sorted(Comparator.reverseOrder())::iterator) {
        Files.deleteIfExists(path);
      }
    }
  }
}
