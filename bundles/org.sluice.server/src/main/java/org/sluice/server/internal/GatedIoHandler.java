package org.sluice.server.internal;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;

/**
 * Netty's epoll handler, with a {@link Gate} put in front of every channel. Handles that are no
 * channels (other bundles' descriptors) pass unchanged.
 */
final class GatedIoHandler implements IoHandler {
  private final IoHandler epoll;
  private final IntObjectMap<Gate> unclaimed = new IntObjectHashMap<>();
  private boolean late;

  GatedIoHandler(IoHandler epoll) {
    this.epoll = epoll;
  }

  /** The gate of the channel with that descriptor, once, after it was registered; on the loop. */
  Gate claim(int descriptor) {
    return unclaimed.remove(descriptor);
  }

  /** Registers a new client's channel, which is read before epoll learns of it; on the loop. */
  ChannelFuture registerLate(IoEventLoop loop, Channel channel) {
    late = true;
    try {
      return loop.register(channel);
    } finally {
      // A channel that was closed before has not come as far as that.
      late = false;
    }
  }

  @Override
  public IoRegistration register(IoHandle handle) throws Exception {
    if (!(handle instanceof Channel.Unsafe) || !(handle instanceof EpollIoHandle channel)) {
      return epoll.register(handle);
    }
    int descriptor = channel.fd().intValue();
    Gate gate = new Gate(channel, late, () -> unclaimed.remove(descriptor));
    late = false;
    unclaimed.put(descriptor, gate);
    return new Watched(epoll.register(gate), gate);
  }

  /**
   * A registration that never leaves epoll before it is cancelled. Netty takes a descriptor out
   * when no interest is left (reading paused, the client's FIN seen), and cannot put it in again;
   * resets would go unnoticed meanwhile.
   */
  private record Watched(IoRegistration registration, Gate gate) implements IoRegistration {
    @Override
    public <T> T attachment() {
      return registration.attachment();
    }

    @Override
    public long submit(IoOps ops) {
      return gate.submit(
          registration, ops.equals(EpollIoOps.NONE) ? EpollIoOps.EPOLLERR : (EpollIoOps) ops);
    }

    @Override
    public boolean isValid() {
      return registration.isValid();
    }

    @Override
    public boolean cancel() {
      return gate.cancel(registration);
    }
  }

  @Override
  public void initialize() {
    epoll.initialize();
  }

  @Override
  public int run(IoHandlerContext context) {
    return epoll.run(context);
  }

  @Override
  public void prepareToDestroy() {
    epoll.prepareToDestroy();
  }

  @Override
  public void destroy() {
    epoll.destroy();
  }

  @Override
  public void wakeup() {
    epoll.wakeup();
  }

  @Override
  public boolean isCompatible(Class<? extends IoHandle> handleType) {
    return epoll.isCompatible(handleType);
  }
}
