package org.sluice.ssi.internal.filter;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.sluice.api.hook.Verdict;
import org.sluice.api.http.Attributes;
import org.sluice.api.http.Body;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.FileFacts;
import org.sluice.api.http.Headers;
import org.sluice.api.http.Response;
import org.sluice.api.http.Subrequest;
import org.sluice.ssi.api.SsiElement;
import org.sluice.ssi.internal.element.BuiltIns;
import org.sluice.testing.MapOptions;
import org.sluice.testing.MemoryExchange;
import org.sluice.testing.MemoryExchangeBuilder;
import org.sluice.testing.MemorySite;

/**
 * The smallest front that serves pages with their includes: documents in memory as files of a root
 * that does not exist, programs as functions, hook and filter as in the product.
 */
final class MiniFront {
  static final Instant MODIFIED = Instant.parse("2026-11-21T19:36:37Z");
  private static final String[] ELEMENTS = {
    "comment",
    "config",
    "echo",
    "elif",
    "else",
    "endif",
    "flastmod",
    "fsize",
    "if",
    "include",
    "printenv",
    "set"
  };

  private final SsiHook hook = new SsiHook();
  private final Map<String, byte[]> files = new HashMap<>();
  private final Map<String, Function<Exchange, Response>> programs = new HashMap<>();
  private final Map<String, Function<Exchange, CompletionStage<Response>>> slow = new HashMap<>();
  private final Map<String, SsiElement> elements = new HashMap<>();
  private Map<String, String> options = Map.of("ssi", "on");
  private Function<String, Body> bodies = path -> Body.of(files.get(path));
  private Executor workers = Runnable::run;
  private CompletableFuture<Response> captured;
  private boolean ownerExecutes;
  private boolean groupExecutes;

  MiniFront file(String path, String content) {
    return file(path, content.getBytes(StandardCharsets.UTF_8));
  }

  MiniFront file(String path, byte[] content) {
    files.put(path, content);
    return this;
  }

  MiniFront program(String path, Function<Exchange, Response> program) {
    programs.put(path, program);
    return this;
  }

  /** A program that answers later. */
  MiniFront slow(String path, Function<Exchange, CompletionStage<Response>> program) {
    slow.put(path, program);
    return program(path, exchange -> Response.of(500));
  }

  MiniFront element(String name, SsiElement element) {
    elements.put(name, element);
    return this;
  }

  MiniFront options(Map<String, String> set) {
    options = set;
    return this;
  }

  /** How the content of a file is given, instead of in one piece. */
  MiniFront bodies(Function<String, Body> how) {
    bodies = how;
    return this;
  }

  MiniFront workers(Executor executor) {
    workers = executor;
    return this;
  }

  MiniFront modes(boolean owner, boolean group) {
    ownerExecutes = owner;
    groupExecutes = group;
    return this;
  }

  MapOptions options() {
    return MapOptions.of(options).declared(SsiOptions.class);
  }

  /** A client's request that has been answered, though perhaps not to its end. */
  MemoryExchange get(String target, String... fields) {
    return request("GET", target, null, fields);
  }

  /** A request whose response the test pulls itself, see {@link #captured}. */
  MemoryExchange later(String target) {
    MemoryExchange exchange = build(MemoryExchange.get(target), target);
    captured = new CompletableFuture<>();
    exchange.filter(new Captured(captured));
    pass(exchange);
    return exchange;
  }

  /** The body of what {@link #later} asked for. */
  Body captured() {
    return captured.join().body();
  }

  MemoryExchange request(String method, String target, String content, String... fields) {
    MemoryExchangeBuilder builder = MemoryExchange.of(method, target);
    for (int i = 0; i < fields.length; i += 2) {
      builder.header(fields[i], fields[i + 1]);
    }
    if (content != null) {
      builder.body(content);
    }
    MemoryExchange exchange = build(builder, target);
    pass(exchange);
    return exchange;
  }

  private MemoryExchange build(MemoryExchangeBuilder builder, String target) {
    String path = target.replaceFirst("[?].*", "");
    String scheme = programs.containsKey(path) ? "cgi:" : "file:";
    for (String name : ELEMENTS) {
      builder.plugin(SsiElement.class, name, BuiltIns.find(name));
    }
    elements.forEach((name, element) -> builder.plugin(SsiElement.class, name, element));
    MemoryExchange[] self = new MemoryExchange[1];
    builder
        .route("/", scheme, options())
        .site(MemorySite.named("test").withRoot(Path.of("/www")))
        .workers(workers)
        .subrequests(subrequest -> sub(self[0], subrequest));
    self[0] = builder.build();
    return self[0];
  }

  /** Hook, then handler. */
  private void pass(MemoryExchange exchange) {
    Verdict verdict = hook.call(exchange, options());
    if (verdict.later() != null) {
      verdict.later().thenAccept(late -> go(exchange, late));
    } else {
      go(exchange, verdict);
    }
  }

  private void go(MemoryExchange exchange, Verdict verdict) {
    if (verdict.status() > 0) {
      exchange.respond(Response.of(verdict.status()));
    } else if (verdict == Verdict.NEXT) {
      handle(exchange);
    }
  }

  private void handle(Exchange exchange) {
    String path = exchange.path();
    Function<Exchange, Response> program = programs.get(path);
    if (slow.containsKey(path)) {
      slow.get(path).apply(exchange).thenAccept(exchange::respond);
      return;
    }
    if (program != null) {
      exchange.respond(program.apply(exchange));
      return;
    }
    byte[] content = files.get(path);
    if (content == null) {
      exchange.respond(Response.of(404));
      return;
    }
    String type = path.endsWith(".png") ? "image/png" : path.endsWith(".dat") ? null : "text/html";
    FileFacts facts =
        new FileFacts(
            Path.of("/www" + path), content.length, MODIFIED, type, ownerExecutes, groupExecutes);
    exchange.attribute(Attributes.FILE, facts);
    if (exchange.attribute(Attributes.LOOKUP) instanceof CompletableFuture<?> lookup) {
      @SuppressWarnings("unchecked")
      CompletableFuture<FileFacts> asked = (CompletableFuture<FileFacts>) lookup;
      asked.complete(facts);
      exchange.respond(Response.of(204));
      return;
    }
    Headers.Builder fields = Headers.builder();
    if (type != null) {
      fields.add("Content-Type", type);
    }
    fields.add("ETag", "\"e\"").add("Accept-Ranges", "bytes");
    exchange.respond(Response.of(200, fields.build(), bodies.apply(path)));
  }

  /** A subrequest with the parent's fields, and the body as whoever asked pulls it. */
  private CompletionStage<Response> sub(MemoryExchange parent, Subrequest subrequest) {
    String target = subrequest.target();
    if (!target.startsWith("/")) {
      String base = parent.request().rawPath();
      target = base.substring(0, base.lastIndexOf('/') + 1) + target;
    }
    target = normalised(target);
    if (target == null) {
      return CompletableFuture.completedStage(Response.of(400));
    }
    MemoryExchangeBuilder builder =
        MemoryExchange.of(subrequest.method(), target)
            .headers(parent.request().headers())
            .parent(parent)
            .clientTakes(0);
    if (subrequest.attributes().get(Attributes.KEPT_BODY) instanceof byte[] kept) {
      builder.body(kept);
    }
    MemoryExchange exchange = build(builder, target);
    subrequest.attributes().forEach(exchange::attribute);
    CompletableFuture<Response> result = new CompletableFuture<>();
    Captured captured = new Captured(result);
    exchange.filter(captured);
    pass(exchange);
    if (exchange.failure() != null) {
      result.complete(Response.of(exchange.failure().status()));
    }
    return result;
  }

  /** RFC 3986 section 5.2.4, as the core does it; null above the root. */
  private static String normalised(String target) {
    int mark = target.indexOf('?');
    String path = mark < 0 ? target : target.substring(0, mark);
    java.util.ArrayDeque<String> out = new java.util.ArrayDeque<>();
    for (String segment : path.substring(1).split("/", -1)) {
      if (segment.equals("..")) {
        if (out.pollLast() == null) {
          return null;
        }
      } else if (!segment.equals(".")) {
        out.add(segment);
      }
    }
    String joined = "/" + String.join("/", out);
    return mark < 0 ? joined : joined + target.substring(mark);
  }

  /** Takes the response away before the memory exchange pulls it: the page is its consumer. */
  private record Captured(CompletableFuture<Response> result)
      implements org.sluice.api.http.ResponseFilter {
    @Override
    public Response filter(Exchange exchange, Response response) {
      result.complete(response);
      return Response.of(response.status());
    }
  }
}
