package org.sluice.fdpass.internal;

import io.netty.channel.IoEventLoop;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import io.netty.util.concurrent.EventExecutorGroup;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.handoff.api.Dialect;
import org.sluice.handoff.api.DialectTraits.SocketType;
import org.sluice.handoff.api.Report;

/**
 * The standing connections to one receiver over all event loops, and which of them takes the next
 * client: the loop's own first, then any, then a new one. Any thread, where nothing says else.
 */
final class Controls {
  private static final Logger LOG = LoggerFactory.getLogger(Controls.class);
  private static final String UNSERVED = "closed a connection without having taken a client";

  /** Standing connections to a receiver at most. */
  static final int MOST_CONNECTIONS = 64;

  /** Hand-offs to a receiver that it has not acknowledged, at most. */
  static final int MOST_UNACKNOWLEDGED = 64;

  private static final long SPARE_PAUSE = TimeUnit.SECONDS.toNanos(5);
  private static final long FIRST_PAUSE = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toNanos(1);

  final Receiver receiver;
  private final HandOffState front;
  private final DomainSocketAddress address;
  private final AtomicInteger unacknowledged = new AtomicInteger();
  private final LongAdder acknowledged = new LongAdder();
  private final LongAdder lateReports = new LongAdder();
  private final LongAdder violations = new LongAdder();
  private volatile ControlConnection[] all = {};

  /** No hand-off until it answers: it let the time for an acknowledgement pass. */
  volatile boolean stalled;

  private volatile long notGreetedAt;
  private volatile String notGreeted;
  private volatile long spareAfter;
  private volatile long sparePause;

  /** No further connection before, where {@link #pause} is not 0. */
  private volatile long connectAfter;

  private volatile long pause;

  Controls(Receiver receiver, HandOffState front) {
    this.receiver = receiver;
    this.front = front;
    this.address = new DomainSocketAddress(receiver.path);
  }

  /**
   * Room for one hand-off. On the client's event loop.
   *
   * @param began when the exchange began to look, by {@link System#nanoTime}
   * @throws ReceiverException busy if there is no room now, else if it cannot be used
   */
  ControlConnection reserve(FdOptions fd, Dialect dialect, Lingering home, long began)
      throws ReceiverException {
    ReceiverException unusable = null;
    Object file = null;
    try {
      file = receiver.check(fd);
    } catch (ReceiverException e) {
      unusable = e;
    }
    ControlConnection[] now = all;
    IoEventLoop loop = home.loop();
    int own = 0;
    int open = 0;
    boolean greeting = false;
    if (unusable == null || unusable.kind() == ReceiverException.Kind.ABSENT) {
      for (ControlConnection each : now) {
        if (isOutdated(each, dialect, file)) {
          each.onLoop(() -> each.retire(false));
        } else if (each.loop == loop) {
          if (!stalled && each.reserve()) {
            return each;
          }
          own += isAlive(each) ? 1 : 0;
          greeting |= each.state() == ControlConnection.State.GREETING;
        }
        open += each.state() == ControlConnection.State.OPEN ? 1 : 0;
      }
    }
    if (unusable == null && !greeting && wantsMore(own, open, now.length, fd, loop)) {
      try {
        connect(fd, dialect, receiver.checkAgain(fd), home);
        greeting = true;
      } catch (ReceiverException e) {
        unusable = e;
      }
    }
    if (open > 0 && !stalled) {
      for (ControlConnection each : now) {
        if (each.loop != loop && each.dialect == dialect && each.reserve()) {
          return each;
        }
      }
    }
    throw refusal(unusable, open, began);
  }

  private static boolean isAlive(ControlConnection each) {
    return each.state() == ControlConnection.State.OPEN
        || each.state() == ControlConnection.State.GREETING;
  }

  private static boolean isOutdated(ControlConnection each, Dialect dialect, Object file) {
    return isAlive(each) && (each.dialect != dialect || (file != null && !file.equals(each.file)));
  }

  /** One for each loop, or as many as the route says; one more while all that are open are full. */
  private boolean wantsMore(int own, int open, int total, FdOptions fd, IoEventLoop loop) {
    if (total >= MOST_CONNECTIONS || pauses()) {
      return false;
    }
    if (stalled && own > 0) {
      // It may have nothing left to say on those there are: a new one shows whether it answers.
      return System.nanoTime() - spareAfter >= 0;
    }
    if (open == 0) {
      return own == 0;
    }
    int loops = loops(loop);
    int wanted = fd.connections == 0 ? 1 : (fd.connections + loops - 1) / loops;
    boolean full = own >= wanted;
    return (!full || !anyRoom()) && System.nanoTime() - spareAfter >= 0;
  }

  private boolean pauses() {
    return pause != 0 && System.nanoTime() - connectAfter < 0;
  }

  private boolean anyRoom() {
    for (ControlConnection each : all) {
      if (each.state() == ControlConnection.State.OPEN && each.used() < each.capacity()) {
        return true;
      }
    }
    return false;
  }

  private static int loops(IoEventLoop loop) {
    EventExecutorGroup group = loop.parent();
    if (group == null) {
      return 1;
    }
    int n = 0;
    for (var unused : group) {
      n++;
    }
    return Math.max(1, n);
  }

  private ReceiverException refusal(ReceiverException unusable, int open, long began) {
    if (open == 0) {
      if (unusable != null) {
        return unusable;
      }
      if (notGreeted != null && notGreetedAt - began > 0) {
        return ReceiverException.down(notGreeted);
      }
      return ReceiverException.busy(pauses() ? UNSERVED : "has not said READY yet");
    }
    if (stalled) {
      return ReceiverException.busy("is stalled: it did not acknowledge a hand-off in time");
    }
    if (unusable != null && unusable.kind() == ReceiverException.Kind.DOWN) {
      return unusable;
    }
    return ReceiverException.busy("has no room");
  }

  /** On the loop that will own the connection. */
  private void connect(FdOptions fd, Dialect dialect, Object file, Lingering home)
      throws ReceiverException {
    long start = System.nanoTime();
    LocalSocket local = LocalSocket.connect(address, SocketType.SEQPACKET, home.scratch());
    try {
      receiver.checkPeer(fd, local);
      Socket socket = local.socket();
      local.refuseDescriptors();
      ControlConnection fresh = new ControlConnection(this, home.loop(), dialect, file, socket);
      add(fresh);
      fresh.start();
      receiver.connected(start);
    } catch (ReceiverException e) {
      local.close();
      throw e;
    } catch (IOException e) {
      local.close();
      throw ReceiverException.shortage("no descriptor for a connection: " + e.getMessage());
    }
  }

  private synchronized void add(ControlConnection one) {
    ControlConnection[] more = java.util.Arrays.copyOf(all, all.length + 1);
    more[all.length] = one;
    all = more;
  }

  private synchronized void remove(ControlConnection one) {
    List<ControlConnection> left = new ArrayList<>(List.of(all));
    left.remove(one);
    all = left.toArray(new ControlConnection[0]);
  }

  // ---- what connections tell

  /** One more hand-off is to be sent; false if too many are unacknowledged. */
  boolean sending() {
    for (; ; ) {
      int now = unacknowledged.get();
      if (now >= MOST_UNACKNOWLEDGED) {
        return false;
      }
      // Never more than the limit, not even for a moment: who settles one at the limit calls those
      // who wait.
      if (unacknowledged.compareAndSet(now, now + 1)) {
        break;
      }
    }
    if (!front.sending()) {
      if (settledOne(false)) {
        receiver.room();
      }
      return false;
    }
    return true;
  }

  /**
   * How many it makes sense to ask for room; nobody before one more hand-off is acknowledged, if
   * that many are not. Where all connections are full, one: there may be a further connection.
   */
  int mayTake() {
    int unsent = MOST_UNACKNOWLEDGED - unacknowledged.get();
    if (unsent <= 1) {
      return unsent;
    }
    int places = 0;
    for (ControlConnection each : all) {
      places += Math.min(unsent, each.free());
    }
    return Math.max(1, Math.min(unsent, places));
  }

  /**
   * A hand-off is acknowledged, or never will be.
   *
   * @return whether there is room where there was none: {@link Receiver#room} is to be called
   */
  boolean settled() {
    return settledOne(front.settled());
  }

  private boolean settledOne(boolean frontWasFull) {
    return unacknowledged.getAndDecrement() >= MOST_UNACKNOWLEDGED || frontWasFull;
  }

  void greeted(ControlConnection connection) {
    notGreeted = null;
    sparePause = 0;
    LOG.debug("receiver {} is ready as {}", receiver.path, connection.name());
  }

  void notGreeted(ControlConnection connection, String reason) {
    for (ControlConnection each : all) {
      if (each.state() == ControlConnection.State.OPEN) {
        // It serves others; this one it cannot, or need not.
        pauseSpare();
        return;
      }
    }
    receiver.failed(reason);
    notGreeted = reason;
    notGreetedAt = System.nanoTime();
    LOG.warn("receiver {} {}", receiver.path, reason);
  }

  /** A further connection came to nothing: the next one is tried later each time. */
  private void pauseSpare() {
    long last = sparePause;
    sparePause = stalled ? SPARE_PAUSE : last == 0 ? FIRST_PAUSE : Math.min(2 * last, SPARE_PAUSE);
    spareAfter = System.nanoTime() + sparePause;
  }

  /** Another process may take the place of the one that is gone, or has come. */
  private void trySpareSoon() {
    sparePause = 0;
    spareAfter = System.nanoTime();
  }

  /**
   * It said {@code READY} and left before it said anything of a client. Whoever waits would connect
   * again at once, so there is a pause, twice as long each time.
   */
  private void unserved(ControlConnection connection) {
    for (ControlConnection each : all) {
      if (each.state() == ControlConnection.State.OPEN) {
        pauseSpare();
        return;
      }
    }
    receiver.failed(UNSERVED);
    long before = pause;
    if (before == 0) {
      LOG.warn("receiver {} ({}) {}", receiver.path, connection.name(), UNSERVED);
    }
    pause = before == 0 ? FIRST_PAUSE : Math.min(before * 2, LONGEST_PAUSE);
    connectAfter = System.nanoTime() + pause;
  }

  void stalls() {
    if (!stalled) {
      stalled = true;
      receiver.failed("did not acknowledge a hand-off in time");
      LOG.warn(
          "receiver {} is stalled: it did not acknowledge a hand-off in time; it gets none until it"
              + " answers",
          receiver.path);
    }
  }

  void answers() {
    if (stalled) {
      stalled = false;
      LOG.info("receiver {} answers again", receiver.path);
    }
    receiver.room();
  }

  void violated(ControlConnection connection, String what) {
    violations.increment();
    receiver.failed("broke the protocol: " + what);
    LOG.warn(
        "receiver {} ({}) broke the protocol: {}; the connection ends",
        receiver.path,
        connection.name(),
        what);
  }

  void late() {
    lateReports.increment();
  }

  void acknowledgedOne() {
    acknowledged.increment();
    if (pause != 0) {
      pause = 0;
    }
  }

  void completed(ControlConnection connection, Report report) {
    front.completions().ended(report, receiver);
  }

  void ended(ControlConnection connection, ControlConnection.State before, String why) {
    remove(connection);
    if (before == ControlConnection.State.GREETING && why != null) {
      notGreeted(connection, "closed the connection before READY");
    } else if (why != null && !connection.hasServed() && connection.isYoung()) {
      unserved(connection);
    } else if (before != ControlConnection.State.GREETING) {
      trySpareSoon();
    }
    boolean none = true;
    for (ControlConnection each : all) {
      none &= !isAlive(each);
    }
    if (none) {
      // A new connection shows whether it answers.
      stalled = false;
    }
  }

  /** Whether the bundle stops, so that leases become the receivers'. */
  boolean leaving() {
    return front.leaving();
  }

  /** Leases become the receiver's. */
  void giveLeases() {
    for (ControlConnection each : all) {
      each.onLoop(each::giveLeases);
    }
  }

  /** No more hand-offs; leases become the receiver's if {@code yours} says so, else they go on. */
  void retire(boolean yours) {
    for (ControlConnection each : all) {
      each.onLoop(() -> each.retire(yours));
    }
  }

  // ---- status

  /** Whether it has said that it wants no more, and nothing else since. */
  boolean drains() {
    boolean drains = false;
    for (ControlConnection each : all) {
      ControlConnection.State state = each.state();
      if (state == ControlConnection.State.OPEN) {
        return false;
      }
      drains |= state == ControlConnection.State.DRAINING;
    }
    return drains;
  }

  ControlConnection[] connections() {
    return all;
  }

  int inFlight() {
    int sum = 0;
    for (ControlConnection each : all) {
      sum += each.used();
    }
    return sum;
  }

  int unacknowledged() {
    return unacknowledged.get();
  }

  long acknowledgements() {
    return acknowledged.sum();
  }

  long lateReports() {
    return lateReports.sum();
  }

  long violations() {
    return violations.sum();
  }
}
