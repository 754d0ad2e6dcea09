package org.sluice.accesslog.internal.write;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.log.api.LogSink;
import org.sluice.log.api.LogTarget;
import org.sluice.log.api.LogWriter;

/**
 * The way from many event loops to one writer: a bounded {@link Backlog} that loops append to, and
 * a thread of its own that writes whatever has gathered with one call, so that no loop ever waits
 * for a disk.
 *
 * <p><b>When it is written</b>: as soon as half of {@code buffer} has gathered or the first line
 * has waited for {@code flush}. <b>What a crash can lose</b>: what has not been written by then, so
 * at most {@code buffer} while the writer keeps up.
 */
public final class Outlet {
  private static final Logger LOG = LoggerFactory.getLogger("org.sluice.accesslog");
  private static final long RETRY = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(5);

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
    ROTATE,
    /** Write what waits, and let go of the writer, which leaves. */
    PART
  }

  private record Asked(Command command, CompletableFuture<Void> done) {}

  private final LogTarget target;
  private final OutletSettings settings;
  private final Backlog backlog;
  private final LongSupplier drops;
  private final Held held;
  private final OpenSink sink;
  private final Trouble trouble;
  private final Queue<Asked> asked = new ConcurrentLinkedQueue<>();
  private final Thread thread;
  private volatile long written;
  private volatile boolean leaving;
  private volatile boolean abandoned;

  /** What is being written; the writer's thread only. */
  private ByteBuffer batch = Backlog.empty();

  /** Starts the thread; the writer is opened there. */
  public Outlet(LogTarget target, OutletSettings settings, Writers writers) {
    this.target = target;
    this.settings = settings;
    backlog = new Backlog(settings);
    drops = backlog::dropped;
    held = new Held(backlog, settings);
    sink = new OpenSink(target, settings.writer(), writers);
    trouble = new Trouble(target.name(), settings.queue());
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
    if (!backlog.offer(line, length)) {
      trouble.dropped(drops);
    }
  }

  /** Whether requests that have not begun are to wait; only with {@code block}. */
  public boolean isNearlyFull() {
    return backlog.isNearlyFull();
  }

  /** Completes when there is room again, or {@code overflow.wait} has passed. */
  public CompletableFuture<Void> room() {
    return held.room();
  }

  // ---- operators

  /** Asks the writer's thread; completes when it has done so, exceptionally when that failed. */
  public CompletableFuture<Void> ask(Command command) {
    Asked order = new Asked(command, new CompletableFuture<>());
    asked.add(order);
    if (!backlog.wake() && asked.remove(order)) {
      refuse(order);
    }
    return order.done();
  }

  /** Waits for the end of {@link Command#PART}; a writer that stands still is interrupted. */
  public void awaitParted(CompletableFuture<Void> parted, long deadline) {
    try {
      try {
        parted.get(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        sink.interrupt();
        parted.get(300, TimeUnit.MILLISECONDS);
      }
    } catch (TimeoutException | ExecutionException e) {
      LOG.warn("log {}: its writer leaves in the middle of writing", target.name());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void refuse(Asked order) {
    order.done().completeExceptionally(new IOException("the log is closed"));
  }

  /** The writer of this name came, left or was replaced. */
  public void writersChanged() {
    sink.writersChanged();
  }

  /** Lines dropped so far. */
  public long dropped() {
    return backlog.dropped();
  }

  /** Lines taken so far. */
  public long lines() {
    return backlog.lines();
  }

  /** Bytes that wait. */
  public long waiting() {
    return backlog.waiting();
  }

  /** Bytes written so far. */
  public long written() {
    return written;
  }

  /** Why nothing is written at the moment, or null. */
  public String trouble() {
    return trouble.reason();
  }

  /**
   * Takes no more lines; what waits is still written. Does not wait, and nobody waits for room any
   * more.
   */
  public void beginClose() {
    backlog.close();
    held.release();
  }

  /**
   * The same for a log that nobody wants any more while the front goes on: it is given up when
   * nothing could be written for 5 s, so that what stands still does not stay for ever.
   */
  public void leave() {
    leave(PATIENCE);
  }

  void leave(long patience) {
    leaving = true;
    beginClose();
    watch(progress(), patience);
  }

  /** Of the batch that is being written, too; seen late at worst. */
  private long progress() {
    return written + batch.position();
  }

  private void watch(long before, long patience) {
    CompletableFuture.delayedExecutor(patience, TimeUnit.NANOSECONDS)
        .execute(
            () -> {
              long now = progress();
              if (isClosed()) {
                return;
              } else if (now != before) {
                watch(now, patience);
              } else {
                giveUp();
              }
            });
  }

  private void giveUp() {
    abandoned = true;
    sink.interrupt();
    thread.interrupt();
  }

  /** Whether its thread has ended. */
  public boolean isClosed() {
    return !thread.isAlive();
  }

  /** Waits for the end until {@code deadline} (of {@link System#nanoTime}), then gives up. */
  public void awaitClosed(long deadline) throws InterruptedException {
    thread.join(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
    if (thread.isAlive()) {
      giveUp();
      thread.join(300);
      if (thread.isAlive()) {
        tellLoss(waiting());
      }
    }
  }

  private void tellLoss(long bytes) {
    String why = trouble.reason();
    LOG.warn(
        "log {}: {} bytes of lines could not be written before its end{}{}",
        target.name(),
        bytes,
        why == null ? "" : ": ",
        why == null ? "" : why);
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
      beginClose();
      sink.close();
      trouble.tell(backlog.dropped());
      long lost = backlog.waiting() - batch.position();
      if (lost > 0) {
        tellLoss(lost);
      }
      for (Asked order = asked.poll(); order != null; order = asked.poll()) {
        refuse(order);
      }
    }
  }

  private boolean next() throws InterruptedException {
    if (!batch.hasRemaining()) {
      batch = backlog.await(batch);
    }
    // Looked at before: what is tried once the end has begun is the last try.
    boolean closing = backlog.isClosing();
    boolean last = backlog.isOver();
    boolean well = write();
    for (Asked order = asked.poll(); order != null; order = asked.poll()) {
      obey(order, well);
    }
    if (well) {
      tick();
      if (backlog.relieve()) {
        held.release();
      }
      return !last;
    }
    if (closing && leaving) {
      Thread.sleep(TimeUnit.NANOSECONDS.toMillis(RETRY));
    } else if (!closing) {
      backlog.pause(RETRY);
    }
    return leaving || !closing;
  }

  /** Whether nothing of the batch is left. */
  private boolean write() {
    if (!batch.hasRemaining() && sink.isOpen()) {
      return true;
    }
    try {
      LogSink to = sink.get();
      int before = batch.position();
      try {
        if (batch.hasRemaining()) {
          to.write(batch);
        }
      } finally {
        written += batch.position() - before;
      }
      return !batch.hasRemaining();
    } catch (IOException | RuntimeException | LinkageError e) {
      if (!abandoned) {
        trouble.failed(e);
      }
    }
    return false;
  }

  private void tick() {
    try {
      sink.tick();
      trouble.none();
    } catch (IOException | RuntimeException | LinkageError e) {
      trouble.failed(e);
    }
  }

  private void obey(Asked order, boolean well) {
    try {
      switch (order.command()) {
        case FLUSH -> {
          if (!well) {
            throw new IOException(trouble.reason());
          }
        }
        case REOPEN -> sink.get().reopen();
        case ROTATE -> sink.get().rotate();
        case PART -> sink.close();
      }
      order.done().complete(null);
    } catch (IOException | RuntimeException | LinkageError e) {
      order.done().completeExceptionally(new IOException(Trouble.reason(e), e));
    }
  }
}
