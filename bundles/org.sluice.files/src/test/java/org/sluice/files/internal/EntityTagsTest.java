package org.sluice.files.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 9110 sections 8.8.3 and 13.1; ours is "a-1". */
class EntityTagsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // list                | strong | weak
        "*                      | true  | true",
        "\"a-1\"                | true  | true",
        "W/\"a-1\"              | false | true",
        "w/\"a-1\"              | false | false",
        "\"A-1\"                | false | false",
        "\"a-1                  | false | false",
        "a-1                    | false | false",
        "\"b\", \"a-1\"         | true  | true",
        "\"b\",\"a-1\"          | true  | true",
        ",, \"b\" ,, \"a-1\" ,  | true  | true",
        "W/\"b\", W/\"a-1\"     | false | true",
        "W/\"a-1\", \"a-1\"     | true  | true",
        "\"b\" \"a-1\"          | false | false",
        "b, \"a-1\"             | false | false",
        "\"b, \"a-1\"           | false | false",
        "\"x,\"a-1\",y\"        | false | false",
        "\"\"                   | false | false",
        "*, \"a-1\"             | false | false",
        "``                     | false | false",
      })
  void lists(String list, boolean strong, boolean weak) {
    assertEquals(strong, EntityTags.match(list, "\"a-1\"", true));
    assertEquals(weak, EntityTags.match(list, "\"a-1\"", false));
  }
}
