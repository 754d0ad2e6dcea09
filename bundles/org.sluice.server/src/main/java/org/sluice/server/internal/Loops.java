package org.sluice.server.internal;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ThreadAwareExecutor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The event loops of the engine, one per core. */
final class Loops {
  private static final int PAGE = 8 * 1024;
  private static final int CHUNK_ORDER = 6; // chunks of 512 KiB

  private final MultiThreadIoEventLoopGroup group;
  private final List<Loop> loops = new ArrayList<>();
  private final AtomicInteger next = new AtomicInteger();

  Loops(int count) {
    Map<Object, GatedIoHandler> handlers =
        Collections.synchronizedMap(new IdentityHashMap<Object, GatedIoHandler>());
    group =
        new MultiThreadIoEventLoopGroup(
            count, new DefaultThreadFactory("sluice-loop", true), gated(handlers));
    ByteBufAllocator allocator = allocator(count);
    for (EventExecutor executor : group) {
      loops.add(new Loop((IoEventLoop) executor, handlers.get(executor), allocator));
    }
  }

  private static IoHandlerFactory gated(Map<Object, GatedIoHandler> handlers) {
    IoHandlerFactory epoll = EpollIoHandler.newFactory();
    return new IoHandlerFactory() {
      @Override
      public IoHandler newHandler(ThreadAwareExecutor executor) {
        GatedIoHandler handler = new GatedIoHandler(epoll.newHandler(executor));
        handlers.put(executor, handler);
        return handler;
      }

      @Override
      public boolean isChangingThreadSupported() {
        return epoll.isChangingThreadSupported();
      }
    };
  }

  /** Direct memory only, one arena per loop, small chunks: connections that idle hold no buffer. */
  private static ByteBufAllocator allocator(int loops) {
    return new PooledByteBufAllocator(true, 0, loops, PAGE, CHUNK_ORDER, 64, 32, false);
  }

  int count() {
    return loops.size();
  }

  Loop get(int index) {
    return loops.get(index);
  }

  List<Loop> all() {
    return loops;
  }

  /** The loop whose turn it is. */
  Loop next() {
    return loops.get(Math.floorMod(next.getAndIncrement(), loops.size()));
  }

  /** Ends the threads, after what was queued has run. Waits at most {@code seconds}. */
  void close(int seconds) {
    try {
      group.shutdownGracefully(0, seconds, TimeUnit.SECONDS).await(seconds + 1L, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
