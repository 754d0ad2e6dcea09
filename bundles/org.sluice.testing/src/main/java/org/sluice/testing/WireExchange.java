package org.sluice.testing;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicInteger;
import org.sluice.api.engine.Transaction;
import org.sluice.api.http.Body;
import org.sluice.api.http.Connection;
import org.sluice.api.http.Duplex;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.HandlerException;
import org.sluice.api.http.Headers;
import org.sluice.api.http.Outcome;
import org.sluice.api.http.PluginCall;
import org.sluice.api.http.PluginMissingException;
import org.sluice.api.http.Request;
import org.sluice.api.http.Response;
import org.sluice.api.http.ResponseFilter;
import org.sluice.api.http.Subrequest;
import org.sluice.api.route.Match;
import org.sluice.api.route.Route;
import org.sluice.api.route.Site;

/**
 * An exchange on a real engine's transaction without a core: plug-ins come from a map, failures
 * have no page, the last filter wins. Used as its transaction is.
 */
public final class WireExchange implements Exchange {
  private static final AtomicInteger IDS = new AtomicInteger();

  private final Transaction transaction;
  private final Route route;
  private final Map<String, Object> plugins;
  private final String id = Integer.toString(IDS.incrementAndGet());
  private final CompletableFuture<Outcome> ended = new CompletableFuture<>();

  private final Map<String, Object> attributes = new ConcurrentHashMap<>();

  private volatile ResponseFilter filter;
  private volatile HandlerException failure;
  private volatile Runnable onLeave = () -> {};
  private volatile Runnable anew;

  /**
   * An exchange.
   *
   * @param plugins by the simple name of their contract, a blank and their name, for example {@code
   *     Flusher raw}; may change while the exchange lives
   */
  public WireExchange(Transaction transaction, Route route, Map<String, Object> plugins) {
    this.transaction = transaction;
    this.route = route;
    this.plugins = plugins;
    transaction.onEnd(ended::complete);
  }

  /** Why it failed, or null. */
  public HandlerException failure() {
    return failure;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public Request request() {
    return transaction.request();
  }

  @Override
  public Connection connection() {
    return transaction.connection();
  }

  @Override
  public Site site() {
    return route.site();
  }

  @Override
  public Match match() {
    return new Match() {
      @Override
      public Route route() {
        return route;
      }

      @Override
      public String rest() {
        return path().substring(Math.min(path().length(), route.mappedPath().length()));
      }

      @Override
      public String group(int index) {
        return null;
      }
    };
  }

  @Override
  public String path() {
    return request().rawPath();
  }

  @Override
  public Exchange parent() {
    return null;
  }

  @Override
  public Object attribute(String name) {
    return attributes.get(name);
  }

  @Override
  public void attribute(String name, Object value) {
    if (value == null) {
      attributes.remove(name);
    } else {
      attributes.put(name, value);
    }
  }

  @Override
  public void filter(ResponseFilter newFilter) {
    filter = newFilter;
  }

  @Override
  public void inform(int status, Headers headers) {
    transaction.inform(status, headers);
  }

  @Override
  public CompletionStage<Void> respond(Response response) {
    ResponseFilter last = filter;
    return transaction.respond(last == null ? response : last.filter(this, response));
  }

  @Override
  public void fail(HandlerException e) {
    failure = e;
    if (transaction.answered()) {
      transaction.abort(e.code());
    } else {
      transaction.respond(Response.of(e.status()).withBody(Body.of(e.code())));
    }
  }

  @Override
  public boolean answered() {
    return ended.isDone() || transaction.answered();
  }

  @Override
  public void abort(String reason) {
    transaction.abort(reason);
  }

  @Override
  public CompletionStage<Duplex> upgrade(Response response) {
    return transaction.upgrade(response);
  }

  @Override
  public CompletionStage<Response> subrequest(Subrequest subrequest) {
    return CompletableFuture.failedFuture(
        new HandlerException(500, "no-core", "subrequests need a core, and there is none"));
  }

  @Override
  public void redirect(String target, Headers fields) {
    fail(new HandlerException(500, "no-core", "redirects need a core, and there is none"));
  }

  @Override
  public void rewrite(String target) {
    fail(new HandlerException(500, "no-core", "paths are routed by a core, and there is none"));
  }

  @Override
  public <P, R> CompletionStage<R> call(Class<P> kind, String name, PluginCall<P, R> work) {
    Object plugin = plugins.get(kind.getSimpleName() + " " + name);
    if (plugin == null) {
      return CompletableFuture.failedStage(
          new PluginMissingException(500, kind.getSimpleName(), name));
    }
    try {
      return CompletableFuture.completedStage(work.with(kind.cast(plugin)));
    } catch (HandlerException e) {
      return CompletableFuture.failedStage(e);
    }
  }

  @Override
  public void whenPluginLeaves(Runnable action) {
    onLeave = action;
  }

  /** As if a plug-in that the exchange uses were to leave. */
  public void pluginLeaves() {
    onLeave.run();
  }

  /** What {@link #startOver} does, on the loop; without it this exchange cannot do so. */
  public void anew(Runnable handling) {
    anew = handling;
  }

  @Override
  public boolean startOver() {
    if (anew != null) {
      loop().execute(anew);
    }
    return anew != null;
  }

  @Override
  public <T> T capability(Class<T> type) {
    return transaction.capability(type);
  }

  @Override
  public Executor loop() {
    return transaction.loop();
  }

  @Override
  public Executor workers() {
    return ForkJoinPool.commonPool();
  }

  @Override
  public CompletionStage<Outcome> ended() {
    return ended;
  }
}
