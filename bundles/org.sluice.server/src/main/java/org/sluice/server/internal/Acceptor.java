package org.sluice.server.internal;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.handoff.api.ClientSocket;

/**
 * One listening socket. Stops to accept while the listener is full or the process has no descriptor
 * left, so that clients wait in the kernel's queue instead of the loop spinning on an error.
 */
final class Acceptor extends ChannelInboundHandlerAdapter {
  /** Time until accepting is tried again when descriptors were short. */
  static final long PAUSE_MILLIS = 1000;

  /** Least time between two warnings: a full table fills again with every connection. */
  private static final long WARN_NANOS = 60_000_000_000L;

  /**
   * An IPv6 socket takes IPv6 only (ipv6(7)), so that IPv4 can be listened on beside it, and
   * receivers see IPv4 peers as such. Numbers of Linux.
   */
  private static final IntegerUnixChannelOption V6ONLY =
      new IntegerUnixChannelOption("IPV6_V6ONLY", 41, 26);

  // socket(7) and tcp(7).
  private static final IntegerUnixChannelOption KEEP_ALIVE =
      new IntegerUnixChannelOption("SO_KEEPALIVE", 1, 9);
  private static final IntegerUnixChannelOption KEEP_IDLE =
      new IntegerUnixChannelOption("TCP_KEEPIDLE", 6, 4);

  private static final Logger LOG = LoggerFactory.getLogger(Acceptor.class);

  private final HttpListener listener;
  private final Loop loop;
  private final Supplier<Loop> target;
  private final EpollServerSocketChannel channel;
  private final DescriptorReserve reserve;
  private volatile boolean paused;
  private boolean waking;
  private long warnedAt;

  /**
   * An acceptor that is not bound yet.
   *
   * @param loop on which it accepts
   * @param target gives the loop of each new connection
   * @param reserve what must be left when a client is accepted
   */
  Acceptor(
      HttpListener listener,
      Loop loop,
      Supplier<Loop> target,
      InetSocketAddress address,
      DescriptorReserve reserve) {
    this.reserve = reserve;
    this.listener = listener;
    this.loop = loop;
    this.target = target;
    // An IPv4 socket where IPv4 is meant: receivers see the peer as it is, not mapped into IPv6.
    this.channel =
        new EpollServerSocketChannel(
            address.getAddress() instanceof Inet4Address
                ? SocketProtocolFamily.INET
                : SocketProtocolFamily.INET6);
    channel.pipeline().addLast(this);
  }

  /**
   * Makes sure that nobody listens there: with SO_REUSEPORT a second server of the same user would
   * take half of the connections and no bind would fail.
   *
   * @return the address, with a free port for 0
   */
  static InetSocketAddress probe(InetSocketAddress address) throws IOException {
    boolean six = !(address.getAddress() instanceof Inet4Address);
    Socket socket = Socket.newSocketStream();
    try {
      socket.setReuseAddress(true);
      if (six) {
        socket.setIntOpt(V6ONLY.level(), V6ONLY.optname(), 1);
      }
      socket.bind(address);
      return new InetSocketAddress(address.getAddress(), socket.localAddress().getPort());
    } catch (IOException e) {
      throw cannotListen(address, e);
    } finally {
      socket.close();
    }
  }

  /** Binds and listens, without accepting yet. */
  InetSocketAddress bind(InetSocketAddress address, int backlog, boolean shared)
      throws IOException {
    channel.config().setOption(EpollChannelOption.SO_REUSEPORT, shared);
    if (!(address.getAddress() instanceof Inet4Address)) {
      channel.config().setOption(V6ONLY, 1);
    }
    channel.config().setAutoRead(false);
    // Linux hands both down to what is accepted: two system calls less for each connection.
    channel.config().setOption(KEEP_ALIVE, 1);
    channel.config().setOption(KEEP_IDLE, ClientSocket.KEEP_ALIVE_IDLE);
    if (backlog > 0) {
      channel.config().setBacklog(backlog);
    }
    ChannelFuture bound = loop.executor().register(channel).awaitUninterruptibly();
    if (bound.isSuccess()) {
      bound = channel.bind(address).awaitUninterruptibly();
    }
    if (!bound.isSuccess()) {
      channel.close();
      throw cannotListen(address, bound.cause());
    }
    channel.closeFuture().addListener(closed -> reserve.forget(this));
    return channel.localAddress();
  }

  private static IOException cannotListen(InetSocketAddress address, Throwable cause) {
    String host = address.getAddress().getHostAddress();
    String where = (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
    String message = String.valueOf(cause.getMessage());
    // The native library writes "bind(..) failed with error(-98): Address already in use".
    String reason =
        message.substring(message.lastIndexOf(": ") < 0 ? 0 : message.lastIndexOf(": ") + 2);
    return new IOException("cannot listen on " + where + ": " + reason, cause);
  }

  /** Begins to accept. */
  void open() {
    channel.config().setAutoRead(true);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    EpollSocketChannel accepted = (EpollSocketChannel) message;
    listener.accepted(accepted, target.get());
    if (!reserve.hasRoom()) {
      rest("the descriptors that are left are kept for those who were accepted");
      // Nobody may have seen the pause who ended meanwhile.
      resumeNow();
    } else if (!listener.hasRoom()) {
      pause();
      if (listener.hasRoom()) {
        resume();
      }
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!(cause instanceof IOException)) {
      LOG.error("accepting on {} failed", channel.localAddress(), cause);
      return;
    }
    reserve.shortage();
    rest(cause.getMessage());
  }

  /** Until a connection ends, or what used the descriptors was something else and is over. */
  private void rest(String reason) {
    long now = System.nanoTime();
    if (warnedAt == 0 || now - warnedAt > WARN_NANOS) {
      warnedAt = now;
      LOG.warn(
          "cannot accept on {}: {}; trying again every {} ms and whenever a connection ends",
          channel.localAddress(),
          reason,
          PAUSE_MILLIS);
    }
    pause();
    reserve.waits(this);
    wakeLater();
  }

  private void wakeLater() {
    if (!waking) {
      waking = true;
      var unused = loop.executor().schedule(this::wake, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void wake() {
    waking = false;
    resumeNow();
  }

  private void pause() {
    paused = true;
    channel.config().setAutoRead(false);
  }

  boolean isPaused() {
    return paused;
  }

  /** Accepts again if there is room. Any thread. */
  void resume() {
    if (paused && listener.hasRoom() && channel.isOpen() && !loop.executor().isShuttingDown()) {
      loop.executor().execute(this::resumeNow);
    }
  }

  private void resumeNow() {
    if (!paused || !listener.hasRoom() || !channel.isOpen()) {
      return;
    }
    // Before the look: who ends behind it tells us.
    reserve.waits(this);
    if (reserve.hasRoom()) {
      reserve.forget(this);
      paused = false;
      channel.config().setAutoRead(true);
    } else {
      wakeLater();
    }
  }

  /** Stops to accept, for good. Returns when the socket is closed. */
  void close() {
    if (loop.executor().inEventLoop()) {
      channel.close();
    } else {
      channel.close().awaitUninterruptibly();
    }
  }
}
