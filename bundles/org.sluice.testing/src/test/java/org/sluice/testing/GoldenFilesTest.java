package org.sluice.testing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

class GoldenFilesTest {
  @TempDir Path folder;

  @TestFactory
  Stream<DynamicTest> runsFolder() {
    return GoldenFiles.in("src/test/cases/upper")
        .map(
            c ->
                DynamicTest.dynamicTest(
                    c.name(), () -> c.check("upper", c.text("input").toUpperCase(Locale.ROOT))));
  }

  @Test
  void showsWhatDiffers() throws IOException {
    GoldenCase c = one("# why\n--- input\nx\n--- expected\na\nb\nc\n");
    AssertionError e = assertThrows(AssertionError.class, () -> c.check("expected", "a\nB\nc"));
    assertTrue(e.getMessage().endsWith("  a\n- b\n+ B\n  c\n"), e.getMessage());
    assertEquals(List.of("input", "expected"), List.copyOf(c.sections()));
    assertThrows(AssertionError.class, () -> c.text("missing"));
  }

  @Test
  void rewritesOnlyWhenAskedAndFailsEvenThen() throws IOException {
    String before = "# why\n--- input\nx\n--- expected\nold\n--- more\ny\n";
    GoldenCase c = one(before);
    assertThrows(AssertionError.class, () -> c.check("expected", "new"));
    assertEquals(before, Files.readString(c.file()));
    System.setProperty(GoldenFiles.UPDATE, "true");
    try {
      assertThrows(AssertionError.class, () -> c.check("expected", "new"));
    } finally {
      System.clearProperty(GoldenFiles.UPDATE);
    }
    assertEquals(before.replace("old", "new"), Files.readString(c.file()));
    GoldenFiles.in(folder).forEach(again -> again.check("expected", "new\n"));
  }

  @Test
  void bytesAreExact() throws IOException {
    GoldenCase c = one("--- input\nGET / \\\\\\r\\n\né\\x00\\xff\\0\\t\n");
    byte[] expected = "GET / \\\r\n\u00c3\u00a9\0\u00ff\0\t".getBytes(StandardCharsets.ISO_8859_1);
    assertArrayEquals(expected, c.bytes("input"));
    assertEquals(
        "a\\r\\n\n\\x00\\\\", GoldenCase.escaped("a\r\n\0\\".getBytes(StandardCharsets.US_ASCII)));
  }

  @Test
  void emptyFolderFails() {
    assertThrows(AssertionError.class, () -> GoldenFiles.in(folder));
    assertThrows(AssertionError.class, () -> GoldenFiles.in(folder.resolve("typo")));
  }

  private GoldenCase one(String content) throws IOException {
    Files.writeString(folder.resolve("one.txt"), content);
    return GoldenFiles.in(folder).findFirst().orElseThrow();
  }
}
