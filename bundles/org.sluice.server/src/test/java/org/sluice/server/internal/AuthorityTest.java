package org.sluice.server.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuthorityTest {
  private static boolean isValid(String text) {
    return Authority.isValid(text, 0, text.length());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "a.example",
        "a.example.",
        "A-1_b~.example",
        "127.0.0.1",
        "a:",
        "a:80",
        "a:65535",
        "a:00080",
        "[::]",
        "[::1]:80",
        "[1:2:3:4:5:6:7:8]",
        "[1::8]",
        "[2001:DB8::a]:",
        "[::ffff:127.0.0.1]",
        "[1:2:3:4:5:6:1.2.3.4]"
      })
  void accepts(String text) {
    assertTrue(isValid(text));
    String inside = "x" + text + "/";
    assertTrue(Authority.isValid(inside, 1, inside.length() - 1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ":",
        ":80",
        ".",
        ".a",
        "a..b",
        "a..",
        "a:x",
        "a:80:80",
        "a:65536",
        "a:100000",
        "a:-1",
        "a:+80",
        "u@a",
        "u:p@a",
        "a/b",
        "a?b",
        "a#b",
        "a\\b",
        "a b",
        "a\tb",
        "a,b",
        "a%2eb",
        "a!b",
        "a;b",
        "\u00e9.example",
        "[",
        "[]",
        "[::",
        "[::1",
        "[::1]x",
        "[::1]80",
        "x[::1]",
        "[:::]",
        "[1::2::3]",
        "[1:2:3:4:5:6:7]",
        "[1:2:3:4:5:6:7:8:9]",
        "[1::2:3:4:5:6:7:8]",
        "[12345::]",
        "[g::]",
        "[1:]",
        "[:1]",
        "[::1.2.3]",
        "[::1.2.3.256]",
        "[::1.2.3.04]",
        "[1.2.3.4]",
        "[fe80::1%25eth0]",
        "[v1.x]"
      })
  void refuses(String text) {
    assertFalse(isValid(text));
  }

  @Test
  void limitsNames() {
    assertTrue(isValid("a".repeat(254)));
    assertFalse(isValid("a".repeat(255)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a:1", "[::1]:1", "a", "a:", "[::1]", "[::1]:"})
  void knowsPorts(String text) {
    assertEquals(text.endsWith(":1") && !text.equals("[::1]"), Authority.hasPort(text));
  }
}
