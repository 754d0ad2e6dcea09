package org.sluice.testing;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** Waits for a condition with a limit, so that no test sleeps for a fixed time. */
public final class Await {
  /** Limit of the methods that name none. */
  public static final Duration LIMIT = Duration.ofSeconds(10);

  private static final long PAUSE_NANOS = 2_000_000;

  private Await() {}

  /** {@link #until(Duration, Callable, String)} with {@link #LIMIT}. */
  public static void until(Callable<Boolean> condition, String description) {
    until(LIMIT, condition, description);
  }

  /**
   * Returns as soon as {@code condition} gives true; it is asked every 2 ms on the calling thread.
   *
   * @param condition may throw: what it throws counts as false, and is the cause if time runs out
   * @param description what is waited for, for the message
   * @throws AssertionError if the limit passed first, or the thread was interrupted
   */
  public static void until(Duration limit, Callable<Boolean> condition, String description) {
    value(limit, condition, Boolean.TRUE::equals, description);
  }

  /**
   * Returns the first value of {@code source} that {@code wanted} accepts.
   *
   * @param source may throw: what it throws counts as no value
   * @throws AssertionError if the limit passed first; the message holds the last value seen
   */
  public static <T> T value(
      Duration limit, Callable<T> source, Predicate<T> wanted, String description) {
    long end = System.nanoTime() + limit.toNanos();
    Object last;
    Throwable cause;
    do {
      try {
        T value = source.call();
        if (wanted.test(value)) {
          return value;
        }
        last = value;
        cause = null;
      } catch (Exception | AssertionError e) {
        last = e;
        cause = e;
      }
      LockSupport.parkNanos(PAUSE_NANOS);
      if (Thread.currentThread().isInterrupted()) {
        throw new AssertionError("interrupted while waiting for: " + description, cause);
      }
    } while (System.nanoTime() < end);
    throw new AssertionError(
        "not within " + limit.toMillis() + " ms: " + description + " (last: " + last + ")", cause);
  }

  /**
   * The value of a stage, which must complete normally within {@link #LIMIT}.
   *
   * @throws AssertionError if it does not; a failure of the stage is the cause
   */
  public static <T> T completed(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new AssertionError("the stage failed: " + e.getCause(), e.getCause());
    } catch (TimeoutException e) {
      throw new AssertionError("the stage did not complete within its limit", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for a stage", e);
    }
  }

  /**
   * The failure of a stage, which must complete exceptionally within {@link #LIMIT}.
   *
   * @throws AssertionError if it completes normally or not at all
   */
  public static Throwable failed(CompletionStage<?> stage) {
    try {
      Object value = stage.toCompletableFuture().get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
      throw new AssertionError("the stage should have failed but gave " + value);
    } catch (ExecutionException e) {
      return e.getCause();
    } catch (TimeoutException e) {
      throw new AssertionError("the stage did not complete within its limit", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for a stage", e);
    }
  }
}
