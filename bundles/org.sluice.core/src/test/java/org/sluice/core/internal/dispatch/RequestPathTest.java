package org.sluice.core.internal.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.api.http.HandlerException;

/** Paths are decoded once and normalised (T4). */
class RequestPathTest {

  @ParameterizedTest
  @CsvSource({
    "/, /",
    "/a/b, /a/b",
    "/a//b, /a/b",
    "//a, /a",
    "/a/./b, /a/b",
    "/a/., /a/",
    "/a/.., /",
    "/a/../, /",
    "/a/b/../c, /a/c",
    "/a/b/.., /a/",
    "/.a, /.a",
    "/..a, /..a",
    "/a.., /a..",
    "/a/.../b, /a/.../b",
    "/%61, /a",
    "/%25, /%",
    "/%2561, /%61",
    "/%2e%2e/a/%2e/b, ''",
    "/a/%2e%2e/b, /b",
    "/%C3%A9, /é",
    "/a+b;c=d, /a+b;c=d",
    "/a//, /a/",
    "*, *"
  })
  void decodes(String raw, String path) throws HandlerException {
    if (path.isEmpty()) {
      assertEquals(
          400, assertThrows(HandlerException.class, () -> RequestPath.decode(raw)).status());
    } else {
      assertEquals(path, RequestPath.decode(raw));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a",
        "/..",
        "/../a",
        "/a/../../b",
        "/%",
        "/%4",
        "/%zz",
        "/%-1",
        "/%00",
        "/a%0d%0ab",
        "/%7f",
        "/%ff",
        "/%c0%af",
        "/%ed%a0%80",
        "/a b\u0001",
        "/%+1"
      })
  void refuses(String raw) {
    HandlerException refusal = assertThrows(HandlerException.class, () -> RequestPath.decode(raw));
    assertEquals(400, refusal.status());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/a%2fb", "/a%2Fb", "/%2f", "/a%2f..%2fb"})
  void anEncodedSlashIsNotFound(String raw) {
    assertEquals(404, assertThrows(HandlerException.class, () -> RequestPath.decode(raw)).status());
  }

  @Test
  void theOrdinaryPathIsNotCopied() throws HandlerException {
    String raw = "/a/b.c/d-e_f~g;h=i";
    assertSame(raw, RequestPath.decode(raw));
  }
}
