package org.sluice.core.internal.exchange;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.api.config.Options;
import org.sluice.api.engine.Transaction;
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
import org.sluice.core.internal.config.RouteMatch;
import org.sluice.core.internal.config.SiteNode;
import org.sluice.core.internal.registry.PluginEntry;
import org.sluice.core.internal.registry.Registry;

/**
 * The exchange that plug-ins see, built on one transaction of the engine or of a subrequest. Holds
 * the plug-ins it uses until it has ended.
 */
public final class FrontExchange implements Exchange, Consumer<Outcome> {
  private static final Logger LOG = LoggerFactory.getLogger(FrontExchange.class);
  private static final AtomicLong IDS = new AtomicLong();

  private final Host host;
  private final Transaction transaction;
  private final FrontExchange parent;
  private final int depth;
  private String id;
  private String path;
  private SiteNode site;
  private RouteMatch match;
  private Map<String, Object> attributes;
  private List<ResponseFilter> filters;
  private CompletableFuture<Outcome> ended;
  private Outcome outcome;
  private PluginEntry handler;
  private List<PluginEntry> uses;
  private boolean finished;
  private boolean failing;

  /** Neighbours in the list of live exchanges; guarded by {@link #live}. */
  FrontExchange before;

  FrontExchange after;
  LiveExchanges.Stripe live;

  /** What an exchange needs of the front. */
  public interface Host {
    /** Plug-ins. */
    Registry registry();

    /** The pool for blocking work. */
    Executor workers();

    /** Builds the answer for a failure; may take time, see {@link ErrorAnswer}. */
    void answerFailure(FrontExchange exchange, HandlerException failure);

    /**
     * Looks whether a response with fields that ask for a hand-off is to be dropped, and the client
     * handed over.
     *
     * @return whether it was taken over, body and all
     */
    boolean handOver(FrontExchange exchange, Response response);

    /** Runs a subrequest's exchange through hooks and handler. */
    void run(FrontExchange exchange);

    /** Called once on the loop when an exchange has ended and before its plug-ins are let go. */
    void ended(FrontExchange exchange, Outcome outcome);

    /** Every exchange that has not ended. */
    LiveExchanges live();
  }

  /** An exchange of a client. */
  public FrontExchange(Host host, Transaction transaction) {
    this(host, transaction, null);
  }

  FrontExchange(Host host, Transaction transaction, FrontExchange parent) {
    this.host = host;
    this.transaction = transaction;
    this.parent = parent;
    this.depth = parent == null ? 0 : parent.depth + 1;
    host.live().add(this);
    transaction.onEnd(this);
  }

  /** The wire side. */
  public Transaction transaction() {
    return transaction;
  }

  /** How deep subrequests are nested; 0 for a client's exchange. */
  public int depth() {
    return depth;
  }

  /** Sets what routing found; any argument may be null. */
  public void routed(SiteNode newSite, String newPath, RouteMatch newMatch) {
    site = newSite;
    path = newPath;
    match = newMatch;
  }

  /** Options of the route, before routing those of the site; null without a site. */
  public Options options() {
    if (match != null) {
      return match.route().options();
    }
    return site == null ? null : site.options();
  }

  @Override
  public String id() {
    if (id == null) {
      id = Long.toString(IDS.incrementAndGet(), 36);
    }
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
  public SiteNode site() {
    return site;
  }

  @Override
  public RouteMatch match() {
    return match;
  }

  @Override
  public String path() {
    return path;
  }

  @Override
  public FrontExchange parent() {
    return parent;
  }

  @Override
  public synchronized Object attribute(String name) {
    return attributes == null ? null : attributes.get(name);
  }

  @Override
  public synchronized void attribute(String name, Object value) {
    if (value == null) {
      if (attributes != null) {
        attributes.remove(name);
      }
      return;
    }
    if (attributes == null) {
      attributes = new HashMap<>();
    }
    attributes.put(name, value);
  }

  @Override
  public synchronized void filter(ResponseFilter filter) {
    if (filters == null) {
      filters = new ArrayList<>(2);
    }
    filters.add(filter);
  }

  @Override
  public void inform(int status, Headers headers) {
    transaction.inform(
        status, HandoverFields.present(headers) ? HandoverFields.without(headers) : headers);
  }

  @Override
  public CompletionStage<Void> respond(Response given) {
    Response response = given;
    if (HandoverFields.present(given.headers())) {
      response = HandoverFields.strip(given);
      if (parent == null && !failing && host.handOver(this, given)) {
        return ended().thenAccept(how -> {});
      }
    }
    if (filters == null || failing) {
      return transaction.respond(response);
    }
    Response filtered = response;
    try {
      for (int i = filters.size() - 1; i >= 0; i--) {
        filtered = filters.get(i).filter(this, filtered);
      }
    } catch (RuntimeException e) {
      filtered.body().close();
      fail(new HandlerException(500, "filter-failed", "a response filter failed: " + e, e));
      return CompletableFuture.failedStage(e);
    }
    return transaction.respond(filtered);
  }

  @Override
  public void fail(HandlerException failure) {
    synchronized (this) {
      if (finished) {
        LOG.debug("exchange {} had ended when it failed: {}", id(), failure.getMessage());
        return;
      }
      failing = true;
    }
    if (transaction.answered()) {
      LOG.warn("{}: {} (the answer had begun: aborted)", describe(), failure.getMessage());
      transaction.abort(failure.code());
      return;
    }
    if (failure.status() >= 500) {
      LOG.error("{}: {} {}", describe(), failure.code(), failure.getMessage(), failure.getCause());
    } else {
      LOG.debug("{}: {} {}", describe(), failure.code(), failure.getMessage());
    }
    host.answerFailure(this, failure);
  }

  /** Exchange id, client and route for one line of the log. */
  private String describe() {
    return "exchange "
        + id()
        + " client "
        + connection().remote().getAddress().getHostAddress()
        + " route "
        + (match == null ? "-" : match.route().name());
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
    return InnerTransaction.run(host, this, subrequest);
  }

  @Override
  public <P, R> CompletionStage<R> call(Class<P> kind, String name, PluginCall<P, R> work) {
    PluginEntry entry = host.registry().acquire(kind.getName(), name);
    if (entry != null) {
      return invoke(entry, kind, work);
    }
    CompletableFuture<R> result = new CompletableFuture<>();
    boolean waits =
        host.registry()
            .hold(
                kind.getName(),
                name,
                late -> resume(() -> complete(late, kind, name, work, result)));
    return waits ? result : CompletableFuture.failedStage(missing(kind, name));
  }

  /** Goes on on the event loop; a loop that has ended has no exchange to go on with. */
  public void resume(Runnable task) {
    try {
      loop().execute(task);
    } catch (RejectedExecutionException e) {
      LOG.debug("exchange {}: its event loop has ended", id());
    }
  }

  private <P, R> void complete(
      PluginEntry entry,
      Class<P> kind,
      String name,
      PluginCall<P, R> work,
      CompletableFuture<R> to) {
    CompletionStage<R> stage =
        entry == null
            ? CompletableFuture.failedStage(missing(kind, name))
            : invoke(entry, kind, work);
    stage.whenComplete(
        (value, failure) -> {
          if (failure == null) {
            to.complete(value);
          } else {
            to.completeExceptionally(failure);
          }
        });
  }

  private HandlerException missing(Class<?> kind, String name) {
    Registry registry = host.registry();
    return new PluginMissingException(
        registry.missingStatus(kind.getName()), registry.kindName(kind.getName()), name);
  }

  /** The one boundary at which a called plug-in's exceptions are judged. */
  private <P, R> CompletionStage<R> invoke(
      PluginEntry entry, Class<P> kind, PluginCall<P, R> work) {
    use(entry);
    Registry.enter(entry);
    try {
      return CompletableFuture.completedStage(work.with(kind.cast(entry.service())));
    } catch (HandlerException e) {
      return CompletableFuture.failedStage(e);
    } catch (RuntimeException | LinkageError e) {
      entry.failed(e);
      return CompletableFuture.failedStage(
          new HandlerException(500, "plugin-failed", entry.origin() + " failed: " + e, e));
    } finally {
      Registry.leave();
    }
  }

  /** Keeps a plug-in that was taken until the exchange has ended. */
  public void use(PluginEntry entry) {
    synchronized (this) {
      if (!finished) {
        if (handler == null) {
          handler = entry;
        } else {
          if (uses == null) {
            uses = new ArrayList<>(4);
          }
          uses.add(entry);
        }
        return;
      }
    }
    entry.release();
  }

  synchronized boolean uses(PluginEntry entry) {
    return handler == entry || (uses != null && uses.contains(entry));
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
    return host.workers();
  }

  @Override
  public CompletionStage<Outcome> ended() {
    synchronized (this) {
      if (ended == null) {
        ended = new CompletableFuture<>();
        if (outcome != null) {
          ended.complete(outcome);
        }
      }
      return ended;
    }
  }

  /** The transaction has ended: tell, then let the plug-ins go. */
  @Override
  public void accept(Outcome how) {
    synchronized (this) {
      outcome = how;
    }
    host.ended(this, how);
    CompletableFuture<Outcome> waiting;
    synchronized (this) {
      waiting = ended;
      finished = true;
    }
    if (waiting != null) {
      waiting.complete(how);
    }
    if (handler != null) {
      handler.release();
    }
    if (uses != null) {
      uses.forEach(PluginEntry::release);
    }
    host.live().remove(this);
  }
}
