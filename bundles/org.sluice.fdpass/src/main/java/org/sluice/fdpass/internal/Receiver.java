package org.sluice.fdpass.internal;

import io.netty.channel.unix.DomainSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process that gets sockets, known by the path it listens on. Shared by all routes that name the
 * path and by all event loops.
 *
 * <p>A receiver that failed is avoided for a while that doubles with each failure, but only where
 * another one is there to be used: a connect costs microseconds, so the last choice is always tried
 * and a receiver that was restarted serves the next request.
 */
final class Receiver {
  private static final Logger LOG = LoggerFactory.getLogger(Receiver.class);

  private static final long RULES_VALID = TimeUnit.SECONDS.toNanos(1);
  private static final long FIRST_PAUSE = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long WORTH_A_LINE = TimeUnit.SECONDS.toNanos(1);
  private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toNanos(5);

  final String path;
  private final DomainSocketAddress address;
  private final AtomicInteger inFlight = new AtomicInteger();
  private final LongAdder given = new LongAdder();
  private final LongAdder failed = new LongAdder();

  private volatile Checked checked;
  private volatile Failure failure;
  private volatile String lastError;
  private volatile long connectNanos;
  private volatile boolean tried;

  /** What the rules said, for whom and when. */
  private record Checked(Users users, boolean links, long nanos, ReceiverException refusal) {
    boolean holds(FdOptions options, long now) {
      return now - nanos < RULES_VALID && links == options.links && users.equals(options.users);
    }
  }

  /** Failures that no success has followed yet: the first, the last, and the pause after it. */
  private record Failure(long since, long nanos, long pause) {}

  Receiver(String path) {
    this.path = path;
    this.address = new DomainSocketAddress(path);
  }

  /** Connects and checks who is there. */
  LocalSocket connect(FdOptions options, ByteBuffer scratch) throws ReceiverException {
    long start = System.nanoTime();
    tried = true;
    if (options.socketCheck) {
      checkFile(options, start);
    }
    LocalSocket local = LocalSocket.connect(address, scratch);
    try {
      int uid = local.peerUid();
      if (!options.users.allows(uid)) {
        throw ReceiverException.down(
            "is served by user " + uid + "; handoff.allow-users allows " + options.users);
      }
    } catch (ReceiverException e) {
      local.close();
      throw e;
    }
    connectNanos = System.nanoTime() - start;
    inFlight.incrementAndGet();
    return local;
  }

  private void checkFile(FdOptions options, long now) throws ReceiverException {
    Checked last = checked;
    if (last == null || !last.holds(options, now)) {
      last = new Checked(options.users, options.links, now, examine(options));
      checked = last;
    }
    if (last.refusal != null) {
      // Not remembered: the operator may be correcting it right now.
      checked = null;
      throw last.refusal;
    }
  }

  private ReceiverException examine(FdOptions options) {
    try {
      SocketRules.check(path, options.users, options.links);
      return null;
    } catch (ReceiverException e) {
      return e;
    }
  }

  /** The connection of one hand-off was closed, whatever became of it. */
  void left() {
    inFlight.decrementAndGet();
  }

  /** It has taken a client. */
  void took() {
    given.increment();
    Failure last = failure;
    if (last != null) {
      failure = null;
      if (System.nanoTime() - last.since > WORTH_A_LINE) {
        LOG.info("receiver {} takes clients again", path);
      }
    }
  }

  /** It has failed; a busy receiver has not. */
  void failed(String reason) {
    failed.increment();
    lastError = reason;
    Failure before = failure;
    long now = System.nanoTime();
    if (before == null) {
      failure = new Failure(now, now, FIRST_PAUSE);
    } else if (now - before.nanos >= before.pause) {
      failure = new Failure(before.since, now, Math.min(before.pause * 2, LONGEST_PAUSE));
    }
  }

  void busy(String reason) {
    lastError = reason;
  }

  /** Whether it failed a moment ago, so that others come first. */
  boolean pauses() {
    Failure last = failure;
    return last != null && System.nanoTime() - last.nanos < last.pause;
  }

  int inFlight() {
    return inFlight.get();
  }

  long given() {
    return given.sum();
  }

  long failures() {
    return failed.sum();
  }

  String lastError() {
    return lastError;
  }

  long connectMicros() {
    return TimeUnit.NANOSECONDS.toMicros(connectNanos);
  }

  String state() {
    if (failure != null) {
      return "down";
    }
    return tried ? "up" : "unused";
  }
}
