package org.sluice.core.internal.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class UseCountTest {
  private final AtomicInteger emptied = new AtomicInteger();
  private final UseCount count = new UseCount(emptied::incrementAndGet);

  @Test
  void endsWhenClosedAndEmptyAndOnlyOnce() {
    assertTrue(count.acquire());
    count.close();
    assertEquals(0, emptied.get());
    // As long as somebody is there others may join: what a page includes is judged by its hooks.
    assertTrue(count.acquire());
    count.release();
    assertEquals(0, emptied.get());
    assertEquals(1, count.users());
    count.release();
    assertEquals(1, emptied.get());
    assertFalse(count.acquire());
    assertFalse(count.acquire());
    assertEquals(0, count.users());
    count.close();
    assertEquals(1, emptied.get());
  }

  @Test
  void endsAtOnceWhenNobodyIsThere() {
    assertTrue(count.acquire());
    count.release();
    assertEquals(0, emptied.get());
    count.close();
    assertEquals(1, emptied.get());
  }

  @Test
  void anotherThreadGivesBack() throws Exception {
    assertTrue(count.acquire());
    Thread other = new Thread(count::release);
    other.start();
    other.join();
    assertEquals(0, count.users());
    count.close();
    assertEquals(1, emptied.get());
  }

  /** Threads take it and pass it on to be given back; nobody may hold it when it has ended. */
  @Test
  void nobodyHoldsItWhenItHasEnded() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try {
      for (int round = 0; round < 400; round++) {
        oneRound(pool);
      }
    } finally {
      pool.shutdownNow();
    }
  }

  private static void oneRound(ExecutorService pool)
      throws InterruptedException, ExecutionException {
    AtomicInteger holders = new AtomicInteger();
    AtomicInteger heldAtEnd = new AtomicInteger(-1);
    AtomicInteger ends = new AtomicInteger();
    AtomicBoolean wrong = new AtomicBoolean();
    UseCount count =
        new UseCount(
            () -> {
              ends.incrementAndGet();
              heldAtEnd.set(holders.get());
            });
    ConcurrentLinkedQueue<Integer> passed = new ConcurrentLinkedQueue<>();
    List<Future<?>> users = new ArrayList<>();
    for (int t = 0; t < 3; t++) {
      users.add(
          pool.submit(
              () -> {
                for (int i = 0; i < 300; i++) {
                  if (count.acquire()) {
                    holders.incrementAndGet();
                    wrong.compareAndSet(false, ends.get() != 0);
                    passed.add(i);
                  }
                  if (passed.poll() != null) {
                    holders.decrementAndGet();
                    count.release();
                  }
                }
              }));
    }
    users.add(pool.submit(count::close));
    for (Future<?> user : users) {
      user.get();
    }
    while (passed.poll() != null) {
      holders.decrementAndGet();
      count.release();
    }
    assertFalse(wrong.get(), "somebody took it after it had ended");
    assertEquals(0, heldAtEnd.get(), "somebody held it when it ended");
    assertEquals(1, ends.get());
    assertEquals(0, count.users());
    assertFalse(count.acquire());
  }
}
