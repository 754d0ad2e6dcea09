package org.sluice.core.internal.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.api.http.Headers;

class TraceParentTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String GIVEN = TRACE + "-b7ad6b7169203331-";

  private static String next(String... fields) {
    String value = TraceParent.next(Headers.of(fields));
    assertTrue(value.matches("00-[0-9a-f]{32}-[0-9a-f]{16}-0[0-3]"), value);
    return value;
  }

  @Test
  void beginsATraceOfItsOwn() {
    String first = next();
    assertNotEquals(first.substring(0, 35), next().substring(0, 35));
    assertTrue(first.endsWith("-01"));
  }

  @ParameterizedTest
  @CsvSource({"00, 00, 00", "00, 01, 01", "00, 03, 03", "00, ff, 03", "cc, 01, 01", "01, f8, 00"})
  void goesOnWithAnIdOfItsOwn(String version, String flags, String expected) {
    String next = next("TraceParent", version + "-" + GIVEN + flags);
    assertEquals("00-" + TRACE + "-", next.substring(0, 36));
    assertNotEquals("b7ad6b7169203331", next.substring(36, 52));
    assertEquals(expected, next.substring(53));
  }

  @Test
  void laterVersionsMayHaveMore() {
    String next = next("traceparent", "cc-" + GIVEN + "01-what-the-future-brings");
    assertEquals("00-" + TRACE + "-", next.substring(0, 36));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00",
        "00-" + GIVEN,
        "00-" + GIVEN + "0",
        "00-" + GIVEN + "1x",
        "00-" + GIVEN + "01-",
        "00-" + GIVEN + "01x",
        "cc-" + GIVEN + "01.x",
        "ff-" + GIVEN + "01",
        "0-" + GIVEN + "001",
        "00_" + GIVEN + "01",
        "00-" + TRACE + "_b7ad6b7169203331-01",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-" + TRACE + "-0000000000000000-01",
        "00-" + TRACE + "-b7ad6b716920333g-01",
      })
  void doubtBeginsANewTrace(String given) {
    assertNotEquals("00-" + TRACE + "-", next("traceparent", given).substring(0, 36));
  }

  @Test
  void twoFieldsAreDoubt() {
    String given = "00-" + GIVEN + "01";
    assertNotEquals(
        given.substring(0, 36), next("traceparent", given, "Traceparent", given).substring(0, 36));
  }
}
