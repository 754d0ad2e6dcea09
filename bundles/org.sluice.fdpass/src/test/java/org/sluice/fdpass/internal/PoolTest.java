package org.sluice.fdpass.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PoolTest {
  private final HandOffState state = new HandOffState();

  @Test
  void onlyReceiverIsTakenUnlessExcluded() {
    Pool pool = state.pool("a");

    pool.receiver(0).failed("x");

    assertEquals(0, pool.choose(0, 1));
    assertEquals(-1, pool.choose(1, 0));
  }

  @Test
  void equalsTakeTurns() {
    Pool pool = state.pool("a,b,c");

    int[] turns = IntStream.range(0, 6).map(i -> pool.choose(0, 0)).toArray();

    assertEquals("[0, 1, 2, 0, 1, 2]", Arrays.toString(turns));
  }

  @Test
  void failedAndAvoidedOnesComeLast() {
    Pool pool = state.pool("a,b,c");
    pool.receiver(1).failed("x");

    for (int i = 0; i < 6; i++) {
      assertEquals(2, pool.choose(0, 0b001));
    }
    assertEquals(-1, pool.choose(0b111, 0));
    // Both are poor choices, yet one of them is tried.
    assertEquals(1, pool.choose(0b101, 0b010));
  }

  @Test
  void successEndsThePause() {
    Pool pool = state.pool("a,b");
    pool.receiver(0).failed("x");
    pool.receiver(0).took();

    assertEquals(List.of(0, 1), List.of(pool.choose(0, 0), pool.choose(0, 0)));
    assertEquals("x", pool.receiver(0).lastError());
    assertEquals(1, pool.receiver(0).failures());
  }

  @Test
  void receiversAreSharedByTargets() {
    assertSame(state.pool("a,b").receiver(1), state.pool("b").receiver(0));
    assertSame(state.pool("b"), state.pool("b"));
    assertEquals(2, state.receivers().size());
  }
}
