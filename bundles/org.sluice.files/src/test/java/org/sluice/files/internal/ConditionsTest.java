package org.sluice.files.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.api.http.Headers;
import org.sluice.files.internal.Conditions.Result;

/** RFC 9110 section 13.2.2: which condition decides when there are several. */
class ConditionsTest {
  private static final long MODIFIED = 784111777;
  private static final String SAME = "Sun, 06 Nov 1994 08:49:37 GMT";
  private static final String OLDER = "Sun, 06 Nov 1994 08:49:36 GMT";
  private static final String NEWER = "Sun, 06 Nov 1994 08:49:38 GMT";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        // If-Match, If-Unmodified-Since, If-None-Match, If-Modified-Since
        "-   | -     | -   | -     | GO_ON",
        "yes | -     | -   | -     | GO_ON",
        "no  | -     | -   | -     | FAILED",
        "*   | -     | -   | -     | GO_ON",
        "weak| -     | -   | -     | FAILED",
        "-   | same  | -   | -     | GO_ON",
        "-   | newer | -   | -     | GO_ON",
        "-   | older | -   | -     | FAILED",
        "-   | bad   | -   | -     | GO_ON",
        // step 1 makes step 2 void
        "yes | older | -   | -     | GO_ON",
        "no  | same  | -   | -     | FAILED",
        // step 3
        "-   | -     | yes | -     | NOT_MODIFIED",
        "-   | -     | weak| -     | NOT_MODIFIED",
        "-   | -     | *   | -     | NOT_MODIFIED",
        "-   | -     | no  | -     | GO_ON",
        // step 4
        "-   | -     | -   | same  | NOT_MODIFIED",
        "-   | -     | -   | newer | NOT_MODIFIED",
        "-   | -     | -   | older | GO_ON",
        "-   | -     | -   | bad   | GO_ON",
        // step 3 makes step 4 void
        "-   | -     | no  | same  | GO_ON",
        "-   | -     | yes | older | NOT_MODIFIED",
        // steps 1 and 2 come before 3 and 4
        "no  | -     | yes | -     | FAILED",
        "yes | -     | yes | -     | NOT_MODIFIED",
        "-   | older | yes | same  | FAILED",
        "-   | same  | -   | same  | NOT_MODIFIED",
        "yes | older | no  | same  | GO_ON",
      })
  void order(String match, String unmodified, String none, String modified, Result expected) {
    Headers.Builder headers = Headers.builder().add("Host", "x");
    add(headers, "If-Modified-Since", date(modified));
    add(headers, "if-none-match", tag(none));
    add(headers, "If-Unmodified-Since", date(unmodified));
    add(headers, "IF-MATCH", tag(match));
    Conditions conditions = Conditions.of(headers.build());
    Result result = conditions == null ? Result.GO_ON : conditions.evaluate("\"t\"", MODIFIED);
    assertEquals(expected, result);
  }

  private static void add(Headers.Builder headers, String name, String value) {
    if (value != null) {
      headers.add(name, value);
    }
  }

  private static String tag(String word) {
    if (word == null || word.equals("*")) {
      return word;
    }
    return word.equals("yes") ? "\"t\"" : word.equals("weak") ? "W/\"t\"" : "\"other\"";
  }

  private static String date(String word) {
    if (word == null) {
      return null;
    }
    return switch (word) {
      case "same" -> SAME;
      case "older" -> OLDER;
      case "newer" -> NEWER;
      default -> "yesterday";
    };
  }

  @Test
  void severalLinesAreOneList() {
    Conditions two = Conditions.of(Headers.of("If-None-Match", "\"a\"", "If-None-Match", "\"t\""));
    assertEquals(Result.NOT_MODIFIED, two.evaluate("\"t\"", MODIFIED));
  }

  @Test
  void repeatedDatesAreNone() {
    Conditions two =
        Conditions.of(Headers.of("If-Modified-Since", SAME, "If-Modified-Since", SAME));
    assertEquals(Result.GO_ON, two.evaluate("\"t\"", MODIFIED));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      quoteCharacter = '`',
      value = {
        "-                             | true",
        "\"t\"                         | true",
        "W/\"t\"                       | false",
        "\"other\"                     | false",
        "Sun, 06 Nov 1994 08:49:37 GMT | true",
        "Sun, 06 Nov 1994 08:49:38 GMT | false",
        "Sun, 06 Nov 1994 08:49:36 GMT | false",
        "Sunday, 06-Nov-94 08:49:37 GMT| false",
        "\"t\", \"u\"                  | false",
        "*                             | false",
      })
  void ifRange(String validator, boolean partial) {
    Headers.Builder headers = Headers.builder().add("Range", "bytes=0-1");
    add(headers, "If-Range", validator);
    String range = Conditions.of(headers.build()).range("\"t\"", SAME, MODIFIED);
    assertEquals(partial ? "bytes=0-1" : null, range);
  }

  @Test
  void dateOfThisSecondIsNoStrongValidator() {
    long now = System.currentTimeMillis() / 1000 + 1;
    String date = HttpDate.format(now);
    Conditions conditions = Conditions.of(Headers.of("Range", "bytes=0-1", "If-Range", date));
    assertNull(conditions.range("\"t\"", date, now));
  }

  @Test
  void otherFieldsAreNone() {
    assertNull(Conditions.of(Headers.of("Host", "x", "Accept", "*/*", "Accept-Encoding", "br")));
  }
}
