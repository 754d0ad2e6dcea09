package org.sluice.files.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.HandlerException;
import org.sluice.api.http.Response;
import org.sluice.api.http.Subrequest;
import org.sluice.api.route.Target;
import org.sluice.testing.MapOptions;
import org.sluice.testing.MemoryExchange;
import org.sluice.testing.MemoryExchangeBuilder;
import org.sluice.testing.MemoryRoute;
import org.sluice.testing.MemorySite;

/** A folder, a route to it, and requests of it in memory. */
final class TestFiles {
  private final Path root;
  private final FilesHandler handler = new FilesHandler();
  private MemoryRoute route;
  private Function<Subrequest, Response> elsewhere = subrequest -> null;

  TestFiles(Path root) {
    this.root = root;
    route =
        new MemoryRoute(
            "test",
            MemorySite.named("main").withRoot(root),
            "/",
            Target.parse("file:"),
            "/",
            defaults());
  }

  /** The declared defaults, those of the core written out. */
  private static MapOptions defaults() {
    return MapOptions.of()
        .declared(FilesOptions.class)
        .withDefault("index", "index.html")
        .withDefault("listing", "off")
        .withDefault("precompressed", "off")
        .withDefault("dotfiles", "off")
        .withDefault("path-info", "default")
        .withDefault("links", "owner")
        .withDefault("cache-control", "")
        .withDefault("charset", "");
  }

  TestFiles with(String key, String value) {
    route = route.withOptions(((MapOptions) route.options()).with(key, value));
    return this;
  }

  TestFiles route(String path, String target) {
    route =
        new MemoryRoute("test", route.site(), path, Target.parse(target), path, route.options());
    return this;
  }

  /** What other routes and hooks answer; null for what comes to our route. */
  TestFiles elsewhere(Function<Subrequest, Response> others) {
    elsewhere = others;
    return this;
  }

  TestFiles file(String name, String content) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
    return this;
  }

  Path path(String name) {
    return root.resolve(name);
  }

  MemoryExchangeBuilder request(String method, String target) {
    return MemoryExchange.of(method, target).route(route);
  }

  MemoryExchange get(String target, String... fields) {
    return run("GET", target, fields);
  }

  MemoryExchange run(String method, String target, String... fields) {
    MemoryExchangeBuilder builder = request(method, target);
    for (int i = 0; i < fields.length; i += 2) {
      builder.header(fields[i], fields[i + 1]);
    }
    return run(builder);
  }

  MemoryExchange run(MemoryExchangeBuilder builder) {
    MemoryExchange[] self = new MemoryExchange[1];
    builder.subrequests(subrequest -> subrequest(self[0], subrequest));
    self[0] = builder.build();
    return handle(self[0]);
  }

  MemoryExchange handle(MemoryExchange exchange) {
    try {
      handler.handle(exchange, route.options());
    } catch (HandlerException e) {
      exchange.fail(e);
    }
    return exchange;
  }

  private CompletionStage<Response> subrequest(Exchange parent, Subrequest subrequest) {
    Response other = elsewhere.apply(subrequest);
    if (other != null) {
      return CompletableFuture.completedStage(other);
    }
    MemoryExchange inner =
        MemoryExchange.of(subrequest.method(), subrequest.target())
            .route(route)
            .parent(parent)
            .build();
    subrequest.attributes().forEach(inner::attribute);
    handle(inner);
    HandlerException failure = inner.failure();
    return CompletableFuture.completedStage(
        failure != null ? Response.of(failure.status()) : inner.response());
  }
}
