package org.sluice.backend.internal;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.function.BiConsumer;
import org.sluice.api.wire.MalformedException;

/**
 * One connection to a backend: one request at a time, whose {@link Listener} hears what comes back.
 * Bytes that nobody asked for, before a request or behind a response, end the connection (T1, T13).
 * Used on its event loop.
 */
final class BackendConnection extends ChannelInboundHandlerAdapter {
  /** Unread bytes from which on the socket is not read, until the consumer has caught up. */
  private static final int HIGH = 64 * 1024;

  private static final WriteBufferWaterMark MARKS = new WriteBufferWaterMark(32 * 1024, 128 * 1024);

  /** Whoever made the request on a connection. */
  interface Listener {
    /** An interim response (1xx). */
    void interim(ResponseHead head);

    /** The final head. The content is pulled from {@link BackendConnection#content()}. */
    void head(ResponseHead head);

    /** Nothing more will come, and no final head came; the connection is closed. */
    void failed(IOException cause);

    /** The content has ended, or was given up. */
    void contentEnded();

    /** The backend takes more of the request again. */
    void writable();

    /** Some deadline that was set with {@link BackendConnection#deadline} has passed. */
    void late();
  }

  private final Backend backend;
  private final LoopState loop;
  private final Channel channel;
  private final ResponseParser parser = new ResponseParser();
  private Listener listener;
  private HeadLimits limits;
  private boolean toHead;
  private ByteBuf in;
  private Content content;
  private long deadline;
  private long idleNanos;
  private IOException error;
  private boolean closed;
  private boolean processing;
  private boolean answerBegun;
  private int served;

  /** When it became idle; looked at by the pool. */
  long idleSince;

  /** Where it stands in the loop's list. */
  int slot = -1;

  private BackendConnection(Backend backend, LoopState loop, Channel channel) {
    this.backend = backend;
    this.loop = loop;
    this.channel = channel;
  }

  /** Connects; {@code then} is called on the loop with the connection or the reason. */
  static void connect(
      Backend backend,
      SocketAddress address,
      LoopState loop,
      BackendOptions options,
      BiConsumer<BackendConnection, Throwable> then) {
    boolean local = backend.address.isLocal();
    Channel channel;
    try {
      channel = local ? new EpollDomainSocketChannel() : new EpollSocketChannel();
    } catch (ChannelException e) {
      // No descriptor is left.
      backend.open.decrementAndGet();
      then.accept(null, e);
      return;
    }
    BackendConnection connection = new BackendConnection(backend, loop, channel);
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loop.executor())
            .channelFactory(() -> channel)
            .option(ChannelOption.ALLOCATOR, loop.allocator())
            .option(ChannelOption.AUTO_CLOSE, false)
            .option(ChannelOption.WRITE_BUFFER_WATER_MARK, MARKS)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, options.connectMillis)
            .handler(connection);
    if (!local) {
      bootstrap.option(ChannelOption.TCP_NODELAY, true);
      bootstrap.option(ChannelOption.SO_KEEPALIVE, options.tcpKeepAlive);
    }
    backend.connects.increment();
    ChannelFuture connected = bootstrap.connect(address);
    connected.addListener(
        future -> {
          if (future.isSuccess()) {
            loop.add(connection);
            then.accept(connection, null);
          } else {
            connection.closed = true;
            backend.open.decrementAndGet();
            channel.close();
            then.accept(null, future.cause());
          }
        });
  }

  Backend backend() {
    return backend;
  }

  LoopState loop() {
    return loop;
  }

  Channel channel() {
    return channel;
  }

  /** Whether it served a request before this one, so that it may have gone stale. */
  boolean reused() {
    return served > 1;
  }

  /** Whether a byte of the response was seen. */
  boolean answerBegun() {
    return answerBegun;
  }

  /** A request begins. */
  void begin(Listener newListener, BackendOptions options, boolean head) {
    listener = newListener;
    limits = options.limits;
    idleNanos = options.idleNanos;
    toHead = head;
    content = null;
    error = null;
    answerBegun = false;
    served++;
  }

  /** The content of the response whose head was told last. */
  Content content() {
    return content;
  }

  /** A time that must not pass, as of {@link System#nanoTime}, from now on; 0 for none. */
  void deadline(long nanosFromNow) {
    deadline = nanosFromNow == 0 ? 0 : System.nanoTime() + nanosFromNow;
    if (deadline == 0 && nanosFromNow != 0) {
      deadline = 1;
    }
  }

  void tick(long now) {
    if (listener == null) {
      if (now - idleSince > idleNanos) {
        close();
      }
    } else if (deadline != 0 && now - deadline > 0) {
      deadline = 0;
      listener.late();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf data = (ByteBuf) message;
    if (listener == null || closed) {
      data.release();
      close();
      return;
    }
    answerBegun = true;
    backend.bytesIn.add(data.readableBytes());
    append(data);
    process();
    if (in != null && in.readableBytes() >= HIGH && channel.config().isAutoRead()) {
      channel.config().setAutoRead(false);
    }
  }

  private void append(ByteBuf data) {
    if (in == null) {
      in = data;
      return;
    }
    ByteBuf both = loop.allocator().directBuffer(in.readableBytes() + data.readableBytes());
    both.writeBytes(in).writeBytes(data);
    in.release();
    data.release();
    in = both;
  }

  private void process() {
    if (processing) {
      return;
    }
    processing = true;
    try {
      while (content == null && listener != null && in != null && in.isReadable()) {
        ResponseHead head = parser.parse(in, loop.scratch, limits);
        trim();
        if (head == null) {
          return;
        }
        if (head.isInterim() && head.status() != 101) {
          listener.interim(head);
        } else {
          boolean tunnel = head.status() == 101;
          content = new Content(this, tunnel ? Framing.untilClose() : framing(head));
          listener.head(head);
        }
      }
    } catch (MalformedException e) {
      fail(e);
    } finally {
      processing = false;
    }
    if (content != null) {
      content.received();
    }
  }

  private Framing framing(ResponseHead head) {
    return Framing.of(head, toHead, limits);
  }

  /** Unread bytes, or null. */
  ByteBuf input() {
    return in;
  }

  /** Frees an empty buffer, and reads the socket again if it was left alone. */
  void trim() {
    if (in != null && !in.isReadable()) {
      in.release();
      in = null;
    }
    if (!closed && !channel.config().isAutoRead() && (in == null || in.readableBytes() < HIGH)) {
      channel.config().setAutoRead(true);
    }
  }

  /** The socket is gone; what it still said lies in the input. */
  boolean isClosed() {
    return closed;
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent && content != null) {
      content.connectionEnded(null);
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (listener != null && channel.isWritable()) {
      listener.writable();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    // A failed write does not close (AUTO_CLOSE): a response may have come before it failed.
    if (error == null) {
      error = cause instanceof IOException io ? io : new IOException(cause);
    }
    if (!(cause instanceof IOException)) {
      channel.close();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    ended(error);
  }

  /** Closes at once; a request under way is told why. */
  void fail(IOException cause) {
    if (error == null) {
      error = cause;
    }
    channel.close();
    ended(cause);
  }

  /** Closes at once; nobody is told. */
  void close() {
    listener = null;
    channel.close();
    ended(null);
  }

  private void ended(IOException cause) {
    if (closed) {
      return;
    }
    closed = true;
    backend.open.decrementAndGet();
    loop.remove(this);
    Listener told = listener;
    if (told == null) {
      loop.forget(this);
      if (content == null) {
        release();
      }
      return;
    }
    if (content != null) {
      content.connectionEnded(cause);
    } else {
      release();
      listener = null;
      String when = answerBegun ? "in the middle of the head" : "before it answered";
      told.failed(cause != null ? cause : new EOFException("the backend closed " + when));
    }
  }

  /** Frees what was read; after the content has ended. */
  void release() {
    if (in != null) {
      in.release();
      in = null;
    }
  }

  /**
   * The request is over.
   *
   * @param reusable whether request and response were whole and said nothing against it
   */
  void finish(boolean reusable) {
    listener = null;
    content = null;
    deadline = 0;
    if (closed || !reusable || in != null || !channel.isActive()) {
      close();
      release();
      return;
    }
    loop.put(this);
  }

  /** Sends the end of our bytes, after an upgrade. */
  void shutdownOutput() {
    if (!closed) {
      ((DuplexChannel) channel).shutdownOutput();
    }
  }

  /** The other side's end of bytes no longer closes ours, after an upgrade. */
  void allowHalfClosure() {
    channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
  }

  void contentEnded() {
    if (listener != null) {
      listener.contentEnded();
    }
  }
}
