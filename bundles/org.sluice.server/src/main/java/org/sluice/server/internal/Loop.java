package org.sluice.server.internal;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.IoEventLoop;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * What the connections of one event loop share: scratch memory, the date, and a clock that ticks
 * while there are connections. Used on that loop only.
 *
 * <p>Time-outs are deadlines that the tick looks at, so that a request costs no timer. They are
 * late by at most {@link #TICK_MILLIS}.
 */
final class Loop {
  /** Distance of two looks at the deadlines. */
  static final int TICK_MILLIS = 200;

  private final IoEventLoop executor;
  private final GatedIoHandler io;
  private final ByteBufAllocator allocator;
  private final HeadWriter headWriter = new HeadWriter();
  private final ByteBuffer option = ByteBuffer.allocateDirect(64);
  private final KernelCounts counts = new KernelCounts();
  private final List<HttpConnection> connections = new ArrayList<>();
  private HeadParser spareParser = new HeadParser();
  private boolean ticking;

  /** Connections that are here, or on their way from the loop that accepted them. */
  private final AtomicInteger load = new AtomicInteger();

  /** Written on the loop, read by all. */
  private volatile int settled;

  Loop(IoEventLoop executor, GatedIoHandler io, ByteBufAllocator allocator) {
    this.executor = executor;
    this.io = io;
    this.allocator = allocator;
  }

  IoEventLoop executor() {
    return executor;
  }

  GatedIoHandler io() {
    return io;
  }

  ByteBufAllocator allocator() {
    return allocator;
  }

  HeadWriter headWriter() {
    return headWriter;
  }

  /** Direct memory for a socket option, cleared. */
  ByteBuffer option() {
    return option.clear();
  }

  /** The kernel's account of a connection of this loop, until the next call of its {@code take}. */
  KernelCounts counts() {
    return counts;
  }

  HeadParser borrowParser() {
    HeadParser parser = spareParser;
    spareParser = null;
    return parser == null ? new HeadParser() : parser;
  }

  void giveBack(HeadParser parser) {
    parser.reset();
    spareParser = parser;
  }

  /** How many connections it has, those included that are on their way. Any thread. */
  int load() {
    return load.get();
  }

  /** One more is on its way. Any thread. */
  void comes() {
    load.incrementAndGet();
  }

  /** One has ended, or did not arrive. Any thread. */
  void left() {
    load.decrementAndGet();
  }

  /** How many of its connections are settled. Any thread. */
  int settled() {
    return settled;
  }

  /** The connection stays: it has had an answer and waits for more, or takes its time. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // Nobody else writes.
  void settle(HttpConnection connection) {
    if (!connection.settled) {
      connection.settled = true;
      settled++;
    }
  }

  /** From now on the connection's deadlines are looked at. */
  void add(HttpConnection connection) {
    connection.slot = connections.size();
    connections.add(connection);
    if (!ticking) {
      ticking = true;
      headWriter.tick(System.currentTimeMillis());
      scheduleTick();
    }
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // Nobody else writes.
  void remove(HttpConnection connection) {
    int slot = connection.slot;
    if (slot < 0) {
      return;
    }
    if (connection.settled) {
      settled--;
    }
    HttpConnection last = connections.remove(connections.size() - 1);
    if (last != connection) {
      connections.set(slot, last);
      last.slot = slot;
    }
    connection.slot = -1;
  }

  /** Calls {@code action} with every connection; it may close them. */
  void forEach(Consumer<HttpConnection> action) {
    for (int i = connections.size() - 1; i >= 0; i--) {
      if (i < connections.size()) {
        action.accept(connections.get(i));
      }
    }
  }

  private void scheduleTick() {
    executor.schedule(this::tick, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void tick() {
    headWriter.tick(System.currentTimeMillis());
    long now = System.nanoTime();
    forEach(connection -> connection.tick(now));
    ticking = !connections.isEmpty();
    if (ticking) {
      scheduleTick();
    }
  }
}
