package org.sluice.launcher.httpd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.sluice.testing.GoldenCase;
import org.sluice.testing.GoldenFiles;

/** Realistic configurations of httpd, each with the files and the report that come of it. */
class HttpdImportTest {
  @TempDir Path folder;

  static Stream<GoldenCase> cases() {
    return GoldenFiles.in("src/test/resources/httpd");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void configurationBecomesFiles(GoldenCase golden) throws IOException {
    for (String section : golden.sections()) {
      if (section.endsWith(".conf") || section.endsWith(".txt")) {
        Path file = folder.resolve(section);
        Files.createDirectories(file.getParent());
        // The root of a server that is not there would hide what is included.
        Files.writeString(file, golden.text(section).replaceAll("(?m)^ServerRoot.*$", ""));
      }
    }
    HttpdImport.Result result = HttpdImport.read(folder.resolve("httpd.conf"));
    StringBuilder files = new StringBuilder();
    for (Map.Entry<String, String> file : result.files().entrySet()) {
      files.append("== ").append(file.getKey()).append('\n').append(file.getValue());
    }
    golden.check("files", files.toString());
    golden.check("report", result.report());
  }

  @ParameterizedTest
  @CsvSource({"^/m4/(.*)\\.gif$, /m4/", "^/(a|b)/x, /", "^/abc?/x, /", "/x, /", "^/a/b+, /a/"})
  void pathIsWhatEveryMatchBeginsWith(String regex, String path) {
    assertEquals(path, Values.literalPath(regex));
  }

  @ParameterizedTest
  @CsvSource({"60, s, 60s", "500, ms, 500ms", "2min, s, 2m", "100ms, s, 100ms"})
  void timesGetUnits(String text, String unit, String ours) {
    assertEquals(ours, Values.duration(text, unit));
  }
}
