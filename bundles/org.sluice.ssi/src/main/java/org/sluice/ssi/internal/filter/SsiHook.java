package org.sluice.ssi.internal.filter;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiPredicate;
import org.osgi.service.component.annotations.Component;
import org.sluice.api.config.Options;
import org.sluice.api.hook.Hook;
import org.sluice.api.hook.SluiceHook;
import org.sluice.api.hook.SluiceHookOrder;
import org.sluice.api.hook.Verdict;
import org.sluice.api.http.Attributes;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.FileFacts;
import org.sluice.api.http.HandlerException;
import org.sluice.api.http.Headers;
import org.sluice.api.http.Response;
import org.sluice.api.http.Subrequest;
import org.sluice.ssi.internal.page.Link;
import org.sluice.ssi.internal.page.Settings;
import org.sluice.ssi.internal.page.TemplateCache;

/**
 * Puts the filter that parses pages behind whatever handler answers, where the route asks for it;
 * and keeps the rules of subrequests that pages make.
 *
 * <p>Ranges, conditions and content of a request are about the parsed page, not about its source,
 * so the handler must not see them: such a request is answered with what a subrequest without them
 * gives. The {@code file:} handler asks which files are pages, so it needs none for them.
 */
@Component(service = Hook.class)
@SluiceHook(phase = "prepare", name = "ssi")
@SluiceHookOrder(20)
public final class SsiHook implements Hook {
  private final TemplateCache templates = new TemplateCache();

  @Override
  public Verdict call(Exchange exchange, Options options) {
    Settings settings = options.view(Settings.class, Settings::new);
    Link link = exchange.parent() == null ? null : Link.around(exchange);
    if (link != null) {
      Verdict verdict = Inner.check(exchange, link);
      if (verdict != Verdict.NEXT) {
        return verdict;
      }
    }
    if (!settings.on) {
      return Verdict.NEXT;
    }
    Outer outer = exchange.attribute(Outer.ATTRIBUTE) instanceof Outer o ? o : null;
    SsiFilter filter = new SsiFilter(settings, templates, outer, byRoute(exchange, options));
    exchange.filter(filter);
    boolean file = isFile(exchange);
    if (file) {
      BiPredicate<FileFacts, Headers> pages = filter::isPage;
      exchange.attribute(Attributes.WHOLE_FILE, pages);
    }
    if (outer != null || link != null || !mayBePage(exchange, settings, filter)) {
      return Verdict.NEXT;
    }
    if (file && exchange.request().method().equals("POST")) {
      return Verdict.later(posted(exchange, settings));
    }
    boolean whole = file && settings.claims(exchange.path());
    return !whole && hasConditions(exchange) ? Verdict.later(again(exchange, null)) : Verdict.NEXT;
  }

  /** Whether a route that names another handler than {@code file:} switches SSI on by itself. */
  private static boolean byRoute(Exchange exchange, Options options) {
    if (exchange.match() == null || isFile(exchange)) {
      return false;
    }
    return options.view(Place.class, Place::new).names(exchange.match().route().name());
  }

  /** Where the switch was set: the text is put together for each question, so it is asked once. */
  private static final class Place {
    private final String origin;
    private volatile Answer last = new Answer(null, false);

    private record Answer(String route, boolean named) {}

    Place(Options options) {
      origin = options.origin("ssi");
    }

    boolean names(String route) {
      Answer known = last;
      if (!route.equals(known.route)) {
        known = new Answer(route, origin.contains("org.sluice.route~" + route + ".cfg:"));
        last = known;
      }
      return known.named;
    }
  }

  static boolean isFile(Exchange exchange) {
    return exchange.match() != null && exchange.match().route().target().scheme().equals("file");
  }

  private static boolean mayBePage(Exchange exchange, Settings settings, SsiFilter filter) {
    String path = exchange.path();
    return path.endsWith("/")
        || settings.claims(path)
        || settings.dependsOnResponse()
        || filter.anyHtml();
  }

  private static boolean hasConditions(Exchange exchange) {
    Headers fields = exchange.request().headers();
    for (int i = 0; i < fields.size(); i++) {
      String name = fields.name(i);
      if (name.equalsIgnoreCase("Range") || name.regionMatches(true, 0, "If-", 0, 3)) {
        String method = exchange.request().method();
        return method.equals("GET") || method.equals("HEAD");
      }
    }
    return false;
  }

  /** Reads the content as far as it is kept, then answers like GET. */
  private static CompletionStage<Verdict> posted(Exchange exchange, Settings settings) {
    if (settings.keptBody == 0) {
      return again(exchange, null);
    }
    return new KeptBody(exchange.request().body(), (int) settings.keptBody)
        .read()
        .thenCompose(
            bytes ->
                bytes == null
                    ? CompletableFuture.completedStage(Verdict.status(413))
                    : again(exchange, bytes));
  }

  /** Answers with what a plain request gives, if that is a page; else goes on as if not asked. */
  private static CompletionStage<Verdict> again(Exchange exchange, byte[] keptBody) {
    Outer outer = new Outer(exchange, keptBody);
    String method = exchange.request().method().equals("HEAD") ? "HEAD" : "GET";
    String query = exchange.request().query();
    String target = exchange.request().rawPath() + (query == null ? "" : "?" + query);
    return exchange
        .subrequest(new Subrequest(target, method).with(Outer.ATTRIBUTE, outer))
        .thenApply(response -> decide(exchange, outer, response));
  }

  private static Verdict decide(Exchange exchange, Outer outer, Response response) {
    if (!outer.parsed()) {
      response.body().close();
      return Verdict.NEXT;
    }
    if (exchange.attribute(Attributes.FILE) == null) {
      exchange.attribute(Attributes.FILE, outer.file());
    }
    exchange.respond(response);
    return Verdict.ANSWERED;
  }

  /** Rules for what a page asks for. */
  private static final class Inner {
    private Inner() {}

    static Verdict check(Exchange exchange, Link link) {
      String scheme = exchange.match() == null ? "" : exchange.match().route().target().scheme();
      boolean file = scheme.equals("file");
      boolean program = scheme.equals("cgi") || scheme.equals("scgi");
      switch (link.purpose()) {
        case ACCESS -> {
          if (!file && !program) {
            exchange.respond(Response.of(204));
            return Verdict.ANSWERED;
          }
        }
        case FACTS -> {
          if (!file && !program) {
            return refuse(exchange, 404, "it is no file");
          }
        }
        case FILE -> {
          if (!file && !program) {
            return refuse(exchange, 403, "it is no file");
          }
        }
        default -> {
          // Any content.
        }
      }
      if (link.filesOnly() && !file) {
        return refuse(exchange, 403, "a page with ssi=noexec includes files only");
      }
      if (program) {
        exchange.filter(
            (answering, response) -> {
              if (response.status() >= 300) {
                link.programAnswered(response.headers());
              }
              return response;
            });
      }
      return Verdict.NEXT;
    }

    private static Verdict refuse(Exchange exchange, int status, String reason) {
      exchange.fail(new HandlerException(status, "ssi-refused", exchange.path() + ": " + reason));
      return Verdict.ANSWERED;
    }
  }
}
