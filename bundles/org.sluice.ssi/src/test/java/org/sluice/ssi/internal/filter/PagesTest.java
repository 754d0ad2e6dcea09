package org.sluice.ssi.internal.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.sluice.testing.GoldenCase;
import org.sluice.testing.GoldenFiles;
import org.sluice.testing.MemoryExchange;

/**
 * A folder of pages: {@code page} is /page.shtml, {@code file NAME} other documents, {@code
 * options} those of the route, {@code request} the target and fields; {@code expect} is exactly
 * what the client gets. One line end at the end of a section belongs to the file, not to the
 * section.
 */
class PagesTest {
  private static final String FOLDER = "src/test/resources/pages";

  @TestFactory
  Stream<DynamicTest> pages() {
    return GoldenFiles.in(FOLDER).map(c -> dynamicTest(c.name(), () -> check(c)));
  }

  @Test
  void thereAreMany() {
    assertTrue(GoldenFiles.in(FOLDER).count() >= 200);
  }

  private static void check(GoldenCase page) {
    MiniFront front = new MiniFront().options(options(page));
    for (String section : page.sections()) {
      if (section.startsWith("file ")) {
        front.file(section.substring(5), text(page, section));
      }
    }
    front.file("/page.shtml", text(page, "page"));
    List<String> request =
        page.has("request") ? text(page, "request").lines().toList() : List.of("/page.shtml");
    String[] fields =
        request.stream()
            .skip(1)
            .flatMap(line -> Arrays.stream(line.split(": ", 2)))
            .toArray(String[]::new);
    MemoryExchange exchange = front.get(request.get(0), fields);
    page.check("expect", exchange.bodyText());
    assertEquals(200, exchange.status());
    assertEquals(List.of(), exchange.violations());
  }

  private static Map<String, String> options(GoldenCase page) {
    Map<String, String> options = new HashMap<>();
    options.put("ssi", "on");
    if (page.has("options")) {
      for (String line : text(page, "options").lines().toList()) {
        int equals = line.indexOf('=');
        options.put(line.substring(0, equals), line.substring(equals + 1));
      }
    }
    return options;
  }

  private static String text(GoldenCase page, String section) {
    String text = page.text(section);
    return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
  }
}
