package org.sluice.server.internal;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When a client counts as one that takes nothing; the time is the test's. */
class OutboundTest {
  private static final int MUCH = 32 * 1024 * 1024;
  private static final int LITTLE = 256 * 1024;
  private static final long LIMIT = 100;

  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
  private final CompletableFuture<ChannelHandlerContext> accepted = new CompletableFuture<>();
  private final KernelCounts counts = new KernelCounts();
  private RawClient client;
  private Outbound outbound;
  private long now;

  @BeforeEach
  void connect() throws Exception {
    Channel server =
        new ServerBootstrap()
            .group(group)
            .channel(EpollServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(new Accepted());
                  }
                })
            .bind(InetAddress.getLoopbackAddress(), 0)
            .sync()
            .channel();
    client = new RawClient((InetSocketAddress) server.localAddress());
    outbound = new Outbound(accepted.get(10, TimeUnit.SECONDS));
  }

  @AfterEach
  void close() throws Exception {
    client.close();
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
  }

  private final class Accepted extends ChannelInboundHandlerAdapter {
    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      accepted.complete(ctx);
    }
  }

  private <T> T onLoop(Callable<T> work) throws Exception {
    return accepted.get().executor().submit(work).get(10, TimeUnit.SECONDS);
  }

  /** Asks as if the limit had passed since it was asked last. */
  private boolean isStalled() {
    now += LIMIT;
    try {
      return onLoop(() -> outbound.isStalled(now, LIMIT, counts));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Queues more than the kernel takes. */
  private void queueMuch() throws Exception {
    onLoop(
        () -> {
          outbound.write(Unpooled.wrappedBuffer(new byte[MUCH]));
          outbound.flush();
          return null;
        });
  }

  @Test
  void nothingQueuedIsNoStall() {
    assertFalse(isStalled());
    assertFalse(isStalled());
  }

  @Test
  void aClientThatTakesNothingIsStalled() throws Exception {
    queueMuch();
    TestServer.until("its window is full", this::isStalled);
  }

  /** What it takes is less than the kernel waits for before it asks us for more. */
  @Test
  void aSlowClientIsNotStalled() throws Exception {
    queueMuch();
    TestServer.until("its window is full", this::isStalled);
    for (int i = 0; i < 4; i++) {
      client.take(LITTLE);
      TestServer.until("it has acknowledged " + i, () -> !isStalled());
    }
    assertTrue(onLoop(outbound::taken) < MUCH, "the kernel has taken all");
    TestServer.until("it has stopped", this::isStalled);
  }
}
