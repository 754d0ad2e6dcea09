package org.sluice.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;

/**
 * T17: memory safety is the JVM's. Native code is that of three libraries and none is ours; one
 * class declares functions of the C library, for spawning programs.
 */
class NativeCodeIT {
  private static final Pattern LIBRARY = Pattern.compile(".*[.](so|dll|dylib|jnilib)([.][0-9.]+)?");
  private static final Pattern VERSION = Pattern.compile("-[0-9].*");
  private static final Pattern METHOD = Pattern.compile("(?m)^\\s+[a-z ]*\\bnative [^*;]*;$");

  @Test
  void itIsThatOfThreeLibraries() throws IOException {
    Set<String> found = new TreeSet<>();
    try (Stream<Path> files = Files.walk(Distribution.HOME)) {
      for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        String name = file.getFileName().toString();
        if (LIBRARY.matcher(name).matches() && !file.toString().contains("/cache/")) {
          found.add(name);
        } else if (name.endsWith(".jar") && hasLibrary(file)) {
          found.add(VERSION.matcher(name).replaceFirst(""));
        }
      }
    }
    assertEquals(Set.of("jna", "netty-transport-native-epoll", "org.sluice.junixsocket"), found);
  }

  private static boolean hasLibrary(Path jar) throws IOException {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      return zip.stream().anyMatch(entry -> LIBRARY.matcher(entry.getName()).matches());
    }
  }

  @Test
  void noneIsOurs() throws IOException {
    try (Stream<Path> files = Files.walk(Distribution.TOP.resolve("bundles"))) {
      List<Path> sources =
          files
              .filter(file -> file.toString().contains("/src/main/"))
              .filter(Files::isRegularFile)
              .toList();
      assertTrue(sources.size() > 300, "sources: " + sources.size());
      Set<String> declare = new TreeSet<>();
      for (Path source : sources) {
        String name = source.getFileName().toString();
        assertTrue(!name.endsWith(".c") && !name.endsWith(".h") && !name.endsWith(".so"), name);
        if (name.endsWith(".java") && METHOD.matcher(Files.readString(source)).find()) {
          declare.add(name);
        }
      }
      assertEquals(Set.of("Libc.java"), declare);
    }
  }
}
