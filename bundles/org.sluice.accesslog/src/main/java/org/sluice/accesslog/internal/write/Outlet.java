package org.sluice.accesslog.internal.write;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.log.api.LogSink;
import org.sluice.log.api.LogTarget;
import org.sluice.log.api.LogWriter;

/**
 * The way from many event loops to one writer: a bounded buffer of bytes that loops append to, and
 * a thread of its own that writes whatever has gathered with one call. Appending copies a line
 * under a lock that is never held during input or output, so no loop ever waits for a disk.
 *
 * <p><b>When it is written</b>: as soon as half of {@code buffer} has gathered or the first line
 * has waited for {@code flush}. <b>What a crash can lose</b>: what has not been written by then, so
 * at most {@code buffer} while the writer keeps up.
 *
 * <p><b>Overflow</b>: when {@code queue} bytes wait, lines are dropped and counted. With {@code
 * block} requests that have not begun wait from three quarters on ({@link #room}), lines of those
 * that have are still taken, up to twice the queue.
 */
public final class Outlet {
  private static final Logger LOG = LoggerFactory.getLogger("org.sluice.accesslog");
  private static final int SMALL = 64 * 1024;
  private static final long TICK = TimeUnit.SECONDS.toMillis(1);
  private static final long RETRY = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long REPORT = TimeUnit.SECONDS.toNanos(10);

  /** Finds the writer of a name, or null while nobody offers it. */
  public interface Writers {
    /** The writer that serves at this moment. */
    LogWriter find(String name);
  }

  /** What an operator asks of the writer's thread. */
  public enum Command {
    /** Write what waits. */
    FLUSH,
    /** Open anew. */
    REOPEN,
    /** Begin a new file. */
    ROTATE
  }

  private record Asked(Command command, CompletableFuture<Void> done) {}

  private final LogTarget target;
  private final OutletSettings settings;
  private final Writers writers;
  private final Thread thread;
  private final Object lock = new Object();

  // Guarded by lock.
  private byte[] gathered = new byte[SMALL];
  private int count;
  private int inFlight;
  private long firstSince;
  private boolean asleep;
  private boolean closing;
  private List<Asked> asked = new ArrayList<>();
  private Set<CompletableFuture<Void>> held = new HashSet<>();
  private long dropped;
  private long lines;

  private volatile boolean nearlyFull;
  private volatile boolean reopenWriter;
  private volatile LogSink sink;
  private volatile String trouble;

  // The writer's thread only.
  private ByteBuffer batch = ByteBuffer.wrap(new byte[SMALL]).limit(0);
  private long troubleSince;
  private long reported;
  private long reportedAt;
  private volatile long written;

  /** Starts the thread; the writer is opened there. */
  public Outlet(LogTarget target, OutletSettings settings, Writers writers) {
    this.target = target;
    this.settings = settings;
    this.writers = writers;
    thread = new Thread(this::run, "sluice-log-" + target.name());
    thread.setDaemon(true);
    thread.start();
  }

  /** Where it leads. */
  public LogTarget target() {
    return target;
  }

  /** How lines wait. */
  public OutletSettings settings() {
    return settings;
  }

  // ---- event loops

  /** Takes a line, or drops and counts it. Never waits. */
  public void offer(byte[] line, int length) {
    synchronized (lock) {
      int waiting = count + inFlight;
      long most = settings.block() ? 2L * settings.queue() : settings.queue();
      if (waiting + length > most || closing) {
        dropped++;
        return;
      }
      if (count + length > gathered.length) {
        long size = Math.min(most, Math.max(2L * gathered.length, (long) count + length));
        gathered = Arrays.copyOf(gathered, (int) size);
      }
      System.arraycopy(line, 0, gathered, count, length);
      if (count == 0) {
        firstSince = System.nanoTime();
      }
      boolean first = count == 0;
      count += length;
      lines++;
      if (settings.block() && waiting + length > settings.queue() / 4 * 3) {
        nearlyFull = true;
      }
      if (asleep && (count >= settings.buffer() / 2 || (first && isFlushShort()))) {
        asleep = false;
        lock.notifyAll();
      }
    }
  }

  /** An idle writer looks once a second by itself. */
  private boolean isFlushShort() {
    return settings.flush().toMillis() < TICK;
  }

  /** Whether requests that have not begun are to wait; only with {@code block}. */
  public boolean isNearlyFull() {
    return nearlyFull;
  }

  /** Completes when there is room again, or {@code overflow.wait} has passed. */
  public CompletableFuture<Void> room() {
    CompletableFuture<Void> later = new CompletableFuture<>();
    synchronized (lock) {
      if (!nearlyFull) {
        later.complete(null);
        return later;
      }
      held.add(later);
    }
    later.completeOnTimeout(null, settings.blockWait().toMillis(), TimeUnit.MILLISECONDS);
    return later.whenComplete((nothing, failure) -> forget(later));
  }

  /** A log that stands still for days must not gather those who have waited. */
  private void forget(CompletableFuture<Void> waited) {
    synchronized (lock) {
      held.remove(waited);
    }
  }

  // ---- operators

  /** Asks the writer's thread; completes when it has done so, exceptionally when that failed. */
  public CompletableFuture<Void> ask(Command command) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    synchronized (lock) {
      if (closing) {
        done.completeExceptionally(new IOException("the log is closed"));
      } else {
        asked.add(new Asked(command, done));
        asleep = false;
        lock.notifyAll();
      }
    }
    return done;
  }

  /** The writer of this name came, left or was replaced. */
  public void writersChanged() {
    reopenWriter = true;
  }

  /** Lines dropped so far. */
  public long dropped() {
    synchronized (lock) {
      return dropped;
    }
  }

  /** Lines taken so far. */
  public long lines() {
    synchronized (lock) {
      return lines;
    }
  }

  /** Bytes that wait. */
  public long waiting() {
    synchronized (lock) {
      return (long) count + inFlight;
    }
  }

  /** Bytes written so far. */
  public long written() {
    return written;
  }

  /** Why nothing is written at the moment, or null. */
  public String trouble() {
    return trouble;
  }

  /** Takes no more lines; what waits is still written. Does not wait. */
  public void beginClose() {
    synchronized (lock) {
      closing = true;
      lock.notifyAll();
    }
  }

  /** Whether its thread has ended. */
  public boolean isClosed() {
    return !thread.isAlive();
  }

  /** Waits for the end until {@code deadline} (of {@link System#nanoTime}), then gives up. */
  public void awaitClosed(long deadline) throws InterruptedException {
    thread.join(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
    if (thread.isAlive()) {
      LogSink open = sink;
      if (open != null) {
        open.interrupt();
      }
      thread.interrupt();
      thread.join(300);
      LOG.warn("log {}: {} bytes could not be written before the end", target.name(), waiting());
    }
  }

  // ---- the writer's thread

  private void run() {
    try {
      while (next()) {
        // One batch after the other.
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | LinkageError e) {
      LOG.error("log {}: its thread has failed, nothing is written any more", target.name(), e);
    } finally {
      closeSink();
      release(true);
    }
  }

  private boolean next() throws InterruptedException {
    List<Asked> orders;
    boolean last;
    synchronized (lock) {
      if (!batch.hasRemaining()) {
        inFlight = 0;
        waitForLines();
        take();
      }
      orders = asked;
      asked = new ArrayList<>();
      last = closing && count == 0;
    }
    boolean well = write();
    orders.forEach(this::obey);
    if (well) {
      tick();
      release(false);
      return !last;
    }
    return pause();
  }

  private void waitForLines() throws InterruptedException {
    long start = System.nanoTime();
    while (!closing && asked.isEmpty() && (count == 0 || count < settings.buffer() / 2)) {
      long now = System.nanoTime();
      long left =
          count > 0
              ? settings.flush().toNanos() - (now - firstSince)
              : TimeUnit.MILLISECONDS.toNanos(TICK) - (now - start);
      if (left <= 0) {
        return;
      }
      asleep = true;
      TimeUnit.NANOSECONDS.timedWait(lock, Math.min(left, TimeUnit.MILLISECONDS.toNanos(TICK)));
      asleep = false;
    }
  }

  /** Exchanges the two arrays. */
  private void take() {
    byte[] free = batch.array();
    batch = ByteBuffer.wrap(gathered, 0, count);
    inFlight = count;
    gathered = free.length > 4 * SMALL ? new byte[SMALL] : free;
    count = 0;
  }

  /** Whether nothing of the batch is left. */
  private boolean write() {
    if (!batch.hasRemaining() && sink != null && !reopenWriter) {
      return true;
    }
    try {
      LogSink to = open();
      int before = batch.position();
      try {
        if (batch.hasRemaining()) {
          to.write(batch);
        }
      } finally {
        written += batch.position() - before;
      }
      recovered();
      return !batch.hasRemaining();
    } catch (IOException e) {
      failed(e.getMessage() == null ? e.toString() : e.getMessage());
    } catch (RuntimeException | LinkageError e) {
      failed(e.toString());
    }
    return false;
  }

  private LogSink open() throws IOException {
    if (reopenWriter) {
      reopenWriter = false;
      closeSink();
    }
    LogSink open = sink;
    if (open == null) {
      LogWriter writer = writers.find(settings.writer());
      if (writer == null) {
        throw new IOException("no log-writer named '" + settings.writer() + "' is installed");
      }
      open = writer.open(target);
      sink = open;
    }
    return open;
  }

  private void closeSink() {
    LogSink open = sink;
    sink = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException | RuntimeException | LinkageError e) {
        LOG.warn("log {}: closing it failed: {}", target.name(), e.toString());
      }
    }
  }

  /** Said once, until it works again. */
  private void failed(String reason) {
    if (trouble == null) {
      troubleSince = System.nanoTime();
      LOG.error(
          "log {}: cannot be written: {}; requests are served, up to {} bytes of lines wait",
          target.name(),
          reason,
          settings.queue());
    }
    trouble = reason;
  }

  private void recovered() {
    if (trouble != null) {
      trouble = null;
      LOG.info(
          "log {}: is written again after {} ms",
          target.name(),
          TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - troubleSince));
      reportedAt = 0;
    }
    long all = dropped();
    long now = System.nanoTime();
    if (all > reported && (reportedAt == 0 || now - reportedAt > REPORT)) {
      LOG.warn(
          "log {}: {} lines were dropped because queue={} bytes waited already; {} in all",
          target.name(),
          all - reported,
          settings.queue(),
          all);
      reported = all;
      reportedAt = now;
    }
  }

  private void tick() {
    LogSink open = sink;
    if (open != null) {
      try {
        open.tick(System.currentTimeMillis());
      } catch (IOException | RuntimeException | LinkageError e) {
        failed(e.getMessage() == null ? e.toString() : e.getMessage());
      }
    }
  }

  private void obey(Asked order) {
    try {
      LogSink open = open();
      switch (order.command()) {
        case FLUSH -> {}
        case REOPEN -> open.reopen();
        case ROTATE -> open.rotate();
      }
      order.done().complete(null);
    } catch (IOException | RuntimeException | LinkageError e) {
      order.done().completeExceptionally(e);
    }
  }

  /** Lets waiting requests go on. */
  private void release(boolean all) {
    Set<CompletableFuture<Void>> free;
    synchronized (lock) {
      if (!nearlyFull || (!all && count > settings.queue() / 2)) {
        return;
      }
      nearlyFull = false;
      free = held;
      held = new HashSet<>();
    }
    free.forEach(each -> each.complete(null));
  }

  /**
   * Before the next try. At the end there is none but the last.
   *
   * @return whether to go on
   */
  private boolean pause() throws InterruptedException {
    synchronized (lock) {
      if (closing) {
        return false;
      }
      long end = System.nanoTime() + RETRY;
      while (!closing && asked.isEmpty() && end - System.nanoTime() > 0) {
        TimeUnit.NANOSECONDS.timedWait(lock, end - System.nanoTime());
      }
    }
    return true;
  }
}
