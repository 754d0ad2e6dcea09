package org.sluice.files.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9110 section 14, on a file of 1,000 bytes. */
class RangesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bytes=0-0               | 0 0",
        "bytes=0-499             | 0 499",
        "bytes=500-              | 500 999",
        "bytes=-1                | 999 999",
        "bytes=-500              | 500 999",
        "bytes=-5000             | 0 999",
        "bytes=0-9999            | 0 999",
        "bytes=999-              | 999 999",
        "BYTES=1-2               | 1 2",
        "bytes= 1-2 , 4-5        | 1 2 4 5",
        "bytes=,1-2,,4-5,        | 1 2 4 5",
        "bytes=4-5,1-2           | 4 5 1 2",
        "bytes=0-0,-1            | 0 0 999 999",
        "bytes=1-2,2000-         | 1 2",
        "bytes=2000-,-0,3-4      | 3 4",
        "bytes=0-99,50-149       | 0 149",
        "bytes=50-149,0-99,500-  | 0 149 500 999",
        "bytes=0-,0-,0-,0-       | 0 999",
        "bytes=0-1,2-3           | 0 1 2 3",
        "bytes=0-99999999999999999999999 | 0 999",
        "bytes=-99999999999999999999999  | 0 999",
      })
  void ranges(String field, String expected) {
    String found =
        Arrays.stream(Ranges.parse(field, 1000))
            .mapToObj(Long::toString)
            .collect(Collectors.joining(" "));
    assertEquals(expected, found);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bytes=1000-",
        "bytes=1000-1001",
        "bytes=-0",
        "bytes=5000-,6000-",
        "bytes=99999999999999999999999-"
      })
  void unsatisfiable(String field) {
    assertSame(Ranges.UNSATISFIABLE, Ranges.parse(field, 1000));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "bytes",
        "bytes=",
        "bytes= ",
        "bytes=,",
        "bytes=-",
        "bytes=x",
        "bytes=1",
        "bytes=2-1",
        "bytes=1-2-3",
        "bytes=+1-2",
        "bytes=1-+2",
        "bytes=0x1-2",
        "bytes=1 -2",
        "bytes=1- 2",
        "bytes=--1",
        "bytes=1-2;3-4",
        "bytes=1-2,x",
        "bytes:1-2",
        "bytes =1-2",
        "items=1-2",
        "none",
        "bytes=\u0661-2"
      })
  void ignored(String field) {
    assertNull(Ranges.parse(field, 1000));
  }

  @Test
  void emptyFile() {
    assertSame(Ranges.UNSATISFIABLE, Ranges.parse("bytes=0-", 0));
    assertSame(Ranges.UNSATISFIABLE, Ranges.parse("bytes=-1", 0));
  }

  @Test
  void twoHundredAndNotOneMore() {
    assertEquals(400, Ranges.parse(singles(200), 1000).length);
    assertNull(Ranges.parse(singles(201), 1000));
    assertNull(Ranges.parse("bytes=" + "5000-,".repeat(201) + "1-2", 1000));
    assertArrayEquals(new long[] {0, 999}, Ranges.parse("bytes=0-" + ",0-".repeat(199), 1000));
  }

  private static String singles(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> 4 * i + "-" + 4 * i)
        .collect(Collectors.joining(",", "bytes=", ""));
  }
}
