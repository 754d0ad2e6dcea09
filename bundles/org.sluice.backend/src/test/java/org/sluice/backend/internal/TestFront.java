package org.sluice.backend.internal;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.sluice.api.engine.Listener;
import org.sluice.api.engine.ListenerSpec;
import org.sluice.api.engine.Transaction;
import org.sluice.api.engine.TransferLimits;
import org.sluice.api.handler.Handler;
import org.sluice.api.http.HandlerException;
import org.sluice.api.http.Response;
import org.sluice.api.http.ResponseFilter;
import org.sluice.api.route.Route;
import org.sluice.server.internal.NettyEngine;
import org.sluice.testing.MapOptions;
import org.sluice.testing.MemoryRoute;
import org.sluice.testing.RawHttpClient;
import org.sluice.testing.WireExchange;

/** The real engine with the handlers of this bundle; the first path segment is a route. */
final class TestFront implements AutoCloseable {
  private final NettyEngine engine = new NettyEngine();
  final Backends backends = new Backends();
  final Members members = new Members(backends, false);
  private final Handler http = new HttpHandler(backends);
  private final Handler balancer = new BalancerHandler(backends, members);
  private final Map<String, Route> routes = new ConcurrentHashMap<>();
  private final Map<String, Object> plugins = new ConcurrentHashMap<>();
  private final Listener listener;

  /** What was asked. */
  final List<WireExchange> exchanges = new CopyOnWriteArrayList<>();

  volatile ResponseFilter filter;

  TestFront() throws IOException {
    plugins.put("BalancerMethod byrequests", new ByRequests());
    plugins.put("BalancerMethod hash", new ByHash());
    Duration limit = Duration.ofSeconds(5);
    ListenerSpec spec =
        new ListenerSpec(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            8190,
            8190,
            100,
            limit,
            limit,
            0,
            0,
            1024);
    listener = engine.listen(spec, this::dispatch);
  }

  static MapOptions defaults(String... keysAndValues) {
    return MapOptions.of(keysAndValues)
        .withDefault("mapping", "decoded")
        .withDefault("nocanon", "off")
        .withDefault("forwarded", "replace")
        .withDefault("request-buffer", "0")
        .withDefault("error-override", "")
        .declared(BackendKeys.class)
        .declared(BalancerKeys.class);
  }

  int port() {
    return listener.address().getPort();
  }

  RawHttpClient connect() throws IOException {
    return RawHttpClient.connect(port());
  }

  void route(String name, String target, String... options) {
    routes.put(
        name,
        MemoryRoute.of("/" + name + "/", target).withName(name).withOptions(defaults(options)));
  }

  void member(String name, String... keysAndValues) {
    Map<String, String> map = new HashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      map.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    members.put(name, map);
  }

  private void dispatch(Transaction transaction) {
    String path = transaction.request().rawPath();
    int end = path.indexOf('/', 1);
    Route route = end < 0 ? null : routes.get(path.substring(1, end));
    if (transaction.refusal() != null || route == null) {
      int status = transaction.refusal() == null ? 404 : transaction.refusal().status();
      transaction.respond(Response.of(status));
      return;
    }
    transaction.limits(new TransferLimits(1 << 30, Duration.ofSeconds(5), Duration.ofSeconds(5)));
    WireExchange exchange = new WireExchange(transaction, route, plugins);
    exchanges.add(exchange);
    if (filter != null) {
      exchange.filter(filter);
    }
    try {
      (route.target().scheme().equals("balancer") ? balancer : http)
          .handle(exchange, route.options());
    } catch (HandlerException e) {
      exchange.fail(e);
    }
  }

  @Override
  public void close() {
    members.close();
    backends.close();
    listener.close();
    engine.deactivate();
  }
}
