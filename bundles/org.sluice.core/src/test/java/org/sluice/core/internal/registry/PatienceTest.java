package org.sluice.core.internal.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PatienceTest {
  /** Near the place where nanoTime() wraps around. */
  private long now = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(3);

  private final Patience patience = new Patience(() -> now);

  PatienceTest() {
    patience.hold(Duration.ofSeconds(2));
  }

  private void after(int millis) {
    now += TimeUnit.MILLISECONDS.toNanos(millis);
  }

  private void assertLeft(int millis, long since) {
    assertEquals(millis, TimeUnit.NANOSECONDS.toMillis(patience.left(since)));
  }

  @Test
  void whatLeftIsWaitedForSoLong() {
    long left = now;
    assertLeft(2000, left);
    after(1500);
    assertLeft(500, left);
    after(500);
    assertLeft(0, left);
    after(10_000);
    assertLeft(0, left);
  }

  @Test
  void theTimeOfADrainDoesNotCount() {
    long left = now;
    after(1);
    patience.drainBegins();
    after(3999);
    assertLeft(2000, left);
    assertEquals(0, patience.leftToUsers(left));
    patience.drainEnds();
    after(1500);
    assertLeft(500, left);
    after(500);
    assertLeft(0, left);
  }

  @Test
  void norThatOfSeveralOneAfterTheOtherOrTogether() {
    long left = now;
    patience.drainBegins();
    after(4000);
    patience.drainEnds();
    after(10);
    patience.drainBegins();
    after(2000);
    patience.drainBegins();
    after(2000);
    patience.drainEnds();
    assertLeft(2000, left);
    after(1000);
    patience.drainEnds();
    after(1999);
    assertLeft(1, left);
  }

  @Test
  void whatLeftLongBeforeDoesNotComeBackByIt() {
    long left = now;
    after(2001);
    patience.drainBegins();
    assertLeft(0, left);
    after(4000);
    assertLeft(0, left);
    patience.drainEnds();
    assertLeft(0, left);
  }

  @Test
  void aDrainBeforeIsNothing() {
    patience.drainBegins();
    after(4000);
    patience.drainEnds();
    after(1000);
    long left = now;
    after(500);
    assertLeft(1500, left);
  }

  @Test
  void withoutAHoldNothingIsWaitedFor() {
    patience.hold(Duration.ZERO);
    long left = now;
    patience.drainBegins();
    assertLeft(0, left);
    after(1);
    patience.drainEnds();
    assertLeft(0, left);
  }
}
