package org.sluice.core.internal.config.load;

import java.time.Duration;

/**
 * Decides when a folder that changes has been quiet long enough, or restless for too long: a file
 * that somebody writes all the time must not keep the others from being read. Time is given from
 * outside.
 */
final class Quiet {
  /** So many times the quiet time is waited for it. */
  private static final int MOST = 10;

  private final long nanos;
  private String seen;
  private boolean pending;
  private long firstChange;
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
      firstChange = pending ? firstChange : now;
      pending = true;
      lastChange = now;
    }
    boolean due = pending && (now - lastChange >= nanos || now - firstChange >= MOST * nanos);
    pending &= !due;
    return due;
  }

  /** Whether a change waits for quiet. */
  boolean isPending() {
    return pending;
  }
}
