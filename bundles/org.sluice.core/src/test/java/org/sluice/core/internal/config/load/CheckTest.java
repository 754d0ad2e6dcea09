package org.sluice.core.internal.config.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.sluice.core.internal.config.keys.Catalog;
import org.sluice.core.internal.config.keys.Metatype;
import org.sluice.core.internal.config.read.Problem;
import org.sluice.core.internal.config.rules.Known;

/** Runs the folder of broken configurations; see {@link GoldenCase} for the form of a case. */
class CheckTest {
  private static final Known KNOWN =
      Known.of(
          Set.of("fd", "file", "http", "cgi", "balancer"),
          Set.of("flush", "raw", "opening"),
          Set.of("classic"));

  @TempDir Path folder;

  @TestFactory
  Stream<DynamicTest> everyCase() throws Exception {
    Path cases = Path.of("src/test/resources/check");
    Catalog catalog = Metatype.catalogWithOpening();
    List<Path> files;
    try (Stream<Path> list = Files.list(cases)) {
      files = list.sorted().toList();
    }
    assertTrue(files.size() >= 45, "cases: " + files.size());
    return files.stream()
        .map(
            file ->
                DynamicTest.dynamicTest(file.getFileName().toString(), () -> run(file, catalog)));
  }

  private void run(Path file, Catalog catalog) throws Exception {
    GoldenCase golden = GoldenCase.read(file);
    Path base = Files.createDirectories(folder.resolve(file.getFileName().toString()));
    golden.write(base);
    List<String> printed =
        new Loader(base, catalog, golden::environment)
            .load(KNOWN, LastGood.none(), null).problems().stream().map(Problem::toString).toList();
    if (Boolean.getBoolean("golden.accept")) {
      GoldenCase.accept(file, printed);
    }
    assertEquals(String.join("\n", golden.expected()), String.join("\n", printed));
  }
}
