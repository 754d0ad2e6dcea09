package org.sluice.accesslog.internal;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.sluice.accesslog.internal.format.Entry;
import org.sluice.accesslog.internal.format.Line;

/**
 * What a thread writes its lines with, and whether it does so right now: an odd count means that it
 * holds on to logs and items it has read before.
 */
final class Turn {
  final Line line = new Line();
  final Entry entry = new Entry();
  private static final long CLOCK_NANOS = 10_000_000;

  private final AtomicLong count = new AtomicLong();
  private final Thread owner = Thread.currentThread();
  private long clockMicros;
  private long clockRead = System.nanoTime() - 2 * CLOCK_NANOS;

  /**
   * Microseconds since 1970. The clock of the day, which makes an object each time, is read every
   * 10 ms; between, the other one counts.
   */
  long nowMicros() {
    long nanos = System.nanoTime();
    long since = nanos - clockRead;
    if (since > CLOCK_NANOS) {
      Instant now = Instant.now();
      clockMicros = now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
      clockRead = nanos;
      since = 0;
    }
    return clockMicros + since / 1_000;
  }

  /** Begins; a full fence, so that what is read now is not older than this. */
  boolean begin() {
    long now = count.getPlain();
    if ((now & 1) != 0) {
      return false;
    }
    count.set(now + 1);
    return true;
  }

  void end() {
    entry.clear();
    count.setRelease(count.getPlain() + 1);
  }

  /** Waits until a turn that has begun has ended; false when {@code deadline} came first. */
  boolean await(long deadline) throws InterruptedException {
    long seen = count.get();
    if ((seen & 1) == 0 || owner == Thread.currentThread()) {
      return true;
    }
    while (count.get() == seen) {
      if (System.nanoTime() - deadline > 0) {
        return false;
      }
      Thread.sleep(0, 100_000);
    }
    return true;
  }
}
