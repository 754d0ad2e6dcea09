package org.sluice.flush.raw.internal;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.testing.MapOptions;
import org.sluice.testing.MemoryExchange;

class RawFlusherTest {
  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD", "POST", "OPTIONS"})
  void sendsNothingWhateverTheMethod(String method) {
    MemoryExchange exchange = MemoryExchange.of(method, "/x").build();

    assertTrue(new RawFlusher().preamble(exchange, MapOptions.of()).isNone());
  }
}
