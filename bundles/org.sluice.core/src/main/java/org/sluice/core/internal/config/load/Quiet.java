package org.sluice.core.internal.config.load;

import java.time.Duration;

/** Decides when a folder that changes has been quiet long enough. Time is given from outside. */
final class Quiet {
  private final long nanos;
  private String seen;
  private boolean pending;
  private long lastChange;

  /** Starts from a folder in a known state. */
  Quiet(Duration quiet, String signature) {
    this.nanos = quiet.toNanos();
    this.seen = signature;
  }

  /**
   * Looks at the folder.
   *
   * @param now of {@link System#nanoTime()}
   * @param signature of the folder
   * @param touched whether something was heard of a change, even if the signature is the same
   * @return whether the folder should be read now
   */
  boolean tick(long now, String signature, boolean touched) {
    if (touched || !signature.equals(seen)) {
      seen = signature;
      pending = true;
      lastChange = now;
    }
    boolean due = pending && now - lastChange >= nanos;
    pending &= !due;
    return due;
  }

  /** Whether a change waits for quiet. */
  boolean isPending() {
    return pending;
  }
}
