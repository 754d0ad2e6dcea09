package org.sluice.backend.internal;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What one event loop has: idle connections by backend, scratch memory, and a clock that ticks
 * while there are connections, so that a request costs no timer. Used on that loop only.
 */
final class LoopState {
  /** Distance of two looks at the deadlines; they are late by at most that. */
  static final int TICK_MILLIS = 100;

  final Scratch scratch = new Scratch();
  final RequestWriter writer = new RequestWriter();

  private final EventLoop executor;
  private final ByteBufAllocator allocator;
  private final Backends backends;
  private final Map<Backend, ArrayDeque<BackendConnection>> idle = new HashMap<>();
  private final List<BackendConnection> connections = new ArrayList<>();
  private boolean ticking;
  private boolean closed;

  LoopState(EventLoop executor, ByteBufAllocator allocator, Backends backends) {
    this.backends = backends;
    this.executor = executor;
    this.allocator = allocator;
  }

  EventLoop executor() {
    return executor;
  }

  ByteBufAllocator allocator() {
    return allocator;
  }

  /** The connection used last, or null; one that idled longer than {@code most} does not count. */
  BackendConnection take(Backend backend, long most) {
    ArrayDeque<BackendConnection> stack = idle.get(backend);
    if (stack == null || stack.isEmpty()) {
      return null;
    }
    BackendConnection newest = stack.peekLast();
    if (System.nanoTime() - newest.idleSince > most) {
      return null;
    }
    stack.pollLast();
    backend.idle.decrementAndGet();
    return newest;
  }

  /** Closes the connection that idles longest, if there is one. */
  void closeIdle(Backend backend) {
    ArrayDeque<BackendConnection> stack = idle.get(backend);
    if (stack != null && !stack.isEmpty()) {
      stack.peekFirst().close();
    }
  }

  /** Asks the other loops to give up an idle connection. */
  void askForRoom(Backend backend) {
    backends.free(backend, this);
  }

  /** Keeps an idle connection for the next request. */
  void put(BackendConnection connection) {
    if (closed) {
      connection.close();
      return;
    }
    connection.idleSince = System.nanoTime();
    idle.computeIfAbsent(connection.backend(), any -> new ArrayDeque<>()).addLast(connection);
    connection.backend().idle.incrementAndGet();
  }

  /** An idle connection was closed by the other side, or has idled too long. */
  void forget(BackendConnection connection) {
    ArrayDeque<BackendConnection> stack = idle.get(connection.backend());
    if (stack != null && stack.remove(connection)) {
      connection.backend().idle.decrementAndGet();
    }
  }

  /** From now on the connection's deadlines are looked at. */
  void add(BackendConnection connection) {
    connection.slot = connections.size();
    connections.add(connection);
    if (!ticking) {
      ticking = true;
      schedule();
    }
  }

  void remove(BackendConnection connection) {
    int slot = connection.slot;
    if (slot < 0) {
      return;
    }
    BackendConnection last = connections.remove(connections.size() - 1);
    if (last != connection) {
      connections.set(slot, last);
      last.slot = slot;
    }
    connection.slot = -1;
  }

  private void schedule() {
    executor.schedule(this::tick, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void tick() {
    long now = System.nanoTime();
    for (int i = connections.size() - 1; i >= 0; i--) {
      if (i < connections.size()) {
        connections.get(i).tick(now);
      }
    }
    ticking = !connections.isEmpty();
    if (ticking) {
      schedule();
    }
  }

  /** Closes everything. */
  void close() {
    closed = true;
    for (BackendConnection connection : List.copyOf(connections)) {
      connection.fail(new java.io.IOException("the handler has ended"));
    }
  }
}
