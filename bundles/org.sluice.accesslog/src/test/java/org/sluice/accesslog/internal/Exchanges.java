package org.sluice.accesslog.internal;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TimeZone;
import org.sluice.accesslog.internal.format.Compiler;
import org.sluice.accesslog.internal.format.Entry;
import org.sluice.accesslog.internal.format.ItemTable;
import org.sluice.accesslog.internal.format.Line;
import org.sluice.accesslog.internal.format.Mask;
import org.sluice.accesslog.internal.item.ConnectionItems;
import org.sluice.accesslog.internal.item.FrontItems;
import org.sluice.accesslog.internal.item.OriginalItems;
import org.sluice.accesslog.internal.item.RequestItems;
import org.sluice.accesslog.internal.item.ResponseItems;
import org.sluice.accesslog.internal.item.SiteItems;
import org.sluice.accesslog.internal.item.TimeItems;
import org.sluice.api.http.Attributes;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.FileFacts;
import org.sluice.api.http.HandlerException;
import org.sluice.api.http.Headers;
import org.sluice.api.http.Outcome;
import org.sluice.api.http.Outcome.End;
import org.sluice.api.http.SentHead;
import org.sluice.log.api.LogItem;
import org.sluice.log.api.SluiceLogItem;
import org.sluice.testing.MapOptions;
import org.sluice.testing.MemoryBody;
import org.sluice.testing.MemoryConnection;
import org.sluice.testing.MemoryExchange;
import org.sluice.testing.MemoryExchangeBuilder;
import org.sluice.testing.MemoryRoute;
import org.sluice.testing.MemorySite;

/** Exchanges that have ended, by the names that the cases use, and the items of the front. */
public final class Exchanges {
  /** 2026-11-21T20:38:34.123456 in Berlin. */
  static final long BEGIN = 1_795_289_914_123_456L;

  /** The front's own items. */
  public static final Map<String, LogItem> ITEMS = items();

  private Exchanges() {}

  /** An exchange, how it ended, and when. */
  public record Ended(Exchange exchange, Outcome outcome, long endMicros) {
    /** One line of it. */
    public byte[] line(String format) {
      return line(format, ItemTable.of(ITEMS), 32 * 1024, Mask.NONE);
    }

    /** The same with other items, limit and hidden parameters. */
    public byte[] line(String format, ItemTable items, int limit, Mask mask) {
      Entry entry = new Entry();
      entry.begin(exchange, outcome, endMicros);
      Line line = new Line();
      Compiler.compile(format, items, Exchanges::failed).write(entry, line, limit, mask);
      return java.util.Arrays.copyOf(line.array(), line.length());
    }
  }

  private static void failed(Throwable cause) {
    throw new AssertionError("an item failed", cause);
  }

  private static Map<String, LogItem> items() {
    TimeZone.setDefault(TimeZone.getTimeZone("Europe/Berlin"));
    Map<String, LogItem> items = new HashMap<>();
    for (LogItem item :
        List.of(
            new ConnectionItems(),
            new FrontItems(),
            new OriginalItems(),
            new RequestItems(),
            new ResponseItems(),
            new SiteItems(),
            new TimeItems())) {
      for (String name : names(item)) {
        items.put(name, item);
      }
    }
    return items;
  }

  /**
   * The annotation is not kept at run time: the names stand here again, so that one is not lost.
   */
  private static List<String> names(LogItem item) {
    if (item instanceof ConnectionItems) {
      return List.of("a", "A", "h", "k", "l", "p", "P");
    } else if (item instanceof OriginalItems) {
      return List.of("D", "L", "r", "R", "s", "T", "U");
    } else if (item instanceof RequestItems) {
      return List.of("C", "e", "H", "i", "m", "n", "q", "u", "^ti");
    } else if (item instanceof ResponseItems) {
      return List.of("b", "B", "I", "o", "O", "S", "X", "^to", "^FB");
    } else if (item instanceof SiteItems) {
      return List.of("f", "v", "V");
    } else if (item instanceof TimeItems) {
      return List.of("t");
    }
    return List.of(
        "attribute",
        "^at",
        "detail",
        "^de",
        "dialect",
        "^dl",
        "end",
        "^en",
        "error",
        "^er",
        "handler",
        "^ha",
        "handoff",
        "^ho",
        "id",
        "^id",
        "outcome",
        "^ou",
        "plugins",
        "^pl",
        "receiver",
        "^rc",
        "route",
        "^rt",
        "site",
        "^si",
        "target",
        "^tg",
        "trace",
        "^tr",
        "upstream",
        "^un",
        "upstream-first",
        "^uf",
        "upstream-total",
        "^ut");
  }

  /** Used so that the annotation stays imported where its names are repeated. */
  static final Class<?> ANNOTATION = SluiceLogItem.class;

  private record Sent(Headers headers, Headers trailers, long firstByteNanos, boolean persists)
      implements SentHead {}

  /** What an exchange of the kit cannot tell, put in front of it. */
  private static Exchange with(
      Exchange inner, SentHead sent, HandlerException failure, List<String> plugins) {
    return (Exchange)
        Proxy.newProxyInstance(
            Exchanges.class.getClassLoader(),
            new Class<?>[] {Exchange.class},
            (proxy, method, arguments) -> {
              switch (method.getName()) {
                case "sent":
                  return sent;
                case "failure":
                  return failure;
                case "plugins":
                  return plugins;
                case "equals":
                  return proxy == arguments[0];
                default:
                  try {
                    return method.invoke(inner, arguments);
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
              }
            });
  }

  private static MemoryExchangeBuilder request(String target) {
    return MemoryExchange.get(target)
        .id("x1")
        .connection(
            new MemoryConnection(
                new InetSocketAddress("192.0.2.7", 50123),
                new InetSocketAddress("127.0.0.1", 8080),
                false,
                3))
        .route(
            MemoryRoute.of("/", "status:200")
                .withName("welcome")
                .withSite(MemorySite.named("main").withHosts("*.example.org", "www.example.org"))
                .withOptions(MapOptions.of()));
  }

  /** The exchange of that name. */
  public static Ended named(String name) {
    return switch (name) {
      case "plain" -> plain();
      case "bare" -> bare();
      case "redirect" -> redirect();
      case "refused" -> refused();
      case "timeout" -> timeout();
      case "error" -> error();
      case "given" -> given();
      case "missing" -> missing("file:");
      case "missing-there" -> missing("file:///srv/there/");
      case "missing-group" -> missing("file:/srv/$1");
      case "missing-program" -> missing("cgi:/srv/cgi-bin");
      case "trailers" -> trailers();
      case "behind-proxy" -> behind(new InetSocketAddress("2001:db8::9", 0));
      case "behind-name" -> behind("_b\"1");
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static Ended plain() {
    MemoryExchange exchange =
        request("/a%20b//c?x=1&token=secret")
            .header("User-Agent", "curl/8")
            .header("Referer", "http://o.example/?token=t1&y=2")
            .header("X-Two", "one")
            .header("X-Two", "two")
            .header("X-Bytes", "a\tb \u00c3\u00a9 \"\\")
            .header("X-Empty", "")
            .header("Cookie", "CK = \"v 1\" ; ck=z; empty=; last=q")
            .header("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
            .path("/a b/c")
            .build();
    exchange.attribute(Attributes.USER, "j\u00f6rg");
    exchange.attribute("my.note", "n\"1");
    exchange.attribute("env.FLAG", "on");
    exchange.attribute(Attributes.UPSTREAM, "run/app.sock");
    exchange.attribute(Attributes.UPSTREAM_FIRST, 1_500_000L);
    exchange.attribute(Attributes.UPSTREAM_TOTAL, 2_500_999L);
    exchange.attribute(
        Attributes.FILE,
        new FileFacts(Path.of("/srv/\u00e9.txt"), 5, Instant.EPOCH, "text/plain", false, false));
    Headers fields =
        Headers.of(
            "Content-Type", "text/html; charset=utf-8",
            "Set-Cookie", "a=1",
            "Set-Cookie", "b=2",
            "ETag", "\"x\"",
            "Content-Length", "5");
    Sent sent = new Sent(fields, Headers.of("X-Sum", "9"), 1_234_567, true);
    Outcome outcome = new Outcome(End.COMPLETE, 200, 5, 123, 234, 3_004_005_678L, null);
    Exchange whole = with(exchange, sent, null, List.of("org.sluice.core/0.1.0", "x/1.0.0"));
    return new Ended(whole, outcome, BEGIN + 3_004_005);
  }

  /** A hook has found out for whom the peer asks. */
  private static Ended behind(Object client) {
    Ended plain = plain();
    plain.exchange().attribute(Attributes.CLIENT_ADDRESS, client);
    return plain;
  }

  /** A chunked request that was read to its end. */
  private static Ended trailers() {
    MemoryBody body =
        MemoryBody.open()
            .withTrailers(Headers.of("X-Sum", "a\"b", "X-Two", "1", "x-two", "2", "X-Empty", ""))
            .end();
    MemoryExchange exchange = request("/").body(body).build();
    Sent sent = new Sent(Headers.empty(), Headers.of("X-Out", "1", "X-Out", "2"), 0, true);
    return new Ended(
        with(exchange, sent, null, List.of()),
        new Outcome(End.COMPLETE, 200, 5, 20, 40, 999, null),
        BEGIN);
  }

  /** Nothing of that name is there. */
  private static Ended missing(String target) {
    MemoryExchange exchange =
        MemoryExchange.get("/no/%C3%A9")
            .path("/no/\u00e9")
            .route(
                MemoryRoute.of("/", target)
                    .withSite(MemorySite.named("main").withRoot(Path.of("/srv/www"))))
            .build();
    return new Ended(
        with(exchange, null, new HandlerException(404, "not-found", "no"), List.of()),
        new Outcome(End.COMPLETE, 404, 25, 20, 40, 999, null),
        BEGIN);
  }

  private static Ended bare() {
    MemoryExchange exchange =
        MemoryExchange.get("/").headers(Headers.empty()).minorVersion(0).build();
    Sent sent = new Sent(Headers.empty(), Headers.empty(), 0, false);
    return new Ended(
        with(exchange, sent, null, List.of()),
        new Outcome(End.COMPLETE, 304, 0, 20, 40, 999, null),
        BEGIN);
  }

  private static Ended redirect() {
    MemoryExchange first = request("/script").build();
    MemoryExchange last =
        MemoryExchange.get("/static?z")
            .route(
                MemoryRoute.of("/", "file:").withName("files").withSite(MemorySite.named("main")))
            .build();
    last.attribute(
        Attributes.FILE,
        new FileFacts(Path.of("/srv/static"), 5, Instant.EPOCH, "text/plain", false, false));
    first.attribute(Attributes.REDIRECTED_TO, last);
    Sent sent = new Sent(Headers.empty(), Headers.empty(), 10, false);
    return new Ended(
        with(first, sent, null, List.of()),
        new Outcome(End.COMPLETE, 206, 7, 20, 40, 5_000, null),
        BEGIN);
  }

  private static Ended refused() {
    MemoryExchange inner = MemoryExchange.of("", "").headers(Headers.empty()).build();
    Exchange line =
        (Exchange)
            Proxy.newProxyInstance(
                Exchanges.class.getClassLoader(),
                new Class<?>[] {Exchange.class},
                (proxy, method, arguments) ->
                    method.getName().equals("request")
                        ? new Malformed("BAD\u0001LINE")
                        : method.getName().equals("path") ? null : method.invoke(inner, arguments));
    Sent sent = new Sent(Headers.of("Content-Length", "266"), Headers.empty(), 10, false);
    return new Ended(
        with(line, sent, new HandlerException(400, "refused", "malformed"), List.of()),
        new Outcome(End.COMPLETE, 400, 266, 10, 300, 5_000, null),
        BEGIN);
  }

  private static Ended timeout() {
    Ended refused = refused();
    Exchange silent =
        (Exchange)
            Proxy.newProxyInstance(
                Exchanges.class.getClassLoader(),
                new Class<?>[] {Exchange.class},
                (proxy, method, arguments) ->
                    method.getName().equals("request")
                        ? new Malformed("")
                        : method.invoke(refused.exchange(), arguments));
    return new Ended(silent, new Outcome(End.COMPLETE, 408, 0, 3, 300, 5_000, null), BEGIN);
  }

  private static Ended error() {
    MemoryExchange exchange = request("http://user:pw@h.example/x").build();
    return new Ended(
        with(exchange, null, new HandlerException(503, "fd-unavailable", "no"), List.of()),
        new Outcome(End.ABORTED, 0, 0, 20, 0, 5_000, "client-left"),
        BEGIN);
  }

  private static Ended given() {
    MemoryExchange exchange =
        MemoryExchange.get("/chat")
            .route(
                MemoryRoute.of("/", "fd:run/app.sock")
                    .withName("chat")
                    .withSite(MemorySite.named("main")))
            .client("2001:db8:0:0:1::7", 4000)
            .build();
    exchange.attribute(Attributes.HANDOFF_OUTCOME, "given");
    exchange.attribute(Attributes.HANDOFF_RECEIVER, "/b/run/app.sock");
    exchange.attribute(Attributes.HANDOFF_DIALECT, "sluice");
    return new Ended(
        with(exchange, null, null, List.of()),
        new Outcome(End.GIVEN, 0, 0, 20, 0, 5_000, null),
        BEGIN);
  }

  /** What could be read of a request that is none. */
  private record Malformed(String line) implements org.sluice.api.http.Request {
    @Override
    public String method() {
      return "";
    }

    @Override
    public String target() {
      return "";
    }

    @Override
    public String rawPath() {
      return "";
    }

    @Override
    public String query() {
      return null;
    }

    @Override
    public int minorVersion() {
      return 1;
    }

    @Override
    public Headers headers() {
      return Headers.empty();
    }

    @Override
    public org.sluice.api.http.Body body() {
      return org.sluice.api.http.Body.empty();
    }
  }
}
