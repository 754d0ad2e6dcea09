package org.sluice.packing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Stream;

/**
 * Makes bundles quick to load, by the build, when it puts the distribution together. A front reads
 * each class from its jar at every start, with an archive of {@code sluice optimize} too (the JVM
 * compares the bytes), so
 *
 * <ul>
 *   <li>nothing is compressed: to inflate it took one twentieth of a start;
 *   <li>lambdas of our own bundles are classes: {@link PlainLambdas}.
 * </ul>
 *
 * <p>The bundles in a Maven repository stay as they are; the packed ones are the same otherwise.
 */
public final class Pack {
  /** Others' bundles keep their classes. */
  private static final String OURS = "org.sluice.";

  private Pack() {}

  /**
   * Packs each jar of a folder into another one, under the same name.
   *
   * @param folders from where, and to where
   * @throws IOException if a jar cannot be read or written
   */
  public static void main(String[] folders) throws IOException {
    if (folders.length != 2) {
      throw new IllegalArgumentException("two folders are needed: from where, and to where");
    }
    Path to = Files.createDirectories(Path.of(folders[1]));
    try (Stream<Path> files = Files.list(Path.of(folders[0]))) {
      List<Path> jars = files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
      for (Path jar : jars) {
        pack(jar, to.resolve(jar.getFileName()));
      }
    }
  }

  static void pack(Path from, Path to) throws IOException {
    Map<String, byte[]> entries = Jar.read(from);
    Jar.write(isOurs(from) ? PlainLambdas.in(entries) : entries, to);
  }

  private static boolean isOurs(Path jar) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      Manifest manifest = file.getManifest();
      String name =
          manifest == null ? null : manifest.getMainAttributes().getValue("Bundle-SymbolicName");
      return name != null && name.startsWith(OURS);
    }
  }
}
