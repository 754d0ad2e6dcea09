package org.sluice.core.internal.dispatch;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.api.engine.Refusal;
import org.sluice.api.engine.Transaction;
import org.sluice.api.handler.Handler;
import org.sluice.api.handler.Handover;
import org.sluice.api.handler.HandoverAsked;
import org.sluice.api.hook.Phase;
import org.sluice.api.http.HandlerException;
import org.sluice.api.http.Headers;
import org.sluice.api.http.Outcome;
import org.sluice.api.http.Response;
import org.sluice.api.http.Subrequest;
import org.sluice.core.internal.config.RouteMatch;
import org.sluice.core.internal.config.RouteNode;
import org.sluice.core.internal.config.SiteNode;
import org.sluice.core.internal.config.SiteTable;
import org.sluice.core.internal.exchange.FrontExchange;
import org.sluice.core.internal.exchange.LiveExchanges;
import org.sluice.core.internal.registry.PluginEntry;
import org.sluice.core.internal.registry.Registry;

/**
 * The way of a request through the core: site, path, hooks, route, handler. Runs on the
 * connection's event loop and never blocks.
 */
public final class Front implements FrontExchange.Host {
  private static final Logger LOG = LoggerFactory.getLogger(Front.class);
  private static final String HANDOVER = "org.sluice.api.handler.Handover";
  private static final String HOOK = "org.sluice.api.hook.Hook";

  /** Phases before the handler in their order; null stands for the core's own step, routing. */
  private static final Phase[] STEPS = {
    Phase.RECEIVED,
    Phase.TRANSLATE,
    null,
    Phase.ACCESS,
    Phase.IDENTIFY,
    Phase.AUTHORIZE,
    Phase.PREPARE
  };

  private static final String HANDLER = "org.sluice.api.handler.Handler";

  private final Registry registry;
  private final Guards guards;
  private final Executor workers;
  private final LiveExchanges live = new LiveExchanges();
  private final LongAdder requests = new LongAdder();
  private final LongAdder failures = new LongAdder();
  private volatile HookChain hooks = HookChain.EMPTY;

  /** A front without listeners: {@link #accept} is how requests reach it. */
  public Front(Registry registry, Guards guards, Executor workers) {
    this.registry = registry;
    this.guards = guards;
    this.workers = workers;
    registry.aborter(live::abort);
    registry.onChange(this::rebuildHooks);
  }

  private synchronized void rebuildHooks() {
    hooks = new HookChain(registry.all(HOOK));
  }

  /** A client's request, on a listener with these sites. */
  public void accept(Transaction transaction, SiteTable sites) {
    requests.increment();
    FrontExchange exchange = new FrontExchange(this, transaction);
    try {
      Refusal refusal = transaction.refusal();
      SiteNode site = sites.find(authority(transaction));
      exchange.routed(site, null, null);
      if (refusal != null) {
        throw new HandlerException(refusal.status(), "refused", refusal.reason());
      }
      begin(exchange, site);
    } catch (HandlerException e) {
      exchange.fail(e);
    } catch (RuntimeException e) {
      exchange.fail(new HandlerException(500, "core", "the core failed: " + e, e));
    }
  }

  /** RFC 9112 section 3.2.2: an absolute target's authority replaces Host. */
  private static String authority(Transaction transaction) {
    String target = transaction.request().target();
    int start = target.startsWith("/") ? -1 : target.indexOf("://");
    if (start < 0) {
      return transaction.request().headers().get("Host");
    }
    int end = start + 3;
    while (end < target.length() && "/?#".indexOf(target.charAt(end)) < 0) {
      end++;
    }
    return target.substring(start + 3, end);
  }

  private void begin(FrontExchange exchange, SiteNode site) throws HandlerException {
    if (site == null) {
      throw new HandlerException(404, "no-site", "no site of the listener has this host");
    }
    if (site.unavailable() != null) {
      throw new HandlerException(503, "site-unavailable", site.unavailable(), null, 10);
    }
    String path = RequestPath.decode(exchange.request().rawPath());
    exchange.routed(site, path, null);
    HookChain chain = hooks;
    if (chain.isEmpty()) {
      route(exchange);
      handle(exchange);
    } else {
      advance(chain, exchange, exchange.parent() == null ? 0 : 1, 0);
    }
  }

  /** Goes through the steps from {@code step}, whose hooks before {@code hook} have run already. */
  private void advance(HookChain chain, FrontExchange exchange, int step, int hook)
      throws HandlerException {
    int from = hook;
    for (int i = step; i < STEPS.length; i++) {
      int now = i;
      if (STEPS[i] == null) {
        route(exchange);
      } else if (!chain.run(
          STEPS[i],
          from,
          exchange,
          exchange.options(),
          next -> advance(chain, exchange, now, next))) {
        return;
      }
      from = 0;
    }
    handle(exchange);
  }

  private void route(FrontExchange exchange) throws HandlerException {
    SiteNode site = exchange.site();
    RouteMatch match = site.match(exchange.path());
    if (match == null || match.route().excluded()) {
      throw new HandlerException(404, "no-route", "no route matches the path");
    }
    exchange.routed(site, exchange.path(), match);
    RouteNode route = match.route();
    if (route.unavailable() != null) {
      throw new HandlerException(503, "route-unavailable", route.unavailable(), null, 10);
    }
    guards.check(route);
    exchange.transaction().limits(route.limits());
  }

  private void handle(FrontExchange exchange) throws HandlerException {
    String scheme = exchange.match().route().target().scheme();
    PluginEntry entry = registry.acquireHandler(scheme);
    if (entry != null) {
      call(entry, exchange);
    } else if (!registry.hold(HANDLER, scheme, late -> arrived(late, exchange, scheme))) {
      throw missing(scheme);
    }
  }

  private static void arrived(PluginEntry entry, FrontExchange exchange, String scheme) {
    exchange.resume(
        () -> {
          try {
            if (entry == null) {
              throw missing(scheme);
            }
            call(entry, exchange);
          } catch (HandlerException e) {
            exchange.fail(e);
          }
        });
  }

  private static HandlerException missing(String scheme) {
    return new HandlerException(
        503, "no-handler", "no handler for scheme '" + scheme + "' is installed", null, 5);
  }

  private static void call(PluginEntry entry, FrontExchange exchange) throws HandlerException {
    exchange.use(entry);
    Registry.enter(entry);
    try {
      ((Handler) entry.service()).handle(exchange, exchange.options());
    } catch (RuntimeException | LinkageError e) {
      entry.failed(e);
      throw new HandlerException(500, "handler-failed", entry.origin() + " failed: " + e, e);
    } finally {
      Registry.leave();
    }
  }

  @Override
  public void run(FrontExchange exchange) {
    try {
      begin(exchange, exchange.parent().site());
    } catch (HandlerException e) {
      exchange.fail(e);
    } catch (RuntimeException e) {
      exchange.fail(new HandlerException(500, "core", "the core failed: " + e, e));
    }
  }

  @Override
  public boolean handOver(FrontExchange exchange, Response response) {
    HandoverAsked asked;
    try {
      asked = HandoverRequest.read(response.headers(), exchange.site());
    } catch (HandlerException e) {
      response.body().close();
      exchange.fail(e);
      return true;
    }
    PluginEntry entry = asked == null ? null : registry.acquire(HANDOVER, "handoff");
    if (entry == null) {
      return false;
    }
    exchange.use(entry);
    if (!((Handover) entry.service()).permits(exchange, asked)) {
      return false;
    }
    response.body().close();
    exchange.resume(() -> handOver(entry, exchange, asked));
    return true;
  }

  private static void handOver(PluginEntry entry, FrontExchange exchange, HandoverAsked asked) {
    Registry.enter(entry);
    try {
      ((Handover) entry.service()).handOver(exchange, asked);
    } catch (HandlerException e) {
      exchange.fail(e);
    } catch (RuntimeException | LinkageError e) {
      entry.failed(e);
      exchange.fail(new HandlerException(500, "handover", entry.origin() + " failed: " + e, e));
    } finally {
      Registry.leave();
    }
  }

  @Override
  public void answerFailure(FrontExchange exchange, HandlerException failure) {
    failures.increment();
    SiteNode site = exchange.site();
    String page = site == null ? null : site.errorPage(failure.status());
    if (page == null || exchange.parent() != null || exchange.transaction().refusal() != null) {
      respond(exchange, ErrorAnswer.of(exchange, failure));
      return;
    }
    String method = "HEAD".equals(exchange.request().method()) ? "HEAD" : "GET";
    exchange
        .subrequest(new Subrequest(page, method))
        .whenComplete((response, problem) -> withPage(exchange, failure, response, problem));
  }

  private static void withPage(
      FrontExchange exchange, HandlerException failure, Response response, Throwable problem) {
    if (problem != null || response.status() != 200) {
      if (response != null) {
        response.body().close();
      }
      respond(exchange, ErrorAnswer.of(exchange, failure));
      return;
    }
    Response answer = response.withStatus(failure.status());
    if (failure.retryAfter() > 0) {
      Headers headers = answer.headers();
      answer =
          answer.withHeaders(
              Headers.builder()
                  .addAll(headers)
                  .set("Retry-After", Integer.toString(failure.retryAfter()))
                  .build());
    }
    respond(exchange, answer);
  }

  private static void respond(FrontExchange exchange, Response response) {
    try {
      exchange.respond(response);
    } catch (IllegalStateException e) {
      LOG.debug("exchange {} was answered meanwhile", exchange.id());
    }
  }

  @Override
  public void ended(FrontExchange exchange, Outcome outcome) {
    if (exchange.parent() == null) {
      hooks.done(exchange, exchange.options());
    }
  }

  @Override
  public Registry registry() {
    return registry;
  }

  @Override
  public Executor workers() {
    return workers;
  }

  @Override
  public LiveExchanges live() {
    return live;
  }

  /** Requests of clients so far. */
  public long requests() {
    return requests.sum();
  }

  /** Requests that the front answered with an error. */
  public long failures() {
    return failures.sum();
  }
}
