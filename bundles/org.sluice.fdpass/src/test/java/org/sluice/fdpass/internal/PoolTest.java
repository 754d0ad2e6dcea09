package org.sluice.fdpass.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PoolTest {
  private final HandOffState state = new HandOffState(Memos.unkept());

  @Test
  void onlyReceiverIsTakenUnlessExcluded() {
    Pool pool = state.pool("a");
    Receiver only = pool.receivers().get(0);

    only.failed("x");

    assertSame(only, pool.choose(List.of(), List.of(only)));
    assertNull(pool.choose(List.of(only), List.of()));
  }

  @Test
  void equalsTakeTurns() {
    Pool pool = state.pool("a,b,c");

    List<String> turns =
        IntStream.range(0, 6).mapToObj(i -> pool.choose(List.of(), List.of()).path).toList();

    assertEquals(List.of("a", "b", "c", "a", "b", "c"), turns);
  }

  @Test
  void failedAndAvoidedOnesComeLast() {
    Pool pool = state.pool("a,b,c");
    List<Receiver> all = pool.receivers();
    all.get(1).failed("x");

    for (int i = 0; i < 6; i++) {
      assertSame(all.get(2), pool.choose(List.of(), List.of(all.get(0))));
    }
    assertNull(pool.choose(all, List.of()));
    // Both are poor choices, yet one of them is tried.
    assertSame(all.get(1), pool.choose(List.of(all.get(0), all.get(2)), List.of(all.get(1))));
  }

  /** Somebody who waits; the order in which they are called. */
  private static final class Standing implements Line.Place {
    private final List<Standing> order;
    private boolean called;
    private long number;

    Standing(List<Standing> order) {
      this.order = order;
    }

    @Override
    public boolean call() {
      boolean first = !called;
      called = true;
      return first;
    }

    @Override
    public void yourTurn() {
      order.add(this);
    }

    @Override
    public boolean heard() {
      boolean was = called;
      called = false;
      return was;
    }

    @Override
    public long number() {
      return number;
    }

    @Override
    public void number(long value) {
      number = value;
    }

    @Override
    public void handlerLeaves() {
      throw new AssertionError("the bundle does not stop");
    }
  }

  /** Who is called first gets the place: a busy route must not keep another from its receiver. */
  @Test
  void linesOfOneReceiverTakeTurns() {
    Line busy = state.pool("a").line();
    Line other = state.pool("a,b").line();
    Receiver shared = state.pool("a").receivers().get(0);
    assertSame(shared, state.pool("a,b").receivers().get(0));
    List<Standing> order = new ArrayList<>();
    Standing waiting = new Standing(order);
    assertTrue(other.join(waiting, 9));
    for (int i = 0; i < 3; i++) {
      Standing served = new Standing(order);
      assertTrue(busy.join(served, 9));
      busy.looks(served);
      busy.leave(served);
      Standing next = new Standing(order);
      assertTrue(busy.join(next, 9));
      order.clear();
      shared.room();
      assertEquals(List.of(waiting, next), order);
      other.looks(waiting);
      busy.leave(next);
    }
  }

  @Test
  void successEndsThePause() {
    Pool pool = state.pool("a,b");
    Receiver first = pool.receivers().get(0);
    first.failed("x");
    first.took();

    assertSame(first, pool.choose(List.of(), List.of()));
    assertEquals("x", first.lastError());
    assertEquals(1, first.failures());
  }

  @Test
  void drainedReceiversGetNothing() {
    Pool pool = state.pool("a,b");
    pool.receivers().get(0).drain(true);

    for (int i = 0; i < 4; i++) {
      assertEquals("b", pool.choose(List.of(), List.of()).path);
      assertEquals("b", pool.choose(i, List.of()).path);
    }
    pool.receivers().get(1).drain(true);
    assertNull(pool.choose(List.of(), List.of()));
  }

  @Test
  void onlyTheKeysOfAReceiverThatLeavesMove() {
    Pool ten = state.pool("r0,r1,r2,r3,r4,r5,r6,r7,r8,r9");
    Pool nine = state.pool("r0,r1,r2,r3,r4,r5,r6,r7,r8");
    int moved = 0;
    int[] load = new int[10];
    for (int key = 0; key < 10_000; key++) {
      long hash = Hash.fnv(Integer.toString(key).getBytes(StandardCharsets.UTF_8));
      Receiver before = ten.choose(hash, List.of());
      Receiver after = nine.choose(hash, List.of());
      load[before.path.charAt(1) - '0']++;
      if (before != after) {
        assertEquals("r9", before.path);
        moved++;
      }
    }
    for (int each : load) {
      assertTrue(each > 850 && each < 1_150, Arrays.toString(load));
    }
    assertEquals(load[9], moved);
  }

  @Test
  void receiversAreSharedByTargets() {
    assertSame(state.pool("a,b").receivers().get(1), state.pool("b").receivers().get(0));
    assertSame(state.pool("b"), state.pool("b"));
    assertEquals(2, state.receivers().size());
  }
}
