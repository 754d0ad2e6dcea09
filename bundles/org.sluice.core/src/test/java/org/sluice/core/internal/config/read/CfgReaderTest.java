package org.sluice.core.internal.config.read;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CfgReaderTest {
  @TempDir Path base;

  private CfgFile read(String text) {
    return read(text.getBytes(StandardCharsets.UTF_8));
  }

  private CfgFile read(byte[] bytes) {
    Path folder = base == null ? Path.of("/nowhere") : base;
    Substitution substitution =
        new Substitution(folder, name -> name.equals("USER") ? "ann ${env:USER}" : null);
    return new CfgReader(substitution).read(FileName.parse("p~n.cfg"), bytes);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "k=v | v",
        "\"  k\t =  a b\t \" | a b",
        "k=a=b | a=b",
        "k=a#b | a#b",
        "k=C:\\dir\\new\\ | C:\\dir\\new\\",
        "k=\\u0041 | \\u0041",
        "k=${x} | ${x}",
        "k=$${env:USER} | ${env:USER}",
        "k=a${env:USER}b | aann ${env:USER}b",
        "k=$$$ | $$$",
        "k=äö€ | äö€",
        "k=^/x/(.*)$ | ^/x/(.*)$",
      })
  void values(String line, String value) {
    assertEquals(value, read(line).value("k"));
  }

  @Test
  void linesAreCountedAndComments() {
    CfgFile file = read("# one\n\n  # three\r\nk=v\r\nl=\n");
    assertEquals(List.of(), file.problems());
    assertEquals("etc/p~n.cfg:4", file.entry("k").origin());
    assertEquals("", file.entry("l").value());
    assertNull(file.value("l"));
    assertNull(file.value("none"));
    assertEquals(2, file.entries().size());
  }

  @Test
  void aMarkIsSkippedAndTheLastLineNeedsNoEnd() {
    assertEquals("v", read("\ufeffk=v").value("k"));
    assertEquals(0, read("").entries().size());
    assertEquals(0, read("\ufeff").entries().size());
  }

  @Test
  void goodLinesOfABadFileAreThere() {
    CfgFile file = read("path=/x/\nrubbish\nsite=a\n");
    assertEquals(1, file.problems().size());
    assertEquals("/x/", file.value("path"));
    assertEquals("a", file.value("site"));
  }

  @Test
  void aFileIsReplacedByItsTextWithoutTheLastLineBreak() throws Exception {
    Files.writeString(base.resolve("key"), "a$b\\\r\n");
    Files.writeString(base.resolve("empty"), "");
    CfgFile file = read("k=<${file:key}>\nl=<${file:empty}>\nm=${file:/dev/null}");
    assertEquals("<a$b\\>", file.value("k"));
    assertEquals("<>", file.value("l"));
    assertEquals("<${file:key}>", file.entry("k").raw());
    assertTrue(file.problems().toString().contains("is not a file"), "no devices");
  }

  @Test
  void largeFilesAreRefused() {
    CfgFile file = read(new byte[(1 << 20) + 1]);
    assertTrue(file.problems().get(0).message().contains("at most 1m"));
  }

  @Property
  void whateverIsReadNothingIsThrown(@ForAll byte[] bytes) {
    CfgFile file = read(bytes);
    String lines =
        file.problems().stream().map(Problem::toString).collect(Collectors.joining("\n"));
    assertEquals(file.problems().size(), lines.isEmpty() ? 0 : lines.split("\n", -1).length);
  }

  @ParameterizedTest
  @CsvSource({
    "org.sluice.route~x.cfg, true",
    "x.cfg, true",
    ".cfg, false",
    ".x.cfg, false",
    "x.cfg~, false",
    ".x.cfg.swp, false",
    ".#x.cfg, false",
    "#x.cfg#, false",
    "x.cfg.rpmnew, false",
    "jvm.options, false",
  })
  void editorsLeaveFilesThatAreNotRead(String name, boolean read) {
    assertEquals(read, FileName.isRead(name));
  }

  @ParameterizedTest
  @CsvSource({"limit.bdy, limit.body", "paht, path", "zzz, ", "limitbody, limit.body"})
  void nearest(String word, String near) {
    assertEquals(near, Nearest.of(word, List.of("limit.body", "path", "limit.header")));
  }
}
