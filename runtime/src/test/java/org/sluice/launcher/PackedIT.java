package org.sluice.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;

/** What the build has made of the bundles on their way into the distribution. */
class PackedIT {
  private static final Path BUNDLES =
      Path.of(System.getProperty("sluice.distribution", "target/sluice"), "bundles");

  @Test
  void everyBundleIsInOneFolderAndNotCompressed() throws IOException {
    Set<String> compressed = new TreeSet<>();
    List<String> names = new ArrayList<>();
    for (Path jar : jars()) {
      names.add(jar.getFileName().toString());
      for (ZipEntry entry : entries(jar)) {
        if (entry.getMethod() != ZipEntry.STORED) {
          compressed.add(jar.getFileName() + " " + entry.getName());
        }
      }
    }
    assertEquals(Set.of(), compressed);
    assertTrue(names.size() > 30, names::toString);
    assertEquals(names.stream().distinct().toList(), names);
  }

  @Test
  void lambdasOfOurBundlesAreClasses() throws IOException {
    for (Path jar : jars()) {
      if (jar.getFileName().toString().startsWith("org.sluice.core-")) {
        long lambdas =
            entries(jar).stream().filter(entry -> entry.getName().contains("$Lambda$")).count();
        assertTrue(lambdas > 100, jar + ": " + lambdas);
        return;
      }
    }
    throw new AssertionError("no core in " + jars());
  }

  private static List<Path> jars() throws IOException {
    try (Stream<Path> files = Files.walk(BUNDLES)) {
      return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    }
  }

  private static List<? extends ZipEntry> entries(Path jar) throws IOException {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      return Collections.list(zip.entries());
    }
  }
}
