package org.sluice.fdpass.internal;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.sluice.api.http.HandlerException;
import org.sluice.api.http.Response;
import org.sluice.handoff.api.Dialect;
import org.sluice.handoff.api.Flusher;
import org.sluice.handoff.api.Preamble;
import org.sluice.handoff.api.SocketSource;
import org.sluice.testing.MapOptions;
import org.sluice.testing.MemoryExchange;
import org.sluice.testing.MemoryExchangeBuilder;
import org.sluice.testing.MemoryRoute;

/**
 * The least of a front on real sockets and event loops: one request per connection, whose path
 * names the route. What it does not know of HTTP is not this bundle's business.
 */
final class LoopbackFront implements AutoCloseable {
  private final MultiThreadIoEventLoopGroup group =
      new MultiThreadIoEventLoopGroup(2, EpollIoHandler.newFactory());
  private final Map<String, MemoryRoute> routes = new ConcurrentHashMap<>();
  private final HandOffState state = new HandOffState(Memos.unkept());
  private final FdHandler handler = new FdHandler(state);
  private final Channel server;

  /** Every exchange and client in the order of requests. */
  final List<MemoryExchange> exchanges = new CopyOnWriteArrayList<>();

  final List<LoopbackClient> clients = new CopyOnWriteArrayList<>();
  volatile int sendBufferFree = 64 * 1024;
  volatile boolean takeFails;
  volatile Dialect classic = new ClassicDialect();
  volatile Flusher flusher = (exchange, options) -> Preamble.head(200);

  LoopbackFront() {
    server =
        new ServerBootstrap()
            .group(group)
            .channel(EpollServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, 1024)
            .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(new Connection());
                  }
                })
            .bind("127.0.0.1", 0)
            .syncUninterruptibly()
            .channel();
  }

  int port() {
    return ((InetSocketAddress) server.localAddress()).getPort();
  }

  HandOffState state() {
    return state;
  }

  static MapOptions defaults(String... keysAndValues) {
    return MapOptions.of(keysAndValues)
        .withDefault("dialect", "classic")
        .withDefault("flusher", "")
        .withDefault("handoff.body", "refuse")
        .withDefault("handoff.linger", "100ms")
        .withDefault("handoff.connect-timeout", "1s")
        .withDefault("handoff.queue", "1000")
        .withDefault("handoff.links", "off")
        .withDefault("handoff.socket-check", "on")
        .withDefault("handoff.tcp-keepalive", "60s")
        .withDefault("handoff.allow-users", "")
        .withDefault("handoff.mode", "lease")
        .withDefault("handoff.uncounted", "give")
        .withDefault("handoff.ack-timeout", "5s")
        .withDefault("handoff.lease-timeout", "30s")
        .withDefault("handoff.queue-timeout", "5s")
        .withDefault("handoff.hash", "")
        .withDefault("handoff.hash-overflow", "wait")
        .withDefault("handoff.connections", "0")
        .withDefault("handoff.allowed", "")
        .withDefault("handoff.data-limit", "65535")
        .withDefault("scgi.unread", "off");
  }

  void route(String name, String target, String... options) {
    routes.put(
        name, MemoryRoute.of("/" + name, target).withName(name).withOptions(defaults(options)));
  }

  long count(String route, Step step) {
    return count(route, "classic", step);
  }

  long count(String route, String dialect, Step step) {
    return state.tally(route, dialect).count(step);
  }

  @Override
  public void close() {
    if (group.isShuttingDown()) {
      return;
    }
    state.close();
    server.close().syncUninterruptibly();
    group.shutdownGracefully(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
  }

  /** One connection. */
  private final class Connection extends ChannelInboundHandlerAdapter {
    private final ByteArrayOutputStream input = new ByteArrayOutputStream();
    private final CompletableFuture<Void> gone = new CompletableFuture<>();
    private boolean begun;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws IOException {
      ByteBuf bytes = (ByteBuf) message;
      bytes.readBytes(input, bytes.readableBytes());
      bytes.release();
      String text = input.toString(StandardCharsets.ISO_8859_1);
      int end = text.indexOf("\r\n\r\n") + 4;
      if (!begun && end >= 4) {
        begun = true;
        begin(context.channel(), text.substring(0, end).split("\r\n"), text.substring(end));
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      gone.complete(null);
    }

    private void begin(Channel channel, String[] lines, String rest) {
      String[] first = lines[0].split(" ");
      MemoryRoute route = routes.get(first[1].substring(1));
      MemoryExchangeBuilder plan =
          MemoryExchange.of(first[0], first[1])
              .minorVersion(lines[0].endsWith("1.0") ? 0 : 1)
              .route(route)
              .loop(channel.eventLoop())
              .plugin(Dialect.class, "classic", classic)
              .plugin(Dialect.class, "scgi", new ScgiDialect())
              .plugin(Flusher.class, "flush", flusher)
              .plugin(Flusher.class, "raw", (exchange, options) -> Preamble.none());
      String unread = rest;
      for (int i = 1; i < lines.length; i++) {
        int colon = lines[i].indexOf(':');
        plan.header(lines[i].substring(0, colon), lines[i].substring(colon + 1).strip());
        if (lines[i].startsWith("Content-Length")) {
          plan.body(rest);
          unread = "";
        }
      }
      byte[] left = unread.getBytes(StandardCharsets.ISO_8859_1);
      LoopbackClient client = new LoopbackClient(channel, left, sendBufferFree, gone);
      Source source = new Source(client);
      plan.capability(SocketSource.class, source);
      MemoryExchange exchange = plan.build();
      source.exchange = exchange;
      exchange.ended().thenRun(() -> answer(channel, exchange));
      clients.add(client);
      exchanges.add(exchange);
      try {
        handler.handle(exchange, route.options());
      } catch (HandlerException e) {
        exchange.fail(e);
      }
    }

    private void answer(Channel channel, MemoryExchange exchange) {
      String head = "HTTP/1.1 " + exchange.status() + " X\r\nConnection: close\r\n\r\n";
      channel
          .writeAndFlush(Unpooled.copiedBuffer(head, StandardCharsets.ISO_8859_1))
          .addListener(ChannelFutureListener.CLOSE);
    }
  }

  /** The socket of one connection. */
  private final class Source implements SocketSource {
    private final LoopbackClient client;
    private MemoryExchange exchange;

    Source(LoopbackClient client) {
      this.client = client;
    }

    @Override
    public LoopbackClient take() throws HandlerException {
      if (takeFails) {
        throw new HandlerException(400, "client-left", "the client has left");
      }
      return client;
    }

    @Override
    public CompletionStage<Void> respond(Response response) {
      return exchange.respond(response);
    }
  }
}
