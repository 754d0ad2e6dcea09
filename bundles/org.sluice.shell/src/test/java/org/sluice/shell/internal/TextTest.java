package org.sluice.shell.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.api.status.Table;

class TextTest {
  @ParameterizedTest
  @CsvSource({
    "abc,3,abc",
    "abcd,3,ab…",
    "a,1,a",
    "ab,1,…",
    "𝄞𝄞𝄞,2,𝄞…",
    "'',0,''",
    "/a/b/c/d,7,/a…/c/d",
    "/a b/c,4,/a …"
  })
  void shortens(String text, int width, String expected) {
    assertEquals(expected, Text.shorten(text, width));
    assertTrue(Text.width(expected) <= width);
  }

  @Test
  void messageOrClass() {
    assertEquals("boom", Text.message(new IllegalStateException("boom")));
    assertEquals("IllegalStateException", Text.message(new IllegalStateException()));
  }

  @Test
  void sortsWords() throws CommandFailure {
    Query query = Query.parse(List.of("a", "--json", "b", "--wide"));
    assertEquals(new Query(true, true, false, List.of("a", "b")), query);
    CommandFailure e = assertThrows(CommandFailure.class, () -> Query.parse(List.of("--jso")));
    assertEquals("unknown option --jso; allowed: --json, --wide, --help", e.getMessage());
  }

  @Test
  void notANumberIsNoJson() {
    Table table = new Table(List.of("a"), List.of(List.of(Double.NaN)));
    assertEquals("[{\"a\":null}]", TableJson.of(table));
  }
}
