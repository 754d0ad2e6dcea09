package org.sluice.files.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 9110 section 12.5.3. */
class CodingsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                       | 0    | 0    | 1",
        "gzip                     | 1000 | 0    | 1",
        "gzip, br                 | 1000 | 1000 | 1",
        "GZIP;q=0.5, br;q=0.8     | 500  | 800  | 1",
        "x-gzip                   | 1000 | 0    | 1",
        "*                        | 1000 | 1000 | 1",
        "*;q=0                    | 0    | 0    | 0",
        "gzip;q=0, *              | 0    | 1000 | 1",
        "identity;q=0.5, gzip;q=0.1 | 100 | 0   | 500",
        "identity                 | 0    | 0    | 1000",
        "identity;q=0, gzip       | 1000 | 0    | 0",
        "gzip;q=0.123             | 123  | 0    | 1",
        "gzip;q=1.000             | 1000 | 0    | 1",
        "gzip; q=0.5              | 500  | 0    | 1",
        "gzip;q=2                 | 1000 | 0    | 1",
        "gzip;q=x                 | 0    | 0    | 1",
        "gzip;q=0.1234            | 0    | 0    | 1",
        "gzip;                    | 0    | 0    | 1",
        "gzipped, brr             | 0    | 0    | 1",
      })
  void weights(String list, int gzip, int br, int identity) {
    assertEquals(gzip, Codings.weight(list, "gzip"));
    assertEquals(br, Codings.weight(list, "br"));
    assertEquals(identity, Codings.weight(list, "identity"));
  }
}
