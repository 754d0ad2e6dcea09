package org.sluice.api.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One reading of bytes (T1): every byte, and the lines that readers have disagreed on. */
class GrammarTest {
  private static final String TCHAR =
      "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

  private static byte[] bytes(String text) {
    return text.replace("\\r", "\r").replace("\\n", "\n").getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void everyByteAndCharacter() {
    for (int c = 0; c < 0x300; c++) {
      boolean token = TCHAR.indexOf(c) >= 0;
      boolean value = c == 9 || c >= 0x20 && c != 0x7f && c < 0x100;
      assertEquals(token, Grammar.isToken((char) c), "token " + c);
      assertEquals(value, Grammar.isValue((char) c), "value " + c);
      if (c < 0x100) {
        assertEquals(token, Grammar.isToken((byte) c), "token byte " + c);
        assertEquals(value, Grammar.isValue((byte) c), "value byte " + c);
      }
    }
  }

  @Test
  void texts() {
    assertTrue(Grammar.isToken("X-A"));
    assertFalse(Grammar.isToken(""));
    assertFalse(Grammar.isToken("X A"));
    assertFalse(Grammar.isToken("X\u00c9"));
    assertTrue(Grammar.isValue(""));
    assertTrue(Grammar.isValue("a\tb \u00e9"));
    assertFalse(Grammar.isValue("a\nb"));
    assertFalse(Grammar.isValue("a\u2028b"));
  }

  @ParameterizedTest
  @CsvSource({"'a\\r\\nb', 1", "'\\r\\n', 0", "'a\\r', -1", "'a', -1", "'', -1"})
  void linesEndWithCrLf(String text, int end) throws Exception {
    assertEquals(end, FieldLine.end(bytes(text), 0, bytes(text).length));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\\n", "a\\rb", "\\r\\r\\n", "\\n\\r"})
  void andWithNothingElse(String text) {
    assertThrows(MalformedException.class, () -> FieldLine.end(bytes(text), 0, bytes(text).length));
  }

  @ParameterizedTest
  @CsvSource({"'A:b', A, b", "'A: \t b c \t', A, 'b c'", "'A:', A, ''", "'A:  ', A, ''"})
  void fields(String text, String name, String value) throws Exception {
    byte[] line = bytes(text);
    int colon = FieldLine.nameEnd(line, 0, line.length);
    int from = FieldLine.valueStart(line, colon + 1, line.length);
    int to = FieldLine.valueEnd(line, from, line.length);
    FieldLine.checkValue(line, from, to);
    assertEquals(name, Grammar.text(line, 0, colon));
    assertEquals(value, Grammar.text(line, from, to));
  }

  @ParameterizedTest
  @ValueSource(strings = {"A :b", " A:b", "A", ":b", "", "\u00e9:b"})
  void noFields(String text) {
    byte[] line = bytes(text);
    MalformedException e =
        assertThrows(MalformedException.class, () -> FieldLine.nameEnd(line, 0, line.length));
    assertEquals(text.startsWith(" "), e.getMessage().contains("folded"), e.getMessage());
    assertEquals(0, e.getStackTrace().length);
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "a, 10", "00F, 15", "'5;x=y', 5", "'5 ; x = \"a;\\\"b\"', 5", "'5;x;y=z', 5"})
  void chunkLines(String text, long size) throws Exception {
    byte[] line = bytes(text);
    int digits = ChunkLine.digits(line, line.length);
    ChunkLine.checkExtensions(line, digits, line.length);
    assertEquals(size, ChunkLine.size(line, digits));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "-1",
        "+1",
        "0x1",
        "1 ",
        " 1",
        "1;",
        "1;=b",
        "1;a=",
        "1;a=\"b",
        "1;a=\"\\",
        "1;a=\"\u0007\"",
        "1 a",
        "1;a b",
        "0000000000000001"
      })
  void noChunkLines(String text) {
    byte[] line = bytes(text);
    assertThrows(
        MalformedException.class,
        () -> ChunkLine.checkExtensions(line, ChunkLine.digits(line, line.length), line.length));
  }
}
