package org.sluice.fdpass.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FdTargetTest {
  @ParameterizedTest
  @CsvSource({
    "run/app.sock, run/app.sock",
    "/run/app.sock, /run/app.sock",
    "///run/app.sock, /run/app.sock",
    "a..b/c, a..b/c",
    "'run/a b.sock', run/a b.sock"
  })
  void oneSocket(String rest, String path) {
    assertEquals(List.of(path), FdTarget.parse(rest));
  }

  @Test
  void severalSocketsOnceEach() {
    assertEquals(List.of("a", "/b", "c"), FdTarget.parse("a, ///b,c,a"));
  }

  @ParameterizedTest
  @CsvSource({
    "'', names no socket",
    "'a,', names no socket",
    "//run/app.sock, host part",
    "//localhost/run/app.sock, host part",
    "../app.sock, '..'",
    "run/../app.sock, '..'",
    "run/.., '..'"
  })
  void refusedWithTheReason(String rest, String reason) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> FdTarget.parse(rest)).getMessage();

    assertTrue(message.startsWith("target fd:" + rest), message);
    assertTrue(message.contains(reason), message);
  }

  @Test
  void nulIsRefusedAndNotRepeated() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> FdTarget.parse("run/a\0b")).getMessage();

    assertEquals("target fd:run/a?b holds a NUL", message);
  }

  @Test
  void pathsFitTheKernelsStructure() {
    String longest = "/" + "x".repeat(FdTarget.LONGEST_PATH - 1);

    assertEquals(List.of(longest), FdTarget.parse(longest));
    String message =
        assertThrows(IllegalArgumentException.class, () -> FdTarget.parse(longest + "x"))
            .getMessage();
    assertTrue(message.contains("108 bytes, at most 107"), message);
    // Bytes count, not characters.
    assertThrows(IllegalArgumentException.class, () -> FdTarget.parse("ü".repeat(54)));
  }

  @Test
  void atMostAsManyAsBitsInAWord() {
    StringBuilder rest = new StringBuilder("s0");
    for (int i = 1; i < FdTarget.MOST_SOCKETS; i++) {
      rest.append(",s").append(i);
    }
    assertEquals(FdTarget.MOST_SOCKETS, FdTarget.parse(rest.toString()).size());
    assertThrows(IllegalArgumentException.class, () -> FdTarget.parse(rest + ",more"));
  }
}
