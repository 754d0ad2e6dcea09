package org.sluice.accesslog.internal.write;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * Lines that wait for the writer: event loops append bytes under a lock that is never held during
 * input or output, the writer's thread takes all of them by exchanging two arrays.
 *
 * <p>When {@code queue} bytes wait, lines are dropped and counted. With {@code overflow=block} it
 * is nearly full from three quarters on, and takes up to twice the queue from requests under way.
 */
final class Backlog {
  private static final int SMALL = 64 * 1024;
  private static final long TICK = TimeUnit.SECONDS.toNanos(1);

  private final OutletSettings settings;
  private final long most;
  private final boolean flushShort;
  private final Object lock = new Object();

  // Guarded by the lock.
  private byte[] gathered = new byte[SMALL];
  private int count;
  private int inFlight;
  private long firstSince;
  private boolean asleep;
  private boolean urgent;
  private boolean closing;
  private long dropped;
  private long lines;

  private volatile boolean nearlyFull;

  Backlog(OutletSettings settings) {
    this.settings = settings;
    this.most = settings.block() ? 2L * settings.queue() : settings.queue();
    // An idle writer looks once a second by itself.
    this.flushShort = settings.flush().toNanos() < TICK;
  }

  // ---- event loops

  /** Takes a line, or drops and counts it, and says which. Never waits. */
  boolean offer(byte[] line, int length) {
    synchronized (lock) {
      int waiting = count + inFlight;
      if (waiting + length > most || closing) {
        dropped++;
        return false;
      }
      if (count + length > gathered.length) {
        long size = Math.min(most, Math.max(2L * gathered.length, (long) count + length));
        gathered = Arrays.copyOf(gathered, (int) size);
      }
      System.arraycopy(line, 0, gathered, count, length);
      boolean first = count == 0;
      if (first) {
        firstSince = System.nanoTime();
      }
      count += length;
      lines++;
      if (settings.block() && waiting + length > settings.queue() / 4 * 3) {
        nearlyFull = true;
      }
      if (asleep && (count >= settings.buffer() / 2 || (first && flushShort))) {
        asleep = false;
        lock.notifyAll();
      }
      return true;
    }
  }

  /** Whether requests that have not begun are to wait. */
  boolean isNearlyFull() {
    return nearlyFull;
  }

  /** Takes no more lines, and holds nobody back. */
  void close() {
    synchronized (lock) {
      closing = true;
      nearlyFull = false;
      lock.notifyAll();
    }
  }

  /** Makes the writer's thread look at once; false when it takes no more lines. */
  boolean wake() {
    synchronized (lock) {
      urgent = true;
      lock.notifyAll();
      return !closing;
    }
  }

  long dropped() {
    synchronized (lock) {
      return dropped;
    }
  }

  long lines() {
    synchronized (lock) {
      return lines;
    }
  }

  long waiting() {
    synchronized (lock) {
      return (long) count + inFlight;
    }
  }

  // ---- the writer's thread

  /**
   * Waits until it is time to write, a second has passed, or somebody woke it.
   *
   * @param written an empty array, or what was taken before and is written by now
   * @return what has gathered; the other array is used from here on
   */
  ByteBuffer await(ByteBuffer written) throws InterruptedException {
    synchronized (lock) {
      inFlight = 0;
      waitForLines();
      urgent = false;
      byte[] free = written.array();
      ByteBuffer batch = ByteBuffer.wrap(gathered, 0, count);
      inFlight = count;
      gathered = free.length > 4 * SMALL ? new byte[SMALL] : free;
      count = 0;
      return batch;
    }
  }

  private void waitForLines() throws InterruptedException {
    long start = System.nanoTime();
    while (!closing && !urgent && (count == 0 || count < settings.buffer() / 2)) {
      long now = System.nanoTime();
      long left =
          count > 0 ? settings.flush().toNanos() - (now - firstSince) : TICK - (now - start);
      if (left <= 0) {
        return;
      }
      asleep = true;
      TimeUnit.NANOSECONDS.timedWait(lock, Math.min(left, TICK));
      asleep = false;
    }
  }

  /** An array to begin with. */
  static ByteBuffer empty() {
    return ByteBuffer.wrap(new byte[SMALL]).limit(0);
  }

  /** Whether it takes no more lines. */
  boolean isClosing() {
    synchronized (lock) {
      return closing;
    }
  }

  /** Whether nothing will come any more. */
  boolean isOver() {
    synchronized (lock) {
      return closing && count == 0;
    }
  }

  /** Whether requests that wait may go on; from then on it is not nearly full. */
  boolean relieve() {
    synchronized (lock) {
      if (!nearlyFull || count > settings.queue() / 2) {
        return false;
      }
      nearlyFull = false;
      return true;
    }
  }

  /** Waits after a failure, unless somebody wakes it or it takes no more lines. */
  void pause(long nanos) throws InterruptedException {
    synchronized (lock) {
      long end = System.nanoTime() + nanos;
      long left = nanos;
      while (!closing && !urgent && left > 0) {
        TimeUnit.NANOSECONDS.timedWait(lock, left);
        left = end - System.nanoTime();
      }
      urgent = false;
    }
  }
}
