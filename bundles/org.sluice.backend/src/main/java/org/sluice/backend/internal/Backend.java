package org.sluice.backend.internal;

import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;

/** One backend, whoever names it: its addresses and its account. Thread-safe. */
final class Backend {
  final Address address;
  final AtomicInteger running = new AtomicInteger();
  final AtomicInteger open = new AtomicInteger();
  final AtomicInteger idle = new AtomicInteger();
  final LongAdder requests = new LongAdder();
  final LongAdder connects = new LongAdder();
  final LongAdder failures = new LongAdder();
  final LongAdder bytesOut = new LongAdder();
  final LongAdder bytesIn = new LongAdder();
  volatile String lastError;

  private final String text;
  private final boolean named;
  private final AtomicBoolean resolving = new AtomicBoolean();
  private volatile SocketAddress[] addresses;
  private volatile long resolvedAt;

  Backend(Address address) {
    this.address = address;
    this.text = address.toString();
    this.addresses = address.known();
    this.named = addresses == null;
  }

  /** Addresses to try in turn, or null if they must be looked up first. */
  SocketAddress[] addresses() {
    return addresses;
  }

  /** Whether a look-up would be due, although there are addresses to go on with. */
  boolean isStale(long ttlNanos) {
    return named && addresses != null && System.nanoTime() - resolvedAt > ttlNanos;
  }

  /** Looks the name up again without making anybody wait. */
  void refresh(Executor workers) {
    if (resolving.compareAndSet(false, true)) {
      resolve(workers, (found, failure) -> resolving.set(false));
    }
  }

  /** Looks the name up on a worker thread. */
  void resolve(Executor workers, BiConsumer<SocketAddress[], Exception> then) {
    try {
      workers.execute(
          () -> {
            try {
              SocketAddress[] found = address.resolve();
              addresses = found;
              resolvedAt = System.nanoTime();
              then.accept(found, null);
            } catch (UnknownHostException e) {
              then.accept(null, e);
            }
          });
    } catch (RejectedExecutionException e) {
      then.accept(null, e);
    }
  }

  /** Takes one connection out of the limit; false when it is reached. */
  boolean open(long most) {
    if (most == 0) {
      open.incrementAndGet();
      return true;
    }
    int before = open.get();
    while (before < most) {
      if (open.compareAndSet(before, before + 1)) {
        return true;
      }
      before = open.get();
    }
    return false;
  }

  @Override
  public String toString() {
    return text;
  }
}
