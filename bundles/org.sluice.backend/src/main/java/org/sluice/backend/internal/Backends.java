package org.sluice.backend.internal;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/**
 * All backends and what each event loop has of them. A connection to a backend lives on the event
 * loop of the client that needed it first, so that a request is served by one thread; an exchange
 * without such a loop borrows one of ours.
 */
@Component(service = Backends.class)
public final class Backends {
  private static final int PAGE = 8 * 1024;
  private static final int CHUNK_ORDER = 6; // chunks of 512 KiB

  /** Looking for a name may hold a loop of our own for longer. */
  private static final int MOST_SECONDS = 3;

  private final Map<Address, Backend> backends = new ConcurrentHashMap<>();
  private final Map<Executor, LoopState> loops = new ConcurrentHashMap<>();
  private final ByteBufAllocator allocator =
      new PooledByteBufAllocator(
          true, 0, Runtime.getRuntime().availableProcessors(), PAGE, CHUNK_ORDER, 64, 32, false);
  private MultiThreadIoEventLoopGroup ownLoops;

  /** The backend at an address; the same for all that name it. */
  Backend at(Address address) {
    Backend known = backends.get(address);
    return known != null ? known : backends.computeIfAbsent(address, Backend::new);
  }

  /** All backends that were ever named, in the order of their addresses. */
  List<Backend> all() {
    List<Backend> all = new ArrayList<>(backends.values());
    all.sort(java.util.Comparator.comparing(Backend::toString));
    return all;
  }

  /** What the loop of an exchange has, or one of our own loops. */
  LoopState loop(Executor executor) {
    LoopState known = loops.get(executor);
    if (known != null) {
      return known;
    }
    EventLoop loop =
        executor instanceof IoEventLoop io && io.isCompatible(EpollIoHandle.class) ? io : own();
    return loops.computeIfAbsent(loop, any -> new LoopState(loop, allocator, this));
  }

  /** A loop of our own, made when first needed: for health checks, and for odd exchanges. */
  synchronized EventLoop own() {
    if (ownLoops == null) {
      ownLoops =
          new MultiThreadIoEventLoopGroup(
              1, new DefaultThreadFactory("sluice-backend", true), EpollIoHandler.newFactory());
    }
    return ownLoops.next();
  }

  /** Closes one idle connection of another loop, so that a limit does not keep a loop waiting. */
  void free(Backend backend, LoopState asking) {
    for (LoopState loop : loops.values()) {
      if (loop != asking && backend.idle.get() > 0) {
        try {
          loop.executor().execute(() -> loop.closeIdle(backend));
        } catch (RejectedExecutionException e) {
          // The loop has ended, and its connections with it.
        }
      }
    }
  }

  /**
   * Closes every connection, and returns when our own loops have ended: what they would still write
   * needs bundles that may leave next. Exchanges in flight have ended or were aborted before.
   */
  @Deactivate
  public void close() {
    for (LoopState loop : loops.values()) {
      try {
        loop.executor().execute(loop::close);
      } catch (RejectedExecutionException e) {
        // The loop has ended, and its connections with it.
      }
    }
    synchronized (this) {
      if (ownLoops != null) {
        ownLoops
            .shutdownGracefully(0, 1, TimeUnit.SECONDS)
            .awaitUninterruptibly(MOST_SECONDS, TimeUnit.SECONDS);
      }
    }
  }
}
