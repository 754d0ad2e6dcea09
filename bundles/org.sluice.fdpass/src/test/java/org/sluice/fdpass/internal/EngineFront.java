package org.sluice.fdpass.internal;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.sluice.api.engine.Listener;
import org.sluice.api.engine.ListenerSpec;
import org.sluice.api.engine.Transaction;
import org.sluice.api.engine.TransferLimits;
import org.sluice.api.http.Attributes;
import org.sluice.api.http.Body;
import org.sluice.api.http.HandlerException;
import org.sluice.api.http.Request;
import org.sluice.api.http.Response;
import org.sluice.api.route.Route;
import org.sluice.handoff.api.Dialect;
import org.sluice.handoff.api.Flusher;
import org.sluice.handoff.api.Preamble;
import org.sluice.server.internal.NettyEngine;
import org.sluice.testing.MemoryExchange;
import org.sluice.testing.MemoryRoute;
import org.sluice.testing.WireExchange;

/**
 * The real engine with the {@code fd:} handler and nothing else; the first path segment is a route.
 */
final class EngineFront implements AutoCloseable {
  /** Before a path: somebody who had the request, and read nothing, redirected it to there. */
  static final String REDIRECTED = "/redirected";

  private final NettyEngine engine = new NettyEngine();
  private final HandOffState state = new HandOffState(Memos.unkept());
  private final FdHandler handler = new FdHandler(state);
  private final Map<String, Route> routes = new ConcurrentHashMap<>();

  /** What it answers by itself, by path. */
  final Map<String, Supplier<Body>> bodies = new ConcurrentHashMap<>();

  private final Map<String, Object> plugins = new ConcurrentHashMap<>();
  private final Listener listener;

  /** What was asked, when a test wants to look at it. */
  final List<WireExchange> exchanges = new CopyOnWriteArrayList<>();

  volatile boolean keepExchanges = true;

  private final AtomicInteger handled = new AtomicInteger();

  EngineFront(int port) throws IOException {
    Flusher head = (exchange, options) -> Preamble.head(200);
    Flusher raw = (exchange, options) -> Preamble.none();
    plugins.put("Dialect classic", new ClassicDialect());
    plugins.put("Dialect scgi", new ScgiDialect());
    plugins.put("Dialect json", new JsonDialect());
    plugins.put("Dialect sluice", new PacketDialect());
    plugins.put("Flusher flush", head);
    plugins.put("Flusher raw", raw);
    Duration second = Duration.ofSeconds(5);
    ListenerSpec spec =
        new ListenerSpec(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
            8190,
            8190,
            100,
            second,
            second,
            0,
            0,
            4096);
    listener = engine.listen(spec, this::dispatch);
  }

  int port() {
    return listener.address().getPort();
  }

  long count(String route, Step step) {
    return count(route, "classic", step);
  }

  long count(String route, String dialect, Step step) {
    return state.tally(route, dialect).count(step);
  }

  long connections() {
    return listener.connections();
  }

  HandOffState state() {
    return state;
  }

  void dialect(String name, Dialect dialect) {
    plugins.put("Dialect " + name, dialect);
  }

  void flusher(String name, Flusher flusher) {
    plugins.put("Flusher " + name, flusher);
  }

  void route(String name, String target, String... options) {
    routes.put(
        name,
        MemoryRoute.of("/" + name, target)
            .withName(name)
            .withOptions(LoopbackFront.defaults(options)));
  }

  private void dispatch(Transaction given) {
    boolean redirected = given.request().rawPath().startsWith(REDIRECTED + "/");
    Transaction transaction = redirected ? redirected(given) : given;
    Route route = routes.get(name(transaction.request().rawPath()));
    Supplier<Body> own = bodies.get(transaction.request().rawPath());
    if (own != null) {
      transaction.respond(Response.of(200).withBody(own.get()));
      return;
    }
    if (transaction.refusal() != null || route == null) {
      int status = route == null ? 404 : transaction.refusal().status();
      transaction.respond(Response.of(status));
      return;
    }
    transaction.limits(new TransferLimits(100, Duration.ofSeconds(5), Duration.ofSeconds(5)));
    WireExchange exchange = new WireExchange(transaction, route, plugins);
    if (redirected) {
      exchange.attribute(Attributes.REDIRECTED_FROM, exchange);
    }
    if (keepExchanges) {
      exchanges.add(exchange);
    }
    exchange.anew(() -> handle(exchange, route));
    handle(exchange, route);
  }

  /** How often the handler was called. */
  int handled() {
    return handled.get();
  }

  private void handle(WireExchange exchange, Route route) {
    handled.incrementAndGet();
    try {
      handler.handle(exchange, route.options());
    } catch (HandlerException e) {
      exchange.fail(e);
    }
  }

  /** The client's transaction with a GET that has no body, as the core makes it. */
  private static Transaction redirected(Transaction client) {
    Request outer = client.request();
    outer.body().close();
    Request inner =
        MemoryExchange.get(outer.target().substring(REDIRECTED.length())).build().request();
    return (Transaction)
        Proxy.newProxyInstance(
            EngineFront.class.getClassLoader(),
            new Class<?>[] {Transaction.class},
            (proxy, method, args) ->
                method.getName().equals("request") ? inner : method.invoke(client, args));
  }

  private static String name(String path) {
    int end = path.indexOf('/', 1);
    return end < 0 ? path.substring(1) : path.substring(1, end);
  }

  @Override
  public void close() {
    state.close();
    listener.close();
    engine.deactivate();
  }
}
