package org.sluice.testing;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.sluice.api.config.Options;
import org.sluice.api.http.Body;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.Headers;
import org.sluice.api.http.Response;
import org.sluice.api.http.Subrequest;
import org.sluice.api.route.Route;
import org.sluice.api.route.Site;
import org.sluice.handoff.api.SocketSource;

/**
 * Describes a {@link MemoryExchange}. Everything has a default: HTTP/1.1, no fields but {@code
 * Host}, no body, a client on 127.0.0.1, no route. Not thread-safe.
 */
public final class MemoryExchangeBuilder {
  final Map<String, Object> plugins = new HashMap<>();
  final Map<Class<?>, Object> capabilities = new HashMap<>();
  final List<String> groups = new ArrayList<>();
  String id = "test-1";
  String method;
  String target;
  String path;
  int minorVersion = 1;
  Headers.Builder headers = Headers.builder().add("Host", "localhost");
  Body body = Body.empty();
  Body upgraded = Body.empty();
  MemoryConnection connection = MemoryConnection.plain();
  Site site;
  Route route;
  Exchange parent;
  MemoryClientSocket socket;
  Executor loop = MemoryLoop.caller();
  Executor workers = Runnable::run;
  long demand = Long.MAX_VALUE;
  Function<Subrequest, CompletionStage<Response>> subrequests =
      subrequest -> CompletableFuture.completedStage(Response.of(404));

  MemoryExchangeBuilder(String method, String target) {
    this.method = method;
    this.target = target;
  }

  /** Identifier of the exchange; {@code test-1} otherwise. */
  public MemoryExchangeBuilder id(String newId) {
    id = newId;
    return this;
  }

  /** Adds a request field. */
  public MemoryExchangeBuilder header(String name, String value) {
    headers.add(name, value);
    return this;
  }

  /** These request fields and no others. */
  public MemoryExchangeBuilder headers(Headers all) {
    headers = Headers.builder().addAll(all);
    return this;
  }

  /** Minor version of HTTP/1: 0 or 1. */
  public MemoryExchangeBuilder minorVersion(int minor) {
    minorVersion = minor;
    return this;
  }

  /** Request body in one chunk, with {@code Content-Length}. */
  public MemoryExchangeBuilder body(byte[] bytes) {
    headers.set("Content-Length", Integer.toString(bytes.length));
    body = MemoryBody.of(bytes);
    return this;
  }

  /** Request body of the UTF-8 bytes of {@code text}, with {@code Content-Length}. */
  public MemoryExchangeBuilder body(String text) {
    return body(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Request body in these chunks, with {@code Transfer-Encoding: chunked}. */
  public MemoryExchangeBuilder chunks(String... chunks) {
    headers.set("Transfer-Encoding", "chunked");
    body = MemoryBody.of(chunks).withLength(-1);
    return this;
  }

  /** Any request body, for example {@link MemoryBody#open()}; adds no field. */
  public MemoryExchangeBuilder body(Body any) {
    body = any;
    return this;
  }

  /** The connection as a whole. */
  public MemoryExchangeBuilder connection(MemoryConnection newConnection) {
    connection = newConnection;
    return this;
  }

  /** The client's address: a literal, so that no name service is asked. */
  public MemoryExchangeBuilder client(String address, int port) {
    connection =
        new MemoryConnection(
            new InetSocketAddress(address, port),
            connection.local(),
            connection.secure(),
            connection.requests());
    return this;
  }

  /** The site, without a route. */
  public MemoryExchangeBuilder site(Site newSite) {
    site = newSite;
    return this;
  }

  /** The route that matched, and its site; the rest is what of the path is behind it. */
  public MemoryExchangeBuilder route(Route newRoute) {
    route = newRoute;
    site = newRoute.site();
    return this;
  }

  /** A route of that path, target and options. */
  public MemoryExchangeBuilder route(String routePath, String routeTarget, Options options) {
    return route(MemoryRoute.of(routePath, routeTarget).withOptions(options));
  }

  /** Capture groups of the route's {@code match=}, group 0 first; null for one without part. */
  public MemoryExchangeBuilder groups(String... texts) {
    groups.clear();
    for (String text : texts) {
      groups.add(text);
    }
    return this;
  }

  /** The decoded path, where it should not be derived from the target. */
  public MemoryExchangeBuilder path(String decoded) {
    path = decoded;
    return this;
  }

  /** Makes it a subrequest of {@code newParent}. */
  public MemoryExchangeBuilder parent(Exchange newParent) {
    parent = newParent;
    return this;
  }

  /** A plug-in that {@link Exchange#call} finds by contract and name. */
  public <P> MemoryExchangeBuilder plugin(Class<P> kind, String name, P plugin) {
    plugins.put(MemoryExchange.pluginKey(kind, name), kind.cast(plugin));
    return this;
  }

  /** A capability of the exchange. */
  public <T> MemoryExchangeBuilder capability(Class<T> type, T capability) {
    capabilities.put(type, type.cast(capability));
    return this;
  }

  /** The client's socket, offered as {@link SocketSource}. */
  public MemoryExchangeBuilder socket(MemoryClientSocket clientSocket) {
    socket = clientSocket;
    return this;
  }

  /** What answers subrequests; 404 to all otherwise. */
  public MemoryExchangeBuilder subrequests(
      Function<Subrequest, CompletionStage<Response>> answers) {
    subrequests = answers;
    return this;
  }

  /** What the client sends after an upgrade. */
  public MemoryExchangeBuilder upgraded(Body incoming) {
    upgraded = incoming;
    return this;
  }

  /** The event loop; one on the caller otherwise. */
  public MemoryExchangeBuilder loop(Executor executor) {
    loop = executor;
    return this;
  }

  /** The workers; at once on the caller otherwise, so that a test stays deterministic. */
  public MemoryExchangeBuilder workers(Executor executor) {
    workers = executor;
    return this;
  }

  /**
   * A client that takes only so many buffers of the response until {@link MemoryExchange#demand}.
   */
  public MemoryExchangeBuilder clientTakes(long buffers) {
    demand = buffers;
    return this;
  }

  /** The exchange. The builder should not be used again: a body has one consumer. */
  public MemoryExchange build() {
    return new MemoryExchange(this);
  }
}
