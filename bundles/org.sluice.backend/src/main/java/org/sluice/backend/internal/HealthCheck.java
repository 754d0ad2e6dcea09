package org.sluice.backend.internal;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.api.wire.MalformedException;

/**
 * Looks after one member: connects, asks, and tells the member how it fares. Uses a connection of
 * its own each time, as a client would, on a loop of our own.
 */
final class HealthCheck {
  private static final Logger LOG = LoggerFactory.getLogger(HealthCheck.class);
  private static final HeadLimits LIMITS = new HeadLimits(64 * 1024, 16 * 1024, 200);

  private final Member member;
  private final Backend backend;
  private final MemberConfig config;
  private final MemberConfig.Health rules;
  private final EventLoop loop;
  private int passes;
  private int fails;
  private boolean healthy = true;
  private Probe running;
  private volatile boolean stopped;

  HealthCheck(Member member, Backend backend, MemberConfig config, Backends backends) {
    this.member = member;
    this.backend = backend;
    this.config = config;
    this.rules = config.health();
    this.loop = backends.own();
    this.healthy = !config.has('C');
  }

  void start() {
    loop.execute(this::check);
  }

  /** No check begins from here on, and one that is under way ends without a result. */
  void stop() {
    stopped = true;
    try {
      loop.execute(
          () -> {
            if (running != null) {
              running.done(null);
            }
          });
    } catch (RejectedExecutionException e) {
      // The loop has ended, and its connections with it.
    }
  }

  private void check() {
    if (stopped) {
      return;
    }
    SocketAddress[] addresses = backend.addresses();
    if (addresses == null) {
      try {
        // A loop of our own, on which nothing else waits but other checks.
        addresses = backend.address.resolve();
      } catch (UnknownHostException e) {
        result("unknown host");
        return;
      }
    }
    Probe probe = new Probe();
    running = probe;
    boolean local = backend.address.isLocal();
    ChannelFuture connecting =
        new Bootstrap()
            .group(loop)
            .channelFactory(local ? EpollDomainSocketChannel::new : EpollSocketChannel::new)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) rules.timeout().toMillis())
            .handler(probe)
            .connect(addresses[0]);
    probe.channel = connecting.channel();
    connecting.addListener(
        connected -> {
          if (!connected.isSuccess()) {
            probe.done(ConnectFailure.reason(connected.cause()));
          }
        });
    probe.limit =
        loop.schedule(
            () -> probe.done("no answer in time"),
            rules.timeout().toMillis(),
            TimeUnit.MILLISECONDS);
  }

  /** One check is over; null for a good one. */
  private void result(String problem) {
    if (stopped) {
      return;
    }
    boolean before = healthy;
    passes = problem == null ? passes + 1 : 0;
    fails = problem == null ? 0 : fails + 1;
    if (problem == null && passes >= rules.passes()) {
      healthy = true;
    } else if (problem != null && fails >= rules.fails()) {
      healthy = false;
    }
    if (before != healthy) {
      LOG.warn(
          "member {}: {}",
          member.name,
          healthy ? "healthy again" : "is left alone, its check failed: " + problem);
      member.healthy(healthy, problem);
    }
    loop.schedule(this::check, rules.interval().toMillis(), TimeUnit.MILLISECONDS);
  }

  /** One connection. */
  private final class Probe extends ChannelInboundHandlerAdapter {
    private final ResponseParser parser = new ResponseParser();
    private ByteBuf in = Unpooled.buffer();
    private Channel channel;
    private ScheduledFuture<?> limit;
    private boolean over;

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      if (!rules.http()) {
        done(null);
        return;
      }
      String host = rules.host() == null ? config.target().host() : rules.host();
      String request =
          "GET "
              + rules.path()
              + " HTTP/1.1\r\nHost: "
              + host
              + "\r\nUser-Agent: sluice-check\r\nConnection: close\r\n\r\n";
      ctx.writeAndFlush(Unpooled.copiedBuffer(request, StandardCharsets.ISO_8859_1));
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ByteBuf data = (ByteBuf) message;
      try {
        if (over) {
          return;
        }
        in.writeBytes(data);
        ResponseHead head = parser.parse(in, new Scratch(), LIMITS);
        while (head != null && head.isInterim()) {
          head = parser.parse(in, new Scratch(), LIMITS);
        }
        if (head != null) {
          done(rules.expect().get(head.status()) ? null : "answered " + head.status());
        }
      } catch (MalformedException e) {
        done(e.getMessage());
      } finally {
        data.release();
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      done("the connection was closed");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      done(cause.getMessage());
    }

    void done(String problem) {
      if (over) {
        return;
      }
      over = true;
      running = null;
      in.release();
      if (limit != null) {
        limit.cancel(false);
      }
      channel.close();
      result(problem);
    }
  }
}
