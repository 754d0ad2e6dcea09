package org.sluice.core.internal.config.keys;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The operator's reference names every key of the core, with its default. */
class DocumentationTest {

  @Test
  void everyKeyHasItsRow() throws Exception {
    List<String> lines = Files.readAllLines(Path.of("../../docs/configuration.md"));
    for (KeySpec spec : CoreKeys.ALL) {
      String start = "| `" + spec.key();
      String defaults = spec.defaultText().isEmpty() ? "" : "`" + spec.defaultText() + "`";
      long rows =
          lines.stream()
              .filter(
                  line -> line.startsWith(start + "`") || (spec.family() && line.startsWith(start)))
              .filter(line -> line.split("\\|", -1)[3].strip().equals(defaults))
              .filter(line -> line.contains(spec.meaning()))
              .count();
      assertTrue(rows > 0, () -> "row of " + spec.key() + " in docs/configuration.md");
    }
    assertTrue(lines.size() > 200);
  }

  @Test
  void defaultsAreWithinTheirRange() {
    CoreKeys.ALL.forEach(KeySpec::defaultValue);
  }
}
