package org.sluice.core.internal.dispatch;

import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.api.config.Options;
import org.sluice.api.engine.Refusal;
import org.sluice.api.engine.Transaction;
import org.sluice.api.handler.Handler;
import org.sluice.api.handler.Handover;
import org.sluice.api.handler.HandoverAsked;
import org.sluice.api.hook.Phase;
import org.sluice.api.http.HandlerException;
import org.sluice.api.http.Outcome;
import org.sluice.api.http.Response;
import org.sluice.core.internal.config.RouteMatch;
import org.sluice.core.internal.config.RouteNode;
import org.sluice.core.internal.config.SiteNode;
import org.sluice.core.internal.config.SiteTable;
import org.sluice.core.internal.exchange.FrontExchange;
import org.sluice.core.internal.exchange.LiveExchanges;
import org.sluice.core.internal.registry.Inside;
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

  /** Index of routing in {@link #STEPS}. */
  private static final int ROUTE = 2;

  private static final String HANDLER = "org.sluice.api.handler.Handler";

  private final Registry registry;
  private final Guards guards;
  private final Executor workers;
  private final Options nothing;
  private final LiveExchanges live = new LiveExchanges();
  private final LongAdder requests = new LongAdder();
  private final LongAdder failures = new LongAdder();
  private final HookChain.Resume goOn = this::advance;
  private volatile HookChain hooks = HookChain.EMPTY;
  private volatile Function<List<PluginEntry>, Set<String>> enforced = all -> Set.of();
  private List<PluginEntry> chained = List.of();

  /**
   * A front without listeners: {@link #accept} is how requests reach it.
   *
   * @param timer runs the deadlines of requests that wait for a guard
   * @param nothing options for exchanges that belong to no site
   */
  public Front(
      Registry registry, ScheduledExecutorService timer, Executor workers, Options nothing) {
    this.registry = registry;
    this.guards = new Guards(timer, registry::holdNanos);
    this.workers = workers;
    this.nothing = nothing;
    registry.leaving(live::tell, live::abort);
    registry.onChange(this::refresh);
  }

  /**
   * Sets what tells the plug-ins whose guarding options a set of hooks enforces. Asked with each
   * new snapshot, so that hooks and guards always change together.
   */
  public void enforcedBy(Function<List<PluginEntry>, Set<String>> newEnforced) {
    enforced = newEnforced;
    refresh();
  }

  /** Publishes a new snapshot of hooks and guards if either has changed. */
  public synchronized void refresh() {
    List<PluginEntry> all = registry.all(HOOK);
    Set<String> owners = enforced.apply(all);
    HookChain before = hooks;
    if (all == chained && owners.equals(before.guards())) {
      return;
    }
    HookChain now = new HookChain(all, owners);
    if (all != chained) {
      now.cycles().forEach(cycle -> LOG.error("{}", cycle));
    }
    chained = all;
    guards.leave(before, now);
    hooks = now;
    before.replaced();
    guards.published(now);
  }

  /** The hooks of a phase in the order of their calls, as of now. */
  public List<PluginEntry> hooks(Phase phase) {
    return hooks.hooks(phase);
  }

  /** Plug-ins whose guarding options are enforced now. */
  public Set<String> guards() {
    return hooks.guards();
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
    HookChain chain = inherited(exchange);
    if (path.charAt(0) == '*') {
      // RFC 9110 section 9.3.7: OPTIONS * asks of the server, not of a resource: a ping.
      exchange.respond(Response.of(200));
      return;
    }
    if (!chain.isPassive()) {
      advance(chain, exchange, exchange.parent() == null ? 0 : 1, 0);
    } else if (route(chain, exchange)) {
      toHandler(exchange);
    }
  }

  /**
   * The snapshot for an exchange; a page's own while it lasts, so that what it includes is not
   * judged by hooks that came or went in the middle of it.
   */
  private HookChain inherited(FrontExchange exchange) throws HandlerException {
    FrontExchange parent = exchange.parent();
    HookChain chain =
        parent != null
                && parent.snapshot() instanceof HookChain kept
                && !kept.isPassive()
                && kept.takenBy(exchange)
            ? kept
            : take(exchange);
    exchange.snapshot(chain);
    return chain;
  }

  /** The snapshot for an exchange. A newer one may replace it before it is taken. */
  private HookChain take(FrontExchange exchange) throws HandlerException {
    HookChain chain = hooks;
    while (!chain.takenBy(exchange)) {
      HookChain newer = hooks;
      if (newer == chain) {
        throw new HandlerException(503, "hooks-left", "a hook left meanwhile", null, 1);
      }
      chain = newer;
    }
    return chain;
  }

  /** Goes through the steps from {@code step}, whose hooks before {@code hook} have run already. */
  private void advance(HookChain chain, FrontExchange exchange, int step, int hook)
      throws HandlerException {
    int from = hook;
    for (int i = step; i < STEPS.length; i++) {
      if (i == ROUTE) {
        if (!route(chain, exchange)) {
          return;
        }
      } else if (!chain.run(STEPS[i], i, from, exchange, goOn)) {
        return;
      }
      from = 0;
    }
    toHandler(exchange);
  }

  /** False when the request waits for a guard and goes on later. */
  private boolean route(HookChain chain, FrontExchange exchange) throws HandlerException {
    SiteNode site = exchange.site();
    RouteMatch match = servletMatch(exchange, site);
    if (match == null) {
      match = site.match(exchange.path());
      exchange.routed(site, exchange.path(), match);
    }
    if (match == null || match.route().excluded()) {
      throw new HandlerException(404, "no-route", "no route matches the path");
    }
    RouteNode route = match.route();
    if (route.unavailable() != null) {
      throw new HandlerException(503, "route-unavailable", route.unavailable(), null, 10);
    }
    String guard = Guards.missing(route, chain);
    if (guard != null) {
      await(guard, exchange, route);
      return false;
    }
    exchange.transaction().limits(route.limits());
    long most = route.limits().body();
    if (most > 0 && exchange.request().body().length() > most) {
      // RFC 9110 section 15.5.14: before anybody reads it, or lets the client send it.
      throw new HandlerException(
          413, "request-body", "the request body is larger than " + most + " bytes");
    }
    return true;
  }

  /**
   * A guard is not there: wait for it if it may come back at once, else refuse. Other hooks are let
   * go: those of the bundle that is replaced would wait for this, and the guard for them.
   */
  private void await(String guard, FrontExchange exchange, RouteNode route)
      throws HandlerException {
    exchange.hooksDone();
    Runnable again = () -> exchange.resume(() -> routeAgain(exchange));
    if (guards.hold(guard, again)) {
      return;
    }
    // It may have come back between the look and the wait.
    if (!hooks.enforces(guard)) {
      throw Guards.refusal(route, guard);
    }
    again.run();
  }

  @Override
  public void routeAgain(FrontExchange exchange) {
    if (exchange.isOver()) {
      return;
    }
    try {
      HookChain chain = take(exchange);
      exchange.snapshot(chain);
      advance(chain, exchange, ROUTE, 0);
    } catch (HandlerException e) {
      exchange.fail(e);
    } catch (RuntimeException e) {
      exchange.fail(new HandlerException(500, "core", "the core failed: " + e, e));
    }
  }

  /**
   * The match of a route with {@code mapping=servlet}, before which path parameters count as absent
   * ({@code /admin;x/} is {@code /admin/}); the exchange's path is then the one without them, so
   * that hooks judge what the servlet container will see. Null for any other.
   */
  private static RouteMatch servletMatch(FrontExchange exchange, SiteNode site) {
    String raw = exchange.request().rawPath();
    if (raw.indexOf(';') < 0) {
      return null;
    }
    String path;
    try {
      path = RequestPath.decode(RequestPath.withoutParameters(raw));
    } catch (HandlerException aboveTheRoot) {
      return null;
    }
    RouteMatch match = site.match(path);
    boolean servlet =
        match != null
            && match.route().target() != null
            && match.route().options().text("mapping").equals("servlet");
    if (!servlet) {
      return null;
    }
    exchange.routed(site, path, match);
    return match;
  }

  @Override
  public void handle(FrontExchange exchange) {
    try {
      toHandler(exchange);
    } catch (HandlerException e) {
      exchange.fail(e);
    }
  }

  private void toHandler(FrontExchange exchange) throws HandlerException {
    exchange.hooksDone();
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
    exchange.handledBy(entry);
    Inside inside = Inside.enter(entry);
    try {
      ((Handler) entry.service()).handle(exchange, exchange.options());
    } catch (HandlerException e) {
      throw e;
    } catch (Throwable e) {
      // Of a plug-in anything: a StackOverflowError costs this exchange, too, and is counted.
      throw new HandlerException(
          500, FrontExchange.HANDLER_FAILED, entry.origin() + " failed: " + e, e);
    } finally {
      inside.leave();
    }
  }

  @Override
  public void run(FrontExchange exchange) {
    try {
      FrontExchange from = exchange.redirectedFrom();
      SiteNode site = from == null ? exchange.parent().site() : from.site();
      exchange.routed(site, null, null);
      begin(exchange, site);
    } catch (HandlerException e) {
      exchange.fail(e);
    } catch (RuntimeException e) {
      exchange.fail(new HandlerException(500, "core", "the core failed: " + e, e));
    }
  }

  @Override
  public String decode(String rawPath) throws HandlerException {
    return RequestPath.decode(rawPath);
  }

  @Override
  public boolean handOver(FrontExchange exchange, Response response) {
    HandoverAsked asked;
    try {
      asked = HandoverRequest.read(exchange, response.headers());
    } catch (HandlerException e) {
      response.body().close();
      exchange.fail(e);
      return true;
    }
    if (asked == null) {
      return false;
    }
    PluginEntry entry = registry.acquire(HANDOVER, "handoff");
    if (entry == null) {
      return awaitHandover(exchange, asked, response);
    }
    exchange.use(entry);
    if (!((Handover) entry.service()).permits(exchange, asked)) {
      return false;
    }
    response.body().close();
    exchange.replaceHandler();
    exchange.anew(() -> handOverAnew(exchange, asked));
    exchange.resume(() -> handOver(entry, exchange, asked));
    return true;
  }

  /**
   * Who hands over is not there, perhaps for a moment. The response means nothing without it, if
   * the site has such receivers.
   */
  private boolean awaitHandover(FrontExchange exchange, HandoverAsked asked, Response response) {
    if (asked.receiver() == null && exchange.options().list("handoff.allowed").isEmpty()) {
      return false;
    }
    response.body().close();
    exchange.anew(() -> handOverAnew(exchange, asked));
    exchange.resume(() -> handOverAnew(exchange, asked));
    return true;
  }

  private void handOverAnew(FrontExchange exchange, HandoverAsked asked) {
    PluginEntry entry = registry.acquire(HANDOVER, "handoff");
    boolean waits =
        entry == null
            && registry.hold(
                HANDOVER, "handoff", late -> exchange.resume(() -> arrived(late, exchange, asked)));
    if (!waits) {
      arrived(entry, exchange, asked);
    }
  }

  private static void arrived(PluginEntry late, FrontExchange exchange, HandoverAsked asked) {
    if (late == null) {
      exchange.fail(
          new HandlerException(
              503, "handover", "what hands clients over (org.sluice.fdpass) is gone", null, 1));
      return;
    }
    exchange.use(late);
    exchange.replaceHandler();
    if (((Handover) late.service()).permits(exchange, asked)) {
      handOver(late, exchange, asked);
    } else {
      exchange.fail(new HandlerException(503, "handover", "it is not allowed any more", null, 1));
    }
  }

  private static void handOver(PluginEntry entry, FrontExchange exchange, HandoverAsked asked) {
    Inside inside = Inside.enter(entry);
    try {
      ((Handover) entry.service()).handOver(exchange, asked);
    } catch (HandlerException e) {
      exchange.fail(e);
    } catch (Throwable e) {
      entry.failed(e);
      exchange.fail(new HandlerException(500, "handover", entry.origin() + " failed: " + e, e));
    } finally {
      inside.leave();
    }
  }

  @Override
  public void answerFailure(FrontExchange exchange, HandlerException failure) {
    failures.increment();
    Options options = exchange.options();
    boolean own = exchange.parent() == null && exchange.transaction().refusal() == null;
    String page = own && options != null ? ErrorPages.page(options, failure.status()) : null;
    if (page == null) {
      respond(exchange, ErrorAnswer.of(exchange, failure));
      return;
    }
    exchange
        .subrequest(ErrorPages.request(page, exchange, failure))
        .whenComplete(
            (response, problem) ->
                respond(exchange, ErrorPages.answer(exchange, failure, page, response, problem)));
  }

  private static void respond(FrontExchange exchange, Response response) {
    try {
      exchange.respond(response);
    } catch (IllegalStateException e) {
      LOG.debug("{}: was answered meanwhile", exchange.describe());
    }
  }

  @Override
  public void ended(FrontExchange exchange, Outcome outcome) {
    if (exchange.parent() == null && exchange.redirectedFrom() == null) {
      Options options = exchange.options();
      hooks.done(exchange, options == null ? nothing : options);
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
