package org.sluice.launcher.httpd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
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

  /** Old files have Latin-1 in their comments, and nothing at all came of them. */
  @Test
  void latin1IsRead() throws IOException {
    Path included = folder.resolve("included.conf");
    Files.write(included, "# \u00e4\nAlias /a /b\u00fc\n".getBytes(StandardCharsets.ISO_8859_1));
    Path file = folder.resolve("httpd.conf");
    Files.writeString(file, "# \u00e4\nInclude included.conf\nAlias /c /d\u00fc\n");
    Map<String, String> files = HttpdImport.read(file).files();
    for (String each : new String[] {"a.cfg /b", "c.cfg /d"}) {
      String text = files.get("org.sluice.route~" + each.substring(0, each.indexOf(' ')));
      assertTrue(text.contains("file:" + each.substring(each.indexOf('/')) + "\u00fc\n"), text);
    }
  }

  @Test
  void aSectionThatDoesNotEndItsLineIsNamed() throws IOException {
    Path file = folder.resolve("httpd.conf");
    Files.writeString(file, "Include hosts.conf\n");
    Files.writeString(folder.resolve("hosts.conf"), "Listen 80\n<VirtualHost *:80\n");
    IOException thrown = assertThrows(IOException.class, () -> HttpdImport.read(file));
    assertEquals("hosts.conf:2: <VirtualHost *:80: the section has no >", thrown.getMessage());
  }

  /** httpd would not start; what a wrong end guards is anybody's guess. */
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "<Location /a>|Require all denied, httpd.conf:1: <Location /a>: there is no end of it",
        "Listen 80|</Location>, httpd.conf:2: </Location>: no section has begun",
        "<IfModule a>|<Location /b>|</IfModule>, httpd.conf:3: </IfModule>: this does not end"
            + " <Location /b> of httpd.conf:2"
      })
  void aSectionThatDoesNotEndIsNamed(String lines, String message) throws IOException {
    Path file = folder.resolve("httpd.conf");
    Files.writeString(file, lines.replace('|', '\n') + "\n");
    IOException thrown = assertThrows(IOException.class, () -> HttpdImport.read(file));
    assertEquals(message, thrown.getMessage());
  }

  /** httpd takes it to the end of the line, and so do we; few will have meant it. */
  @Test
  void aQuoteThatDoesNotEndIsInTheReport() throws IOException {
    Path file = folder.resolve("httpd.conf");
    Files.writeString(file, "Listen 80\nAlias /x \"/srv/x y\n");
    HttpdImport.Result result = HttpdImport.read(file);
    assertEquals(
        "site=main\npath=/x\ntarget=file:/srv/x y\n", result.files().get("org.sluice.route~x.cfg"));
    assertEquals(
        "2 directives taken over, 0 without meaning here, 0 not taken over\n\nto look at:\n"
            + "  httpd.conf:2  Alias /x \"/srv/x y: the quote has no end; taken to the end of the"
            + " line\n",
        result.report());
  }

  @Test
  void aContinuedLastLineCounts() throws IOException {
    Path file = folder.resolve("httpd.conf");
    Files.writeString(file, "Listen 80\nAlias /x /srv/x \\");
    assertEquals(
        "site=main\npath=/x\ntarget=file:/srv/x\n",
        HttpdImport.read(file).files().get("org.sluice.route~x.cfg"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"[x", "{a", "a\0", ""})
  void whatCannotBeIncludedIsInTheReport(String pattern) throws IOException {
    Path file = folder.resolve("httpd.conf");
    Files.writeString(file, "Listen 8080\nInclude \"" + pattern + "\"\nAlias /c /d\n");
    HttpdImport.Result result = HttpdImport.read(file);
    assertTrue(result.report().contains("httpd.conf:2 Include " + pattern), result.report());
    assertTrue(result.files().containsKey("org.sluice.route~c.cfg"), result.report());
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
