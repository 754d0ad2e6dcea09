package org.sluice.fdpass.internal;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import io.netty.util.collection.LongObjectHashMap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.handoff.api.Dialect;
import org.sluice.handoff.api.Dialect.Notice;
import org.sluice.handoff.api.Report;
import org.sluice.junixsocket.ErrnoException;
import org.sluice.junixsocket.PacketSocket;

/**
 * A standing connection to a receiver: hand-offs go out, reports come in. Lives on one event loop;
 * what other threads may use says so.
 *
 * <pre>
 *   GREETING ── READY ──▶ OPEN ── DRAIN, replaced, bundle stops ──▶ DRAINING ── idle ──▶ ENDED
 *       │                  │                                            │
 *       └─ no READY in 1 s ┴── end of file, reset, violation ───────────┴──▶ ENDED
 * </pre>
 *
 * <p>Longer than most files, so that every transition of the state stands in one place.
 */
final class ControlConnection implements EpollIoHandle {
  private static final Logger LOG = LoggerFactory.getLogger(ControlConnection.class);

  /** Longest time from connecting to {@code READY}. */
  static final long GREETING_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final int MOST_READS = 64;
  private static final long TICK = TimeUnit.MILLISECONDS.toNanos(20);

  private static final EpollIoOps READING = EpollIoOps.EPOLLIN.with(EpollIoOps.EPOLLRDHUP);
  private static final EpollIoOps BOTH = READING.with(EpollIoOps.EPOLLOUT);
  private static final int HANG_UP = EpollIoOps.EPOLLRDHUP.value() | 0x10;

  /** What the connection is good for. */
  enum State {
    /** Nothing was heard yet. */
    GREETING,
    /** Hand-offs may be sent. */
    OPEN,
    /** No more hand-offs; those under way go on. */
    DRAINING,
    /** Nothing any more. */
    ENDED
  }

  final IoEventLoop loop;
  final Dialect dialect;

  /** Identity of the socket file at the time of connecting. */
  final Object file;

  private final Controls controls;
  private final Socket socket;
  private final PacketSocket sender;
  private final ByteBuf memory;
  private final ByteBuffer in;
  private final LongObjectHashMap<Errand> errands = new LongObjectHashMap<>();
  private final Notices notices;
  private final AtomicLong ids = new AtomicLong();
  private final Room room;
  private volatile State state = State.GREETING;
  private volatile boolean stalled;

  /** Its socket took no packet, and has not said since that it does. */
  private volatile boolean full;

  private volatile String name;
  private volatile long oldestLease;
  private IoRegistration registration;
  private boolean violated;
  private boolean ticking;
  private boolean closeWhenIdle;
  private final long made = System.nanoTime();
  private boolean hungUp;

  /** Whether it was given a client that it has said something of, or had when it ended. */
  private boolean served;

  private boolean reading;
  private boolean roomMade;

  ControlConnection(
      Controls controls, IoEventLoop loop, Dialect dialect, Object file, Socket socket)
      throws IOException {
    this.controls = controls;
    this.room = new Room(controls);
    this.loop = loop;
    this.dialect = dialect;
    this.file = file;
    this.socket = socket;
    this.sender = PacketSocket.on(socket.intValue());
    this.notices = new Notices(sender, dialect);
    // One byte more than a packet may have: whatever fills it is too long.
    this.memory = ByteBufAllocator.DEFAULT.directBuffer(dialect.longestPacket() + 1);
    this.in = memory.nioBuffer(0, memory.capacity());
  }

  /** On the loop. */
  void start() {
    registration = loop.register(this).getNow();
    registration.submit(READING);
    var unused = loop.schedule(this::greeted, GREETING_NANOS, TimeUnit.NANOSECONDS);
  }

  private void greeted() {
    if (state == State.GREETING) {
      controls.notGreeted(this, "did not say READY within 1 s of connecting");
      end(null);
    }
  }

  // ---- for every thread

  State state() {
    return state;
  }

  boolean isStalled() {
    return stalled;
  }

  String name() {
    return name;
  }

  int capacity() {
    return room.capacity();
  }

  /** Hand-offs of this connection that count against the capacity. */
  int used() {
    return room.used();
  }

  int unacknowledged() {
    return room.unacknowledged();
  }

  /** When the oldest lease was sent, by {@link System#nanoTime}; 0 if there is none. */
  long oldestLease() {
    return oldestLease;
  }

  /** Takes room for one hand-off, to be used or given back. */
  boolean reserve() {
    return state == State.OPEN && !stalled && !full && room.take();
  }

  /** How many more hand-offs it takes, as far as is known. */
  int free() {
    return state == State.OPEN && !full ? Math.max(0, capacity() - used()) : 0;
  }

  /** The hand-off was not sent after all. */
  void unreserve() {
    if (room.acknowledged() | room.free()) {
      controls.receiver.room();
    }
  }

  /** Whether it was made a moment ago; on the loop. */
  boolean isYoung() {
    return System.nanoTime() - made < GREETING_NANOS;
  }

  /** Whether it had a client until it ended, or has said anything of one; on the loop. */
  boolean hasServed() {
    return served;
  }

  long nextId() {
    return ids.incrementAndGet();
  }

  /** Runs on this connection's loop, at once if that is the current one. */
  boolean onLoop(Runnable task) {
    return on(loop, task);
  }

  /** False if the loop has ended: the task will not run, and what it owns stays the caller's. */
  static boolean on(IoEventLoop loop, Runnable task) {
    if (loop.inEventLoop()) {
      task.run();
      return true;
    }
    try {
      loop.execute(task);
      return true;
    } catch (RejectedExecutionException e) {
      LOG.debug("an event loop has ended, its connections with it");
      return false;
    }
  }

  // ---- sending, on the loop

  /**
   * Passes a client.
   *
   * @throws ReceiverException if nothing was passed; the reservation is given back
   */
  void send(Errand errand, ByteBuffer packet, int... descriptors) throws ReceiverException {
    ReceiverException refusal = null;
    try {
      if (!violated && (state == State.DRAINING || (state != State.OPEN && closeWhenIdle))) {
        // Its word, or another version of the bundle or of the socket: no fault of anybody.
        refusal = ReceiverException.busy("drains one of its connections");
      } else if (state != State.OPEN) {
        refusal = ReceiverException.lost("the connection ended before the client was passed");
      } else if (!sender.send(packet, descriptors)) {
        full = true;
        registration.submit(BOTH);
        refusal = ReceiverException.busy("its socket takes no packet now");
      }
    } catch (ErrnoException e) {
      refusal = LocalSocket.refusal(e);
      if (refusal.kind() == ReceiverException.Kind.LOST) {
        hungUp = true;
        read();
      }
    } catch (IOException e) {
      refusal = ReceiverException.down(String.valueOf(e.getMessage()));
    }
    if (refusal != null) {
      unreserve();
      throw refusal;
    }
    errands.put(errand.id, errand);
    tick();
  }

  /** The client is no business of this connection any more; the receiver is told. On the loop. */
  void forget(Errand errand, Notice notice) {
    if (errands.remove(errand.id) == null) {
      return;
    }
    finished(errand);
    tell(notice, errand.id);
    idle();
  }

  private void finished(Errand errand) {
    if (!errand.acknowledged) {
      errand.acknowledged = true;
      roomMade |= room.acknowledged();
    }
    roomMade |= room.free();
    callWaiting();
  }

  /** All that one look at the socket has made room for is called together. */
  private void callWaiting() {
    if (roomMade && !reading) {
      roomMade = false;
      controls.receiver.room();
    }
  }

  private void tell(Notice notice, long id) {
    if (state == State.ENDED) {
      return;
    }
    if (!notices.tell(notice, id)) {
      end("does not read what it is told");
    } else if (!notices.isEmpty()) {
      registration.submit(BOTH);
    }
  }

  // ---- reading, on the loop

  /** An exception that got out of here would make the event loop pause for a second. */
  @Override
  public void handle(IoRegistration its, IoEvent event) {
    try {
      happened(event);
    } catch (RuntimeException e) {
      LOG.error("the connection to receiver {} failed and ends", controls.receiver.path, e);
      end("failed: " + e);
    }
  }

  private void happened(IoEvent event) {
    if (state == State.ENDED) {
      return;
    }
    int ops = ((EpollIoEvent) event).ops().value();
    if ((ops & EpollIoOps.EPOLLOUT.value()) != 0) {
      writable();
    }
    if ((ops & ~EpollIoOps.EPOLLOUT.value()) != 0) {
      hungUp = (ops & HANG_UP) != 0;
      read();
    }
  }

  private void writable() {
    if (!notices.isEmpty() && !notices.flush()) {
      return;
    }
    registration.submit(READING);
    if (full) {
      full = false;
      controls.receiver.room();
    }
  }

  /**
   * Takes what has come. A peer that closed early reports the reset before the packets it had sent
   * (seen), so after a reset is read on until nothing is left.
   */
  private void read() {
    boolean inner = reading;
    reading = true;
    try {
      readAll();
    } finally {
      reading = inner;
      callWaiting();
    }
  }

  private void readAll() {
    boolean reset = false;
    for (int i = 0; i < MOST_READS && state != State.ENDED; i++) {
      int n;
      try {
        in.clear();
        n = socket.recv(in, 0, in.capacity());
      } catch (IOException e) {
        if (reset) {
          end("was reset: " + e.getMessage());
          return;
        }
        reset = true;
        continue;
      }
      if (n == 0) {
        if (reset) {
          end("was reset");
        }
        return;
      }
      if (n < 0) {
        ended(reset);
        return;
      }
      packet(n);
      if (reset) {
        i = 0;
      }
    }
  }

  /**
   * Nothing came, and it was not for want of something: the end, or an empty packet. The end may be
   * read before the hang-up was reported, and it comes again when asked again; an empty packet does
   * not. Two empty packets in a row are taken for the end, which trusts the receiver even less.
   */
  private void ended(boolean reset) {
    int next = -1;
    if (!reset && !hungUp) {
      try {
        in.clear();
        next = socket.recv(in, 0, in.capacity());
      } catch (IOException e) {
        LOG.debug("a control connection ended", e);
      }
    }
    if (next < 0) {
      end("closed its end");
      return;
    }
    violation("an empty packet");
    if (next > 0 && state != State.ENDED) {
      packet(next);
    }
  }

  private void packet(int n) {
    if (n > dialect.longestPacket()) {
      violation("a packet of more than " + dialect.longestPacket() + " bytes");
      return;
    }
    in.position(0).limit(n);
    Report report;
    try {
      report = dialect.report(in);
    } catch (IllegalArgumentException e) {
      violation(e.getMessage());
      return;
    }
    if (stalled || controls.stalled) {
      stalled = false;
      controls.answers();
    }
    report(report);
  }

  private void report(Report report) {
    switch (report.verb()) {
      case READY -> ready(report);
      case DRAIN -> {
        if (state == State.GREETING || state == State.OPEN) {
          state = State.DRAINING;
          controls.receiver.saysDrain(name);
        }
      }
      case END -> controls.completed(this, report);
      case UNKNOWN -> LOG.debug("receiver {}: an unknown verb", controls.receiver.path);
      default -> about(report);
    }
  }

  private void ready(Report report) {
    name = report.name();
    room.says(report.capacity(), report.open());
    if (violated || closeWhenIdle) {
      return;
    }
    if (state != State.OPEN) {
      state = State.OPEN;
      controls.greeted(this);
    }
    controls.receiver.room();
  }

  /** A verb with an id. */
  private void about(Report report) {
    long id = report.id();
    Errand errand = errands.get(id);
    served |= errand != null;
    if (errand == null) {
      if (id > ids.get()) {
        violation(report.verb() + " for id " + id + ", which was never issued");
      } else {
        controls.late();
      }
      return;
    }
    switch (report.verb()) {
      case ACK -> acknowledge(errand);
      case PASS -> {
        boolean before = !errand.acknowledged;
        drop(errand);
        home(errand, () -> errand.passing.declined(report.name(), before));
      }
      case TAKE -> {
        drop(errand);
        home(errand, errand.passing::taken);
      }
      default -> done(errand, report);
    }
    idle();
  }

  private void acknowledge(Errand errand) {
    if (errand.acknowledged) {
      controls.late();
      return;
    }
    if (!errand.lease) {
      drop(errand);
    } else {
      errand.acknowledged = true;
      roomMade |= room.acknowledged();
    }
    callWaiting();
    home(errand, errand.passing::acknowledged);
  }

  private void done(Errand errand, Report report) {
    drop(errand);
    if (errand.home == loop) {
      errand.passing.doneHere(report);
      return;
    }
    // The packet's memory is used again before the other loop comes to it.
    ByteBuffer rest = ByteBuffer.allocate(report.leftover().remaining());
    rest.put(report.leftover()).flip();
    home(errand, () -> errand.passing.done(report, rest));
  }

  private void drop(Errand errand) {
    errands.remove(errand.id);
    finished(errand);
  }

  private static void home(Errand errand, Runnable news) {
    on(errand.home, () -> errand.passing.guarded(news));
  }

  // ---- time, on the loop

  private void tick() {
    if (!ticking) {
      ticking = true;
      var unused = loop.schedule(this::look, TICK, TimeUnit.NANOSECONDS);
    }
  }

  private void look() {
    ticking = false;
    long now = System.nanoTime();
    long oldest = 0;
    List<Errand> late = null;
    for (Errand errand : errands.values()) {
      long deadline = errand.acknowledged ? errand.leaseDeadline : errand.ackDeadline;
      if (deadline - now <= 0) {
        late = late == null ? new ArrayList<>() : late;
        late.add(errand);
      } else if (errand.lease && (oldest == 0 || errand.sent - oldest < 0)) {
        oldest = errand.sent;
      }
    }
    oldestLease = oldest;
    if (late != null) {
      late.forEach(this::overdue);
    }
    if (!errands.isEmpty()) {
      tick();
    }
  }

  private void overdue(Errand errand) {
    boolean wasAcknowledged = errand.acknowledged;
    if (!wasAcknowledged && !stalled) {
      stalled = true;
      controls.stalls();
    }
    forget(errand, Notice.GONE);
    home(errand, () -> errand.passing.overdue(wasAcknowledged));
  }

  // ---- the end, on the loop

  /**
   * No more hand-offs: the socket file was replaced, the dialect, or the bundle stops. Leases
   * become the receiver's where {@code yours} says so.
   */
  void retire(boolean yours) {
    if (state == State.ENDED) {
      return;
    }
    state = State.DRAINING;
    closeWhenIdle = true;
    if (yours) {
      giveLeases();
    }
    idle();
  }

  /** Leases become the receiver's. */
  void giveLeases() {
    for (Errand errand : new ArrayList<>(errands.values())) {
      if (errand.lease && errand.acknowledged) {
        errands.remove(errand.id);
        finished(errand);
        home(errand, errand.passing::yours);
        tell(Notice.YOURS, errand.id);
      }
    }
  }

  /** Whether leases are to become the receiver's as soon as they are acknowledged. */
  boolean givesLeases() {
    return violated || controls.leaving();
  }

  private void idle() {
    if (closeWhenIdle && errands.isEmpty() && state != State.ENDED) {
      // Reservations of other loops find the state changed.
      end(null);
    }
  }

  /**
   * The receiver broke the protocol: the connection ends in order. Leases are the receiver's from
   * here on; what was sent and not acknowledged is waited for.
   */
  private void violation(String what) {
    if (violated) {
      return;
    }
    violated = true;
    controls.violated(this, what);
    state = State.DRAINING;
    closeWhenIdle = true;
    giveLeases();
    if (state != State.ENDED && !errands.isEmpty()) {
      try {
        socket.shutdown(false, true);
      } catch (IOException e) {
        LOG.debug("shutdown of a control connection", e);
      }
    }
    idle();
  }

  /** The connection is over. Whatever was not acknowledged has no other owner than us. */
  void end(String why) {
    if (state == State.ENDED) {
      return;
    }
    State before = state;
    state = State.ENDED;
    if (registration != null) {
      registration.cancel();
    }
    closeSockets();
    forgetMemory();
    List<Errand> left = new ArrayList<>(errands.values());
    errands.clear();
    served |= !left.isEmpty();
    controls.ended(this, before, why);
    for (Errand errand : left) {
      boolean wasAcknowledged = errand.acknowledged;
      finished(errand);
      String reason = why == null ? "the connection was closed" : why;
      home(errand, () -> errand.passing.lost(reason, wasAcknowledged));
    }
    controls.receiver.room();
  }

  /** Not at once: this may be in the midst of reading a packet. */
  private void forgetMemory() {
    try {
      loop.execute(memory::release);
    } catch (RejectedExecutionException e) {
      LOG.debug("an event loop has ended, its memory with it");
    }
  }

  private void closeSockets() {
    try {
      sender.close();
    } catch (IOException e) {
      LOG.debug("closing a control connection", e);
    }
    try {
      socket.close();
    } catch (IOException e) {
      LOG.debug("closing a control connection", e);
    }
  }

  @Override
  public FileDescriptor fd() {
    return socket;
  }

  @Override
  public void close() {
    // The loop ends. The process does too, and the kernel closes what is open.
  }
}
