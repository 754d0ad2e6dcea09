package org.sluice.accesslog.internal.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.accesslog.internal.Exchanges;
import org.sluice.log.api.LogItem;

/** Every item and modifier against a line that it must give. */
class ItemsTest {
  @TestFactory
  Stream<DynamicTest> lines() throws IOException {
    List<String> cases =
        Files.readAllLines(Path.of("src/test/cases/items.txt")).stream()
            .filter(line -> !line.isEmpty() && !line.startsWith("#"))
            .toList();
    assertTrue(cases.size() >= 120, "cases: " + cases.size());
    return cases.stream().map(line -> dynamicTest(line, () -> check(line)));
  }

  private static void check(String line) {
    int first = line.indexOf('|');
    int second = line.indexOf('|', first + 1);
    String format = line.substring(first + 1, second).strip();
    String expected = line.substring(second + 1);
    expected =
        line.charAt(second - 1) == ' ' && expected.startsWith(" ")
            ? expected.substring(1)
            : expected;
    if (format.contains("%n%%")) {
      expected += "\n%";
    }
    byte[] actual = Exchanges.named(line.substring(0, first).strip()).line(format);
    assertEquals(expected + "\n", new String(actual, StandardCharsets.UTF_8));
  }

  @Test
  void processAndThread() {
    String line = text("plain", "%P %{pid}P %{tid}P %{hextid}P");
    long pid = ProcessHandle.current().pid();
    long thread = Thread.currentThread().getId();
    assertEquals(pid + " " + pid + " " + thread + " " + Long.toHexString(thread) + "\n", line);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "%|the item of '%' is missing",
        "%{x|'%{x' lacks its }",
        "%>|the item of '%>' is missing",
        "%^F|two characters follow ^",
        "%{beginX}t|begin and end stand alone",
        "%{endX}t|begin and end stand alone",
        "%{%Q}t|is no conversion of strftime",
        "%{x}T|allowed units are s, ms, us and ns",
        "%{x}p|allowed are canonical, local and remote",
        "%{x}P|allowed are pid, tid and hextid",
        "%{x}L|allowed are %L and %{c}L",
        "%{x}a|allowed are %a and %{c}a",
        "%20s|a status has three digits",
        "%()|names no item",
        "json x|a field of a json format is NAME=FORMAT",
      })
  void wrongFormatsAreErrors(String format, String message) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> text("plain", format));
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }

  @Test
  void anItemNobodyOffersIsADash() {
    Format format = Compiler.compile("a %Z %(nope) b", name -> null, failure -> {});
    assertEquals(List.of("%Z", "%(nope)"), format.missing());
    Entry entry = new Entry();
    Exchanges.Ended ended = Exchanges.named("plain");
    entry.begin(ended.exchange(), ended.outcome(), ended.endMicros());
    Line line = new Line();
    format.write(entry, line, 1024, Mask.NONE);
    assertEquals("a - - b\n", new String(line.array(), 0, line.length(), StandardCharsets.UTF_8));
  }

  @Test
  void anItemOfOneCircumflexTakesWhatHasNoItemOfItsOwn() {
    LogItem caret = (name, argument) -> (entry, out) -> out.plain("caret");
    assertEquals(
        "caretZZ.\n",
        new String(
            Exchanges.named("plain")
                .line("%^ZZ.", ItemTable.of(Map.of("^", caret)), 1024, Mask.NONE),
            StandardCharsets.UTF_8));
  }

  @Test
  void anItemThatThrowsCostsItsValueOnly() {
    LogItem bad =
        (name, argument) ->
            (entry, out) -> {
              out.plain("half");
              throw new IllegalStateException("broken");
            };
    int[] failures = new int[1];
    Format format =
        Compiler.compile("a %Z b", ItemTable.of(Map.of("Z", bad)), failure -> failures[0]++);
    Entry entry = new Entry();
    Line line = new Line();
    format.write(entry, line, 1024, Mask.NONE);
    assertEquals("a - b\n", new String(line.array(), 0, line.length(), StandardCharsets.UTF_8));
    assertEquals(1, failures[0]);
  }

  /** A format that was judged with another item, which has left. */
  @Test
  void anItemThatDoesNotTakeItsArgumentAnyMoreIsADash() {
    LogItem fails =
        (name, argument) -> {
          throw new IllegalStateException("broken");
        };
    LogItem none = (name, argument) -> null;
    Map<String, LogItem> items = new java.util.HashMap<>(Exchanges.ITEMS);
    items.put("Z", fails);
    items.put("Y", none);
    Format format = Compiler.recompile("%{far}p %m %Z %Y", ItemTable.of(items), failure -> {});
    assertEquals(
        List.of(
            "%{far}p: allowed are canonical, local and remote",
            "%Z: the item failed: java.lang.IllegalStateException: broken",
            "%Y: the item failed: java.lang.NullPointerException: no value"),
        format.refused());
    assertEquals(List.of(), format.missing());
    Entry entry = new Entry();
    Exchanges.Ended ended = Exchanges.named("plain");
    entry.begin(ended.exchange(), ended.outcome(), ended.endMicros());
    Line line = new Line();
    format.write(entry, line, 1024, Mask.NONE);
    assertEquals("- GET - -\n", new String(line.array(), 0, line.length(), StandardCharsets.UTF_8));
  }

  @Test
  void valuesInJsonThatAreTooLongAreCutAndMarked() {
    byte[] line =
        Exchanges.named("plain")
            .line(
                "json a=%{X-Bytes}i%{X-Bytes}i%{X-Bytes}i b=%>s c=%U d=%{Nope}i",
                ItemTable.of(Exchanges.ITEMS), 25, Mask.NONE);
    JsonObject object =
        JsonParser.parseString(new String(line, StandardCharsets.UTF_8)).getAsJsonObject();
    assertEquals("a\tb \u00e9 \"\\a\tb \u00e9 \"\\...[cut]", object.get("a").getAsString());
    assertEquals(200, object.get("b").getAsInt());
    assertEquals("...[cut]", object.get("c").getAsString());
    assertTrue(object.get("d").isJsonNull());
  }

  @Test
  void hiddenParameters() {
    Mask mask = Mask.of(List.of("token", "X"));
    byte[] line =
        Exchanges.named("plain")
            .line("%r %q %{Referer}i", ItemTable.of(Exchanges.ITEMS), 4096, mask);
    assertEquals(
        "GET /a%20b//c?x=***&token=*** HTTP/1.1 ?x=***&token=*** http://o.example/?token=***&y=2\n",
        new String(line, StandardCharsets.UTF_8));
  }

  @Test
  void aLineThatIsTooLongIsCutAndMarked() {
    byte[] line =
        Exchanges.named("plain")
            .line("%{X-Bytes}i".repeat(100), ItemTable.of(Exchanges.ITEMS), 300, Mask.NONE);
    String text = new String(line, StandardCharsets.UTF_8);
    assertTrue(text.endsWith("...[cut]\n"), text);
    assertTrue(line.length <= 300, "length " + line.length);
  }

  @Test
  void everyPredefinedFormatCompiles() {
    Formats formats = new Formats(Map.of());
    for (String name : formats.names()) {
      String line = text("plain", formats.text(name));
      assertEquals(line.length() - 1, line.indexOf('\n'), name);
      if (name.startsWith("json")) {
        JsonObject object = JsonParser.parseString(line).getAsJsonObject();
        assertTrue(object.size() > 20, line);
      }
    }
    assertTrue(
        formats
            .names()
            .containsAll(
                List.of(
                    "common",
                    "combined",
                    "vhost_combined",
                    "referer",
                    "agent",
                    "json",
                    "json-ecs")));
    assertEquals(formats.text("COMBINED"), formats.text("combined"));
  }

  private static String text(String exchange, String format) {
    return new String(Exchanges.named(exchange).line(format), StandardCharsets.UTF_8);
  }
}
