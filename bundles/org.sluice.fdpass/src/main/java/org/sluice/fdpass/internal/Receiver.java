package org.sluice.fdpass.internal;

import io.netty.channel.unix.DomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.handoff.api.DialectTraits.SocketType;

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

  /** What happens again and again is told so often. */
  private static final long SAME_NEWS = TimeUnit.SECONDS.toNanos(10);

  /**
   * Hand-offs that a receiver may leave unread, where each has a connection of its own. The kernel
   * counts descriptors on their way for each user, and refuses all that are sent beyond
   * RLIMIT_NOFILE: those of other receivers too.
   */
  static final int MOST_UNREAD = Math.max(1, OpenFiles.limit() / 4);

  final String path;
  private final DomainSocketAddress address;
  private final AtomicInteger inFlight = new AtomicInteger();
  private final LongAdder given = new LongAdder();
  private final LongAdder failed = new LongAdder();

  private volatile Checked checked;
  private volatile Failure failure;
  private volatile String lastError;
  private volatile String lastBusy;
  private volatile long connectNanos;
  private volatile long drainTold;
  private volatile long unconfirmedTold;
  private volatile boolean tried;
  private volatile boolean drained;
  private volatile Controls controls;
  private final CopyOnWriteArrayList<Pool> pools = new CopyOnWriteArrayList<>();

  /** What of its path goes into the weights of keys. */
  final long seed;

  /** What the rules said, for whom and when. */
  private record Checked(
      Users users,
      boolean links,
      boolean rules,
      long nanos,
      Object file,
      ReceiverException refusal) {
    boolean holds(FdOptions options, long now) {
      return now - nanos < RULES_VALID
          && links == options.links
          && rules == options.socketCheck
          && users.equals(options.users);
    }
  }

  /** Failures that no success has followed yet: the first, the last, and the pause after it. */
  private record Failure(long since, long nanos, long pause) {}

  Receiver(String path) {
    this.path = path;
    this.address = new DomainSocketAddress(path);
    this.seed = Pool.mix(Hash.fnv(path.getBytes(StandardCharsets.UTF_8)));
  }

  /** Connects for one hand-off and checks who is there. */
  LocalSocket connect(FdOptions options, SocketType type, ByteBuffer scratch)
      throws ReceiverException {
    long start = System.nanoTime();
    tried = true;
    if (inFlight.get() >= MOST_UNREAD) {
      throw ReceiverException.busy("has not read the last " + MOST_UNREAD + " hand-offs");
    }
    if (options.socketCheck) {
      var unused = checkFile(options, start);
    }
    LocalSocket local = LocalSocket.connect(address, type, scratch);
    try {
      checkPeer(options, local);
    } catch (ReceiverException e) {
      local.close();
      throw e;
    }
    connected(start);
    inFlight.incrementAndGet();
    return local;
  }

  /** Whether whoever listens may get clients. */
  void checkPeer(FdOptions options, LocalSocket local) throws ReceiverException {
    int uid = local.peerUid();
    if (!options.users.allows(uid)) {
      throw ReceiverException.down(
          "is served by user " + uid + "; handoff.allow-users allows " + options.users);
    }
  }

  /** A connection was made that began at {@code start}. */
  void connected(long start) {
    connectNanos = System.nanoTime() - start;
  }

  /**
   * Looks at the socket file, at most once a second.
   *
   * @return the file's identity, null if it is not known
   */
  Object check(FdOptions options) throws ReceiverException {
    tried = true;
    return checkFile(options, System.nanoTime()).file;
  }

  /** Looks at the socket file now: a new connection is to the file that is there. */
  Object checkAgain(FdOptions options) throws ReceiverException {
    checked = null;
    return check(options);
  }

  /** The standing connections; made with the first use. */
  Controls controls(HandOffState front) {
    Controls known = controls;
    if (known == null) {
      synchronized (this) {
        if (controls == null) {
          controls = new Controls(this, front);
        }
        known = controls;
      }
    }
    return known;
  }

  /** The same, or null if there are none. */
  Controls controls() {
    return controls;
  }

  /** A pool that has this receiver. */
  void joined(Pool pool) {
    pools.addIfAbsent(pool);
  }

  /** A pool that has it no more: with the last one its connections end as soon as they are idle. */
  void left(Pool pool) {
    pools.remove(pool);
    Controls standing = controls;
    if (pools.isEmpty() && standing != null) {
      standing.retire(false);
    }
  }

  /** Whether some pool has it. */
  boolean isInUse() {
    return !pools.isEmpty();
  }

  /** Whether nothing of it is left that anybody could ask for. */
  boolean isOver() {
    Controls standing = controls;
    return inFlight() == 0 && (standing == null || standing.connections().length == 0);
  }

  /**
   * How many it may take now, as far as it is known without asking; 0 if nobody, and it will say so
   * when that changes.
   */
  int mayTake() {
    Controls standing = controls;
    return standing == null ? 1 : standing.mayTake();
  }

  /**
   * There may be room for whoever waits. Of several lines the one is called first that has not
   * moved on for the longest time: who is called first gets the place.
   */
  void room() {
    List<Line> lines = new ArrayList<>(2);
    for (Pool pool : pools) {
      pool.lines(this, lines);
    }
    Line first = null;
    for (Line line : lines) {
      if (!line.isEmpty() && (first == null || line.moved() - first.moved() < 0)) {
        first = line;
      }
    }
    if (first == null) {
      return;
    }
    first.wake();
    for (Line line : lines) {
      if (line != first) {
        line.wake();
      }
    }
  }

  /** By order of the operator: no hand-offs, until it is taken back. */
  void drain(boolean on) {
    drained = on;
    if (!on) {
      room();
    }
  }

  boolean isDrained() {
    return drained;
  }

  private Checked checkFile(FdOptions options, long now) throws ReceiverException {
    Checked last = checked;
    if (last == null || !last.holds(options, now)) {
      last = examine(options, now);
      checked = last;
    }
    if (last.refusal != null) {
      // Not remembered: the operator may be correcting it right now.
      checked = null;
      throw last.refusal;
    }
    return last;
  }

  private Checked examine(FdOptions options, long now) {
    Object file = null;
    ReceiverException refusal = null;
    try {
      file =
          options.socketCheck
              ? SocketRules.check(path, options.users, options.links)
              : SocketRules.identity(path);
    } catch (ReceiverException e) {
      refusal = e;
    }
    return new Checked(options.users, options.links, options.socketCheck, now, file, refusal);
  }

  /** The connection of one hand-off was closed, whatever became of it. */
  void left() {
    if (inFlight.getAndDecrement() >= MOST_UNREAD) {
      room();
    }
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

  /** Its word for it; it may take it back and give it again as often as it likes. */
  void saysDrain(String name) {
    long now = System.nanoTime();
    if (now - drainTold > SAME_NEWS || drainTold == 0) {
      drainTold = now;
      LOG.info("receiver {} ({}) drains", path, name);
    }
  }

  /** Whether it is to be told that this has not read a hand-off in time; now and then. */
  boolean isUnconfirmedNews() {
    long now = System.nanoTime();
    if (now - unconfirmedTold < SAME_NEWS && unconfirmedTold != 0) {
      return false;
    }
    unconfirmedTold = now;
    return true;
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

  void busy(ReceiverException reason) {
    lastBusy = reason.getMessage();
    if (reason.isShortage()) {
      lastError = lastBusy;
    }
  }

  /** Why it took nobody the last time it was only busy. */
  String lastBusy() {
    return lastBusy;
  }

  /** Whether it failed a moment ago, or has said that it wants no more, so others come first. */
  boolean pauses() {
    Failure last = failure;
    if (last != null && System.nanoTime() - last.nanos < last.pause) {
      return true;
    }
    Controls standing = controls;
    return standing != null && standing.drains();
  }

  int inFlight() {
    Controls standing = controls;
    return inFlight.get() + (standing == null ? 0 : standing.inFlight());
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
    if (drained) {
      return "drained";
    }
    Controls standing = controls;
    if (standing != null && standing.stalled) {
      return "stalled";
    }
    if (failure != null) {
      return "down";
    }
    return tried ? "up" : "unused";
  }
}
