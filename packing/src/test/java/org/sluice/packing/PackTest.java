package org.sluice.packing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackTest {
  private static final String SHAPES = "org/sluice/packing/Shapes.class";

  @TempDir Path folder;

  @Test
  void everyJarIsThereUncompressedWithItsEntriesInOrder() throws IOException {
    jar("a.jar", "org.example", "text", "x".repeat(10_000).getBytes(StandardCharsets.UTF_8));
    jar("b.jar", "org.example", "empty", new byte[0]);
    Files.writeString(from().resolve("notes.txt"), "no jar");

    pack();

    assertEquals(List.of("a.jar", "b.jar"), names(to()));
    try (ZipFile zip = new ZipFile(to().resolve("a.jar").toFile())) {
      List<? extends ZipEntry> entries = Collections.list(zip.entries());
      assertEquals(
          List.of("META-INF/MANIFEST.MF", "text"),
          entries.stream().map(ZipEntry::getName).toList());
      for (ZipEntry entry : entries) {
        assertEquals(ZipEntry.STORED, entry.getMethod(), entry.getName());
      }
    }
    assertEquals(10_000, Jar.read(to().resolve("a.jar")).get("text").length);
  }

  @Test
  void theSameJarGivesTheSameFile() throws IOException {
    jar("a.jar", "org.sluice.a", SHAPES, shapes());
    pack();
    byte[] first = Files.readAllBytes(to().resolve("a.jar"));

    Files.setLastModifiedTime(
        from().resolve("a.jar"), java.nio.file.attribute.FileTime.fromMillis(1_000_000_000));
    pack();

    assertArrayEquals(first, Files.readAllBytes(to().resolve("a.jar")));
  }

  @Test
  void onlyOurOwnBundlesLoseTheirLambdas() throws IOException {
    jar("ours.jar", "org.sluice.some;singleton:=true", SHAPES, shapes());
    jar("theirs.jar", "org.sluices", SHAPES, shapes());
    jar("plain.jar", null, SHAPES, shapes());

    pack();

    assertTrue(Jar.read(to().resolve("ours.jar")).containsKey(lambda(1)));
    for (String name : List.of("theirs.jar", "plain.jar")) {
      Map<String, byte[]> entries = Jar.read(to().resolve(name));
      assertFalse(entries.containsKey(lambda(1)), name);
      assertArrayEquals(shapes(), entries.get(SHAPES), name);
    }
  }

  @Test
  void withoutTwoFoldersItSaysSo() {
    assertThrows(IllegalArgumentException.class, () -> Pack.main(new String[] {"one"}));
  }

  private static String lambda(int number) {
    return SHAPES.replace(".class", "$Lambda$" + number + ".class");
  }

  private Path from() throws IOException {
    return Files.createDirectories(folder.resolve("from"));
  }

  private Path to() {
    return folder.resolve("to");
  }

  private void pack() throws IOException {
    Pack.main(new String[] {from().toString(), to().toString()});
  }

  private static List<String> names(Path files) throws IOException {
    try (var listed = Files.list(files)) {
      return listed.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static byte[] shapes() throws IOException {
    try (InputStream in = Shapes.class.getResourceAsStream("Shapes.class")) {
      return in.readAllBytes();
    }
  }

  private void jar(String name, String symbolicName, String entry, byte[] content)
      throws IOException {
    String manifest =
        "Manifest-Version: 1.0\n"
            + (symbolicName == null ? "" : "Bundle-SymbolicName: " + symbolicName + "\n")
            + "\n";
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(from().resolve(name)))) {
      zip.putNextEntry(new ZipEntry("META-INF/MANIFEST.MF"));
      zip.write(manifest.getBytes(StandardCharsets.UTF_8));
      zip.putNextEntry(new ZipEntry(entry));
      zip.write(content);
    }
  }
}
