package org.sluice.launcher;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What SIGTERM and SIGINT do: requests end, then the framework stops, and the exit status is 0,
 * because to be told to stop is no failure. The JVM runs this as a shutdown hook.
 */
final class EndInOrder {
  private final Front front;
  private final AtomicBoolean done = new AtomicBoolean();

  private EndInOrder(Front front) {
    this.front = front;
  }

  static EndInOrder install(Front front) {
    EndInOrder end = new EndInOrder(front);
    Runtime.getRuntime().addShutdownHook(new Thread(end::end, "sluice-end"));
    return end;
  }

  /** The framework has ended by itself, or the start has failed: nothing is left to do. */
  void done() {
    done.set(true);
  }

  private void end() {
    if (done.compareAndSet(false, true)) {
      front.contract().drain();
      front.close();
      Runtime.getRuntime().halt(0);
    }
  }
}
