package org.sluice.server.internal;

import io.netty.channel.ChannelFuture;
import io.netty.channel.epoll.EpollSocketChannel;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.api.engine.Dispatcher;
import org.sluice.api.engine.Listener;
import org.sluice.api.engine.ListenerSpec;

/** An open listener: its listening sockets, its limits, and the count of its connections. */
final class HttpListener implements Listener {
  private static final Logger LOG = LoggerFactory.getLogger(HttpListener.class);

  private final Loops loops;
  private final DescriptorReserve reserve;
  private final Dispatcher dispatcher;
  private final Consumer<HttpListener> closedListener;
  private final AtomicInteger connections = new AtomicInteger();
  private final LongAdder accepted = new LongAdder();
  private final AddressLimit addresses = new AddressLimit();
  private final CompletableFuture<Void> drained = new CompletableFuture<>();
  private volatile List<Acceptor> acceptors = List.of();
  private volatile InetSocketAddress address;
  private volatile Limits limits;
  private volatile boolean draining;
  private volatile boolean closed;

  HttpListener(
      Loops loops,
      DescriptorReserve reserve,
      ListenerSpec spec,
      Dispatcher dispatcher,
      Consumer<HttpListener> closedListener) {
    this.loops = loops;
    this.reserve = reserve;
    this.dispatcher = dispatcher;
    this.closedListener = closedListener;
    this.limits = Limits.of(spec);
  }

  /** The sockets are bound; called once, before the first connection. */
  void opened(InetSocketAddress bound, List<Acceptor> newAcceptors) {
    address = bound;
    acceptors = newAcceptors;
  }

  @Override
  public InetSocketAddress address() {
    return address;
  }

  @Override
  public void update(ListenerSpec spec) {
    limits = Limits.of(spec);
    acceptors.forEach(Acceptor::resume);
  }

  @Override
  public int connections() {
    return connections.get();
  }

  @Override
  public long accepted() {
    return accepted.sum();
  }

  @Override
  public CompletionStage<Void> drain() {
    if (!draining) {
      draining = true;
      acceptors.forEach(Acceptor::close);
      forEachConnection(HttpConnection::drainListener);
      completeIfDrained();
    }
    return drained.copy();
  }

  @Override
  public void close() {
    draining = true;
    closed = true;
    acceptors.forEach(Acceptor::close);
    forEachConnection(connection -> connection.abort("the listener was closed"));
    completeIfDrained();
  }

  private void forEachConnection(Consumer<HttpConnection> action) {
    for (Loop loop : loops.all()) {
      try {
        loop.executor()
            .execute(
                () ->
                    loop.forEach(
                        connection -> {
                          if (connection.listener() == this) {
                            action.accept(connection);
                          }
                        }));
      } catch (RejectedExecutionException e) {
        LOG.debug("the engine has stopped already");
      }
    }
  }

  private void completeIfDrained() {
    if (draining && connections.get() == 0) {
      if (drained.complete(null)) {
        closedListener.accept(this);
      }
    }
  }

  // ---- called by acceptors and connections, on their loops

  /** Whether one more connection may be accepted. */
  boolean hasRoom() {
    return connections.get() < limits.connections();
  }

  /** A connection was accepted; it belongs to {@code loop} from here on. */
  void accepted(EpollSocketChannel channel, Loop loop) {
    accepted.increment();
    if (!addresses.admit(channel, limits.perAddress())) {
      channel.unsafe().closeForcibly();
      return;
    }
    connections.incrementAndGet();
    loop.comes();
    reserve.comes(channel.fd().intValue());
    Intake intake = new Intake();
    channel.config().setAllocator(loop.allocator());
    channel.config().setRecvByteBufAllocator(intake);
    HttpConnection connection = new HttpConnection(this, loop, channel, intake);
    channel.pipeline().addLast(connection);
    // Before registration this costs nothing; afterwards it is a system call.
    channel.unsafe().beginRead();
    try {
      if (loop.executor().inEventLoop()) {
        register(channel, connection, loop);
      } else {
        loop.executor().execute(() -> register(channel, connection, loop));
      }
    } catch (RejectedExecutionException e) {
      notRegistered(channel, loop, e);
    }
  }

  private void register(EpollSocketChannel channel, HttpConnection connection, Loop loop) {
    // On the loop itself it is done when the call returns.
    ChannelFuture registered = loop.io().registerLate(loop.executor(), channel);
    if (registered.isSuccess()) {
      connection.first();
    } else {
      notRegistered(channel, loop, registered.cause());
    }
  }

  private void notRegistered(EpollSocketChannel channel, Loop loop, Throwable cause) {
    LOG.warn("cannot register a connection: {}", String.valueOf(cause));
    channel.unsafe().closeForcibly();
    connectionEnded(channel, loop);
  }

  /** A connection of that loop has ended, and its channel is closed. */
  void connectionEnded(EpollSocketChannel channel, Loop loop) {
    loop.left();
    int left = connections.decrementAndGet();
    // The number is known when the descriptor is closed, too.
    reserve.leaves(channel.fd().intValue());
    for (Acceptor acceptor : acceptors) {
      if (acceptor.isPaused()) {
        acceptor.resume();
      }
    }
    if (left == 0) {
      completeIfDrained();
    }
  }

  /** A request, or what is left of a refused one. */
  void deliver(HttpTransaction transaction) {
    try {
      dispatcher.dispatch(transaction);
    } catch (RuntimeException e) {
      LOG.error("{}: the dispatcher failed", transaction.owner().channel(), e);
      transaction.abort("internal error");
    }
  }

  Limits limits() {
    return limits;
  }

  boolean isDraining() {
    return draining;
  }

  boolean isClosed() {
    return closed;
  }
}
