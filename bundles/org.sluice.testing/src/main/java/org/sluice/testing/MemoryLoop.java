package org.sluice.testing;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;

/**
 * An event loop for tests: runs tasks one at a time in the order they were given, on the caller
 * (the default, deterministic) or on one thread of its own.
 */
public final class MemoryLoop implements Executor, AutoCloseable {
  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private final ExecutorService thread;
  private final AtomicReference<Thread> runner = new AtomicReference<>();
  private boolean draining;

  private MemoryLoop(ExecutorService thread) {
    this.thread = thread;
  }

  /**
   * A loop that runs a task before {@link #execute} returns, unless one is running already: then it
   * runs behind that one.
   */
  public static MemoryLoop caller() {
    return new MemoryLoop(null);
  }

  /** A loop with a daemon thread of its own, which {@link #close()} ends. */
  public static MemoryLoop thread() {
    return new MemoryLoop(
        Executors.newSingleThreadExecutor(
            task -> {
              Thread made = new Thread(task, "memory-loop");
              made.setDaemon(true);
              return made;
            }));
  }

  @Override
  public void execute(Runnable task) {
    if (thread != null) {
      thread.execute(() -> run(task));
      return;
    }
    synchronized (this) {
      tasks.add(task);
      if (draining) {
        return;
      }
      draining = true;
    }
    drain();
  }

  private void drain() {
    for (; ; ) {
      Runnable next;
      synchronized (this) {
        next = tasks.poll();
        if (next == null) {
          draining = false;
          return;
        }
      }
      try {
        run(next);
      } catch (RuntimeException | Error e) {
        synchronized (this) {
          draining = false;
        }
        throw e;
      }
    }
  }

  private void run(Runnable task) {
    Thread before = runner.getAndSet(Thread.currentThread());
    try {
      task.run();
    } finally {
      runner.set(before);
    }
  }

  /** Whether the current thread runs a task of this loop. A caller loop says yes everywhere. */
  public boolean inLoop() {
    return thread == null || runner.get() == Thread.currentThread();
  }

  /** Ends the loop's own thread; what runs is interrupted. Nothing to do for a caller loop. */
  @Override
  public void close() {
    if (thread != null) {
      thread.shutdownNow();
    }
  }
}
