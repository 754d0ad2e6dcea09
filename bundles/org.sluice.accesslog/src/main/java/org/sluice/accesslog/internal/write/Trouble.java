package org.sluice.accesslog.internal.write;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the front's log is told of a log that fails: once, until it works again. */
final class Trouble {
  private static final Logger LOG = LoggerFactory.getLogger("org.sluice.accesslog");
  private static final long SOON = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long REPORT = TimeUnit.SECONDS.toNanos(10);

  private final String log;
  private final int queue;
  private volatile String reason;
  private long since;
  private long reported;
  private final AtomicBoolean telling = new AtomicBoolean();
  private volatile long nextReport = System.nanoTime();

  Trouble(String log, int queue) {
    this.log = log;
    this.queue = queue;
  }

  /** Why nothing is written at the moment, or null. */
  String reason() {
    return reason;
  }

  void failed(Throwable cause) {
    String why = reason(cause);
    boolean begins = reason == null;
    // Before it is told: whoever reads the line may look at the state next.
    reason = why;
    if (begins) {
      since = System.nanoTime();
      LOG.error(
          "log {}: cannot be written: {}; requests are served, up to {} bytes of lines wait",
          log,
          why,
          queue);
    }
  }

  /** What a failure says to people; those of the file system may hold only a path. */
  static String reason(Throwable cause) {
    if (cause instanceof FileSystemException file && file.getReason() == null) {
      String why =
          file instanceof NoSuchFileException
              ? "there is no such file or directory"
              : file instanceof AccessDeniedException ? "permission denied" : file.toString();
      return file.getFile() + ": " + why;
    }
    boolean told = cause instanceof IOException && cause.getMessage() != null;
    return told ? cause.getMessage() : cause.toString();
  }

  /** It works. */
  void none() {
    if (reason != null) {
      reason = null;
      LOG.info(
          "log {}: is written again after {} ms",
          log,
          TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - since));
    }
  }

  /**
   * A line was dropped: that is told by another thread soon, once for all that are dropped until
   * then. The writer's own thread may be the one that stands still.
   *
   * @param all asked then: how many were dropped so far
   */
  void dropped(LongSupplier all) {
    if (telling.compareAndSet(false, true)) {
      long due = Math.max(SOON, nextReport - System.nanoTime());
      CompletableFuture.delayedExecutor(due, TimeUnit.NANOSECONDS)
          .execute(() -> tell(all.getAsLong()));
    }
  }

  /** Tells of what was dropped and has not been told. */
  synchronized void tell(long dropped) {
    nextReport = System.nanoTime() + REPORT;
    telling.set(false);
    if (dropped > reported) {
      LOG.warn(
          "log {}: {} lines were dropped because queue={} bytes waited already; {} in all",
          log,
          dropped - reported,
          queue,
          dropped);
      reported = dropped;
    }
  }
}
