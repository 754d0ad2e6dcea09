package org.sluice.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A folder of case files, each holding an input and what is expected of it, so that a new bug is a
 * new file. With JUnit:
 *
 * <pre>{@code
 * @TestFactory
 * Stream<DynamicTest> cases() {
 *   return GoldenFiles.in("src/test/cases")
 *       .map(c -> dynamicTest(c.name(), () -> c.check("tree", parse(c.text("input")))));
 * }
 * }</pre>
 *
 * <p>A file is UTF-8 text in sections; a line {@code --- name} begins one, what is before the first
 * is a comment. Files are never rewritten by themselves: with the system property {@code
 * sluice.golden.update=true} a section that differs is replaced, and the case still fails once, so
 * that nobody overlooks it.
 */
public final class GoldenFiles {
  /** System property that allows differing sections to be rewritten. */
  public static final String UPDATE = "sluice.golden.update";

  private GoldenFiles() {}

  /**
   * The cases of a folder (not of its subfolders) in the order of their names.
   *
   * @param folder relative to the module, which is the working directory of its tests
   * @throws AssertionError if there is no case: a wrong folder must not pass for a success
   */
  public static Stream<GoldenCase> in(String folder) {
    return in(Path.of(folder));
  }

  /** As {@link #in(String)}. */
  public static Stream<GoldenCase> in(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> cases = files.filter(Files::isRegularFile).sorted().toList();
      if (cases.isEmpty()) {
        throw new AssertionError("no case file in " + folder.toAbsolutePath());
      }
      return cases.stream().map(GoldenFiles::read);
    } catch (IOException e) {
      throw new AssertionError("cannot list " + folder.toAbsolutePath() + ": " + e, e);
    }
  }

  private static GoldenCase read(Path file) {
    try {
      return new GoldenCase(file, Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(file.toString(), e);
    }
  }
}
