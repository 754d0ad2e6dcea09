package org.sluice.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AwaitTest {
  @Test
  void waitsUntilItHolds() {
    AtomicInteger asked = new AtomicInteger();
    Await.until(() -> asked.incrementAndGet() == 3, "three");
    assertEquals(3, asked.get());
  }

  @Test
  void tellsWhatWasSeenLast() {
    Duration limit = Duration.ofMillis(20);
    AssertionError e =
        assertThrows(
            AssertionError.class, () -> Await.value(limit, () -> 7, n -> n > 9, "more than nine"));
    assertEquals("not within 20 ms: more than nine (last: 7)", e.getMessage());
    IOException cause = new IOException("no");
    AssertionError thrown =
        assertThrows(
            AssertionError.class,
            () ->
                Await.until(
                    limit,
                    () -> {
                      throw cause;
                    },
                    "never"));
    assertSame(cause, thrown.getCause());
  }

  @Test
  void stages() {
    assertEquals("x", Await.completed(CompletableFuture.completedStage("x")));
    IOException cause = new IOException("no");
    assertSame(cause, Await.failed(CompletableFuture.failedStage(cause)));
    assertThrows(AssertionError.class, () -> Await.completed(CompletableFuture.failedStage(cause)));
    assertThrows(AssertionError.class, () -> Await.failed(CompletableFuture.completedStage(1)));
  }

  @Test
  void loopKeepsOrder() {
    MemoryLoop loop = MemoryLoop.caller();
    StringBuilder order = new StringBuilder();
    loop.execute(
        () -> {
          loop.execute(() -> order.append('b'));
          order.append('a');
        });
    loop.execute(() -> order.append('c'));
    assertEquals("abc", order.toString());
    assertTrue(loop.inLoop());
  }
}
