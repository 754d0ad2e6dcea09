package org.sluice.access.internal;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.sluice.api.http.HandlerException;

/**
 * Hashing on worker threads, but only on a few at once: somebody who tries passwords must not take
 * the workers away from files and programs. What does not fit into the queue is refused with 503.
 */
final class HashWork {
  private final int threads;
  private final int waiting;
  private final Queue<Runnable> queue = new ArrayDeque<>();
  private int running;

  HashWork(int threads, int waiting) {
    this.threads = threads;
    this.waiting = waiting;
  }

  /** What is to be computed. */
  interface Task<T> {
    T run() throws HandlerException;
  }

  /** Computes on a worker; fails with a {@link HandlerException} when there is too much to do. */
  <T> CompletionStage<T> submit(Executor workers, Task<T> task) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Runnable work = () -> complete(task, result);
    synchronized (queue) {
      if (running == threads) {
        if (queue.size() >= waiting) {
          return CompletableFuture.failedStage(busy(null));
        }
        queue.add(work);
        return result;
      }
      running++;
    }
    try {
      workers.execute(() -> run(work));
      return result;
    } catch (RejectedExecutionException e) {
      synchronized (queue) {
        running--;
      }
      return CompletableFuture.failedStage(busy(e));
    }
  }

  private void run(Runnable first) {
    for (Runnable work = first; work != null; work = next()) {
      work.run();
    }
  }

  private Runnable next() {
    synchronized (queue) {
      Runnable next = queue.poll();
      if (next == null) {
        running--;
      }
      return next;
    }
  }

  private static <T> void complete(Task<T> task, CompletableFuture<T> result) {
    try {
      result.complete(task.run());
    } catch (HandlerException | RuntimeException e) {
      result.completeExceptionally(e);
    }
  }

  private static HandlerException busy(Throwable cause) {
    return new HandlerException(
        503, "auth-busy", "too many passwords are being checked at once", cause, 1);
  }
}
