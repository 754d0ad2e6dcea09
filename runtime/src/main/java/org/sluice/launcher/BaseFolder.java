package org.sluice.launcher;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Makes a base complete, and refuses one that any local user could put code or configuration into.
 */
final class BaseFolder {
  private static final int STICKY = 01000;
  private static final Path SELF = Path.of("/proc/self");

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

  /**
   * Refuses a base that is writable by everyone where it matters: {@code etc/} and {@code deploy/},
   * {@code cache/} (bundles, native libraries and archives of classes are run from there) and
   * {@code run/} (whoever puts a socket there gets requests or gives commands), and the base
   * itself, in which they could be renamed and replaced. Where the sticky bit forbids that, as on
   * {@code /tmp}, the base is accepted if nobody else owns it or one of its folders. A folder that
   * is not there yet is no reason to refuse.
   */
  static void check(Installation installation) throws Failure {
    checkBase(installation);
    for (Path folder :
        List.of(
            installation.etc(), installation.deploy(), installation.run(), installation.cache())) {
      if (isMissing(folder)) {
        continue;
      }
      if (!Files.isDirectory(folder)) {
        throw new Failure(folder + ": is there, but is no folder");
      }
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

  /** What is worth a word, but no reason not to run: nothing is read from {@code log/}. */
  static Optional<String> warning(Installation installation) throws Failure {
    Set<PosixFilePermission> mode = mode(installation.log());
    return mode.contains(PosixFilePermission.OTHERS_WRITE)
        ? Optional.of(
            installation.log()
                + ": writable by everyone ("
                + PosixFilePermissions.toString(mode)
                + "), so anyone could remove logs or let them be written elsewhere; remove that:"
                + " chmod o-w "
                + installation.log())
        : Optional.empty();
  }

  private static void checkBase(Installation installation) throws Failure {
    Path base = installation.base();
    Set<PosixFilePermission> mode = mode(base);
    if (!mode.contains(PosixFilePermission.OTHERS_WRITE)) {
      return;
    }
    String anyone =
        base
            + ": writable by everyone ("
            + PosixFilePermissions.toString(mode)
            + "), so anyone could put another etc/ or deploy/ there";
    if (((Integer) attribute(base, "unix:mode") & STICKY) == 0) {
      throw new Failure(anyone + "; remove that: chmod o-w " + base);
    }
    for (Path folder :
        List.of(
            base,
            installation.etc(),
            installation.deploy(),
            installation.run(),
            installation.log(),
            installation.cache())) {
      if (isMissing(folder)) {
        continue;
      }
      // Of the entry itself where it is a link: whoever owns that may replace it.
      Object owner =
          folder.equals(base)
              ? attribute(base, "unix:uid")
              : attribute(folder, "unix:uid", LinkOption.NOFOLLOW_LINKS);
      if (!owner.equals(0) && !owner.equals(attribute(SELF, "unix:uid"))) {
        throw new Failure(
            anyone
                + " in spite of its sticky bit, as "
                + folder
                + " belongs to another user; use a folder of your own: chmod o-w "
                + base);
      }
    }
  }

  /** A link that leads nowhere is there. */
  private static boolean isMissing(Path folder) {
    return Files.notExists(folder, LinkOption.NOFOLLOW_LINKS);
  }

  private static Object attribute(Path path, String name, LinkOption... links) throws Failure {
    try {
      return Files.getAttribute(path, name, links);
    } catch (IOException e) {
      throw new Failure(path + ": cannot be read: " + e, e);
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
