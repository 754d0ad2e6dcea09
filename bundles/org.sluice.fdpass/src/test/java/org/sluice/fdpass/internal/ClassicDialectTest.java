package org.sluice.fdpass.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.sluice.api.http.HandlerException;
import org.sluice.handoff.api.HandOff;
import org.sluice.testing.MapOptions;
import org.sluice.testing.MemoryExchange;
import org.sluice.testing.MemoryHandOff;

class ClassicDialectTest {
  private final ClassicDialect dialect = new ClassicDialect();

  private static HandOff handOff(String method) {
    return MemoryHandOff.of(MemoryExchange.of(method, "/").build(), MapOptions.of());
  }

  @Test
  void messageIsOneZeroByteEachTime() throws HandlerException {
    for (int i = 0; i < 2; i++) {
      ByteBuffer message = dialect.message(handOff("GET"));

      assertEquals(1, message.remaining());
      assertEquals(0, message.get());
    }
  }

  @Test
  void headCannotBeTold() {
    HandlerException e =
        assertThrows(HandlerException.class, () -> dialect.message(handOff("HEAD")));

    assertEquals(501, e.status());
  }

  @Test
  void hasNoReports() {
    assertThrows(
        IllegalArgumentException.class, () -> dialect.report(ByteBuffer.wrap(new byte[1])));
  }
}
