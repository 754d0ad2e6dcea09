package org.sluice.backend.internal;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
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
 * An exchange on the real engine without a core: plug-ins come from a map, failures have no page.
 */
final class WireExchange implements Exchange {
  private final Transaction transaction;
  private final Route route;
  private final Map<String, Object> plugins;
  private final Map<String, Object> attributes = new ConcurrentHashMap<>();
  private ResponseFilter filter;
  private final CompletableFuture<Outcome> ended = new CompletableFuture<>();

  /** Why it failed, or null. */
  volatile HandlerException failure;

  WireExchange(Transaction transaction, Route route, Map<String, Object> plugins) {
    this.transaction = transaction;
    this.route = route;
    this.plugins = plugins;
    transaction.onEnd(ended::complete);
  }

  @Override
  public String id() {
    return "x";
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
        return path().substring(route.mappedPath().length());
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
    return transaction.respond(filter == null ? response : filter.filter(this, response));
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
  public void abort(String reason) {
    transaction.abort(reason);
  }

  @Override
  public CompletionStage<Duplex> upgrade(Response response) {
    return transaction.upgrade(response);
  }

  @Override
  public CompletionStage<Response> subrequest(Subrequest subrequest) {
    throw new UnsupportedOperationException();
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

  @Override
  public void redirect(String target, Headers fields) {
    throw new AssertionError("nothing is redirected here");
  }

  @Override
  public void rewrite(String target) {
    throw new AssertionError("nothing is rewritten here");
  }
}
