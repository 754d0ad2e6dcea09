package org.sluice.core.internal.exchange;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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
import org.sluice.api.http.Attributes;
import org.sluice.api.http.Connection;
import org.sluice.api.http.Duplex;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.HandlerException;
import org.sluice.api.http.HeaderEdits;
import org.sluice.api.http.Headers;
import org.sluice.api.http.Outcome;
import org.sluice.api.http.PluginCall;
import org.sluice.api.http.Request;
import org.sluice.api.http.Response;
import org.sluice.api.http.ResponseFilter;
import org.sluice.api.http.SentHead;
import org.sluice.api.http.Subrequest;
import org.sluice.core.internal.config.RouteMatch;
import org.sluice.core.internal.config.SiteNode;
import org.sluice.core.internal.registry.Inside;
import org.sluice.core.internal.registry.PluginEntry;
import org.sluice.core.internal.registry.Registry;

/**
 * The exchange that plug-ins see, built on one transaction of the engine or of a subrequest. Holds
 * the plug-ins it uses until it has ended.
 */
public final class FrontExchange extends PluginUser implements Exchange, Consumer<Outcome> {
  private static final Logger LOG = LoggerFactory.getLogger(FrontExchange.class);

  /** Garbage that clients send is no fault of ours; a logger of its own keeps it out of the way. */
  private static final Logger PEER = LoggerFactory.getLogger("org.sluice.core.peer");

  private static final AtomicLong IDS = new AtomicLong();

  /** Tells the exchanges of this run from those of others in one log. */
  private static final String RUN = Long.toString(System.currentTimeMillis(), 36) + "-";

  /** Code of a failure that is counted against the handler, wherever it was noticed. */
  public static final String HANDLER_FAILED = "handler-failed";

  /** Internal redirects in a row; more is a loop. */
  static final int MAX_REDIRECTS = 10;

  private final Host host;
  private final Transaction transaction;
  private final FrontExchange parent;
  private final int depth;
  private final FrontExchange redirectedFrom;
  private final int redirects;
  private Request rewritten;
  private FrontExchange successor;
  private String id;
  private String path;
  private SiteNode site;
  private RouteMatch match;
  private Object snapshot;

  /** Set once; what is in it is guarded by this. */
  private volatile AttributeTable attributes;

  private List<ResponseFilter> filters;
  private List<PluginEntry> filterOwners;
  private CompletableFuture<Outcome> ended;
  private Outcome outcome;
  private boolean failing;
  private boolean handedOver;

  /** Whether a hook waits for the end. */
  private boolean hookWaits;

  private volatile Runnable onLeave;
  private Runnable anew;
  private HandlerException failure;

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

    /** Decodes and normalises the path of a target. */
    String decode(String rawPath) throws HandlerException;

    /**
     * Looks whether a response with fields that ask for a hand-off is to be dropped, and the client
     * handed over.
     *
     * @return whether it was taken over, body and all
     */
    boolean handOver(FrontExchange exchange, Response response);

    /** Runs the exchange of a subrequest or redirect through hooks and handler. */
    void run(FrontExchange exchange);

    /** Calls the handler of the exchange's route. */
    void handle(FrontExchange exchange);

    /** Finds the route once more, and goes through the hooks behind that. */
    void routeAgain(FrontExchange exchange);

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
    this.redirectedFrom = null;
    this.redirects = 0;
    host.live().add(this);
    transaction.onEnd(this);
  }

  /** The exchange that takes the place of another, which tells it of the end. */
  private FrontExchange(FrontExchange from, Transaction transaction) {
    this.host = from.host;
    this.transaction = transaction;
    this.parent = from.parent;
    this.depth = from.depth;
    this.redirectedFrom = from;
    this.redirects = from.redirects + 1;
    attribute(Attributes.REDIRECTED_FROM, from);
    host.live().add(this);
  }

  /** The wire side. */
  public Transaction transaction() {
    return transaction;
  }

  /** The exchange in whose place this one runs, or null. */
  public FrontExchange redirectedFrom() {
    return redirectedFrom;
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

  /** The hooks and guards it began with, or null. */
  public Object snapshot() {
    return snapshot;
  }

  /** Keeps the hooks and guards it begins with. */
  public void snapshot(Object newSnapshot) {
    snapshot = newSnapshot;
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
    if (id == null && redirectedFrom != null) {
      // One request of a client is one line in every log.
      id = redirectedFrom.id();
    }
    if (id == null) {
      id = RUN + Long.toString(IDS.incrementAndGet(), 36);
    }
    return id;
  }

  @Override
  public Request request() {
    Request other = rewritten;
    return other != null ? other : transaction.request();
  }

  @Override
  public void rewrite(String target) throws HandlerException {
    if (match != null) {
      throw new IllegalStateException("the route is known already: " + match.route().name());
    }
    Request now = RewrittenRequest.of(transaction.request(), target);
    path = host.decode(now.rawPath());
    rewritten = now;
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
  public Object attribute(String name) {
    Object value = null;
    if (attributes != null) {
      synchronized (this) {
        value = attributes.get(name);
      }
    }
    return value == null && name.equals(Attributes.TRACEPARENT) ? traceParent() : value;
  }

  /** Made when it is asked for, so that an exchange that nobody traces pays nothing. */
  private synchronized Object traceParent() {
    Object value = attributes == null ? null : attributes.get(Attributes.TRACEPARENT);
    if (value != null) {
      return value;
    }
    value =
        parent == null
            ? TraceParent.next(request().headers())
            : parent.attribute(Attributes.TRACEPARENT);
    attribute(Attributes.TRACEPARENT, value);
    return value;
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
      attributes = new AttributeTable();
    }
    attributes.put(name, value);
  }

  @Override
  public synchronized void filter(ResponseFilter filter) {
    if (filters == null) {
      filters = new ArrayList<>(2);
      filterOwners = new ArrayList<>(2);
    }
    filters.add(filter);
    filterOwners.add(Inside.innermost());
  }

  @Override
  public void inform(int status, Headers headers) {
    transaction.inform(
        status, HandoverFields.present(headers) ? HandoverFields.without(headers) : headers);
  }

  @Override
  public CompletionStage<Void> respond(Response given) {
    if (isRedirected()) {
      given.body().close();
      throw new IllegalStateException("the exchange was answered already: redirected");
    }
    Response response = given;
    if (HandoverFields.present(given.headers())) {
      response = HandoverFields.strip(given);
      if (parent == null && !failing && host.handOver(this, given)) {
        handedOver();
        return ended().thenAccept(how -> {});
      }
    }
    if (filters == null || failing) {
      return send(edited(response));
    }
    Response filtered = response;
    int at = filters.size() - 1;
    try {
      for (; at >= 0; at--) {
        Response next = filters.get(at).filter(this, filtered);
        filtered = Objects.requireNonNull(next, "the filter gave no response");
      }
    } catch (Throwable e) {
      filtered.body().close();
      PluginEntry owner = filterOwners.get(at);
      blame(owner);
      if (owner != null) {
        owner.failed(e);
      }
      fail(new HandlerException(500, "filter-failed", "a response filter failed: " + e, e));
      return CompletableFuture.failedStage(e);
    }
    return send(edited(filtered));
  }

  private CompletionStage<Void> send(Response response) {
    return BodyWatch.over(this, response.body(), transaction.respond(response));
  }

  /** The response with the fields that its route sets, adds and removes. */
  private Response edited(Response response) {
    Headers fields = response.headers();
    Headers edited = edited(fields);
    return edited == fields ? response : response.withHeaders(edited);
  }

  /** The fields of a response as its route has them; the same object if it changes nothing. */
  public Headers edited(Headers fields) {
    Options options = parent == null ? options() : null;
    if (options == null) {
      return fields;
    }
    HeaderEdits edits = options.view(HeaderEdits.class, HeaderEdits::ofResponses);
    if (edits.isEmpty()) {
      return fields;
    }
    return failing ? edits.applyToError(fields) : edits.apply(fields);
  }

  private synchronized void handedOver() {
    handedOver = true;
  }

  @Override
  public synchronized boolean answered() {
    return outcome != null || successor != null || failing || handedOver || transaction.answered();
  }

  @Override
  public void fail(HandlerException cause) {
    if (cause.code().equals(HANDLER_FAILED)) {
      handlerFailed(cause.getCause() == null ? cause : cause.getCause());
    }
    synchronized (this) {
      if (isOver() || successor != null) {
        LOG.debug("{}: had ended when it failed: {}", describe(), cause.getMessage());
        return;
      }
      failing = true;
      failure = cause;
    }
    tell(cause);
    if (transaction.answered()) {
      transaction.abort(cause.code());
    } else {
      host.answerFailure(this, cause);
    }
  }

  /** One line in the log: errors of ours as such, refusals at debug, peers' noise apart. */
  private void tell(HandlerException failure) {
    if (transaction.answered()) {
      LOG.warn(
          "{}: {} {} (the answer had begun: aborted)",
          describeFailure(),
          failure.code(),
          failure.getMessage());
    } else if (failure.status() >= 500 && transaction.refusal() == null) {
      LOG.error(
          "{}: {} {}", describeFailure(), failure.code(), failure.getMessage(), failure.getCause());
    } else {
      Logger log = transaction.refusal() == null ? LOG : PEER;
      if (log.isDebugEnabled()) {
        log.debug("{}: {} {}", describe(), failure.code(), failure.getMessage());
      }
    }
  }

  @Override
  public String describe() {
    return describe(culprits());
  }

  @Override
  public SentHead sent() {
    return transaction.sent();
  }

  @Override
  public synchronized HandlerException failure() {
    return failure;
  }

  @Override
  public void abort(String reason) {
    transaction.abort(reason);
  }

  @Override
  public CompletionStage<Duplex> upgrade(Response response) {
    if (isRedirected()) {
      throw new IllegalStateException("the exchange was answered already: redirected");
    }
    return transaction.upgrade(edited(response));
  }

  @Override
  public CompletionStage<Response> subrequest(Subrequest subrequest) {
    return InnerTransaction.run(host, this, subrequest);
  }

  @Override
  public void redirect(String target, Headers fields) {
    FrontExchange next = null;
    boolean over;
    Request outer = request();
    Headers kept = HandoverFields.present(fields) ? HandoverFields.without(fields) : fields;
    synchronized (this) {
      over = outcome != null;
      if (successor != null || failing || transaction.answered()) {
        throw new IllegalStateException("the exchange was answered already");
      }
      if (!over && redirects < MAX_REDIRECTS) {
        Request inner = RedirectedRequest.of(outer, target);
        next = new FrontExchange(this, new RedirectedTransaction(transaction, inner, kept));
        successor = next;
      }
    }
    outer.body().close();
    if (over) {
      return;
    }
    if (next == null) {
      fail(
          new HandlerException(
              500, "redirect-loop", "more than " + MAX_REDIRECTS + " internal redirects"));
      return;
    }
    FrontExchange begun = next;
    begun.attribute(Attributes.TRACEPARENT, attribute(Attributes.TRACEPARENT));
    attribute(Attributes.REDIRECTED_TO, begun);
    resume(
        () -> {
          // Who redirected is done, and its filters will not be asked: neither waits for the other.
          letHandlerGo();
          if (!hookWaits()) {
            letHooksGo();
          }
          host.run(begun);
        });
  }

  private synchronized boolean isRedirected() {
    return successor != null;
  }

  @Override
  public <P, R> CompletionStage<R> call(Class<P> kind, String name, PluginCall<P, R> work) {
    return new NamedCall<>(this, host.registry(), kind, name, work).run();
  }

  @Override
  public void whenPluginLeaves(Runnable action) {
    onLeave = action;
    if (usesWithdrawn()) {
      // It was told before somebody listened.
      resume(this::pluginLeaves);
    }
  }

  /** How the request is handled if it starts over; without it, by the handler of its route. */
  public void anew(Runnable handling) {
    anew = handling;
  }

  @Override
  public boolean startOver() {
    boolean filtered;
    synchronized (this) {
      if (outcome != null || failing || successor != null || transaction.answered()) {
        return false;
      }
      filtered = filters != null;
      filters = null;
      filterOwners = null;
    }
    onLeave = null;
    letHandlerGo();
    hooksDone();
    Runnable again = filtered ? () -> host.routeAgain(this) : () -> host.handle(this);
    // A response that asked for a hand-off has passed the filters' turn.
    resume(anew == null ? again : anew);
    return true;
  }

  /** A plug-in that this uses is to leave. */
  void pluginLeaves() {
    Runnable action = onLeave;
    if (action == null) {
      return;
    }
    try {
      action.run();
    } catch (RuntimeException e) {
      LOG.warn("{}: could not end before a plug-in leaves", describe(), e);
    }
  }

  @Override
  public void release(Class<?> kind, String name) {
    letGo(kind, name);
  }

  /** Goes on on the event loop; a loop that has ended has no exchange to go on with. */
  public void resume(Runnable task) {
    try {
      loop().execute(task);
    } catch (RejectedExecutionException e) {
      LOG.debug("{}: its event loop has ended", describe());
    }
  }

  /**
   * The hooks have done their part. They are let go now, so that a download that lasts for hours
   * does not end when one of them is replaced; unless one has left something behind that runs
   * later.
   */
  public void hooksDone() {
    if (!hookWaits() && !isFiltered()) {
      letHooksGo();
    }
  }

  private synchronized boolean isFiltered() {
    return filters != null;
  }

  /** Known when the handler is called, who may wait for the end, too. */
  private synchronized boolean hookWaits() {
    if (!isHandled()) {
      hookWaits = ended != null;
    }
    return hookWaits;
  }

  @Override
  public <T> T capability(Class<T> type) {
    return isRedirected() ? null : transaction.capability(type);
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
        ended =
            outcome == null
                ? new CompletableFuture<>()
                : CompletableFuture.completedFuture(outcome);
      }
      return ended;
    }
  }

  /** The transaction has ended: tell, then let the plug-ins go. */
  @Override
  public void accept(Outcome how) {
    CompletableFuture<Outcome> waiting;
    FrontExchange next;
    synchronized (this) {
      outcome = how;
      waiting = ended;
      next = successor;
    }
    // Before the hooks of phase done: what handlers find out at the end is there for them.
    if (next != null) {
      next.accept(how);
    }
    if (waiting != null) {
      waiting.complete(how);
    }
    host.ended(this, how);
    letGo();
    host.live().remove(this);
  }
}
