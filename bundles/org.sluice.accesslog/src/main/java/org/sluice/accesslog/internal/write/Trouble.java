package org.sluice.accesslog.internal.write;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the front's log is told of a log that fails: once, until it works again. */
final class Trouble {
  private static final Logger LOG = LoggerFactory.getLogger("org.sluice.accesslog");
  private static final long REPORT = TimeUnit.SECONDS.toNanos(10);

  private final String log;
  private final int queue;
  private volatile String reason;
  private long since;
  private long reported;
  private long reportedAt;

  Trouble(String log, int queue) {
    this.log = log;
    this.queue = queue;
  }

  /** Why nothing is written at the moment, or null. */
  String reason() {
    return reason;
  }

  void failed(Throwable cause) {
    boolean told = cause instanceof IOException && cause.getMessage() != null;
    String why = told ? cause.getMessage() : cause.toString();
    if (reason == null) {
      since = System.nanoTime();
      LOG.error(
          "log {}: cannot be written: {}; requests are served, up to {} bytes of lines wait",
          log,
          why,
          queue);
    }
    reason = why;
  }

  /**
   * It works.
   *
   * @param dropped lines that were dropped so far
   */
  void none(long dropped) {
    if (reason != null) {
      reason = null;
      LOG.info(
          "log {}: is written again after {} ms",
          log,
          TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - since));
      reportedAt = 0;
    }
    long now = System.nanoTime();
    if (dropped > reported && (reportedAt == 0 || now - reportedAt > REPORT)) {
      LOG.warn(
          "log {}: {} lines were dropped because queue={} bytes waited already; {} in all",
          log,
          dropped - reported,
          queue,
          dropped);
      reported = dropped;
      reportedAt = now;
    }
  }
}
