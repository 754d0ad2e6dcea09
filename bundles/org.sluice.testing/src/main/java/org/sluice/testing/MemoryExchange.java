package org.sluice.testing;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.sluice.api.handler.PluginKind;
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
import org.sluice.api.route.Site;
import org.sluice.handoff.api.SocketSource;

/**
 * An exchange without server and core: gives a plug-in what the test described and records what the
 * plug-in did with it. It keeps the contract as the front does and notes where the plug-in does not
 * ({@link #violations()}).
 *
 * <pre>{@code
 * MemoryExchange exchange = MemoryExchange.get("/hello").build();
 * handler.handle(exchange, MapOptions.of());
 * assertEquals(200, exchange.status());
 * assertEquals("hello\n", exchange.bodyText());
 * }</pre>
 *
 * <p>It is longer than other classes because it stands for the whole contract of an exchange.
 */
public final class MemoryExchange implements Exchange {
  /** How the exchange was answered. */
  public enum Answer {
    /** Not yet. */
    NONE,
    /** With {@link Exchange#respond}. */
    RESPONSE,
    /** With {@link Exchange#fail}. */
    FAILURE,
    /** With {@link Exchange#abort}. */
    ABORT,
    /** With {@link Exchange#upgrade}. */
    UPGRADE,
    /** With {@link Exchange#redirect}. */
    REDIRECT,
    /** By taking the client's socket. */
    SOCKET
  }

  /**
   * An interim response.
   *
   * @param status its status
   * @param headers its fields
   */
  public record Informed(int status, Headers headers) {}

  /**
   * An internal redirect.
   *
   * @param target as given
   * @param fields as given
   */
  public record Redirect(String target, Headers fields) {}

  private final MemoryExchangeBuilder plan;
  private volatile Request request;
  private volatile String path;
  private final Match match;
  private final Map<String, Object> attributes = new ConcurrentHashMap<>();
  private final Deque<ResponseFilter> filters = new ArrayDeque<>();
  private final List<Informed> informed = Collections.synchronizedList(new ArrayList<>());
  private final List<Subrequest> subrequests = Collections.synchronizedList(new ArrayList<>());
  private final List<String> violations = Collections.synchronizedList(new ArrayList<>());
  private final CompletableFuture<Outcome> ended = new CompletableFuture<>();
  private final long start = System.nanoTime();
  private Answer answer = Answer.NONE;
  private Response response;
  private BodyPuller puller;
  private HandlerException failure;
  private String abortReason;
  private Redirect redirect;
  private MemoryDuplex duplex;
  private boolean clientGone;
  private boolean over;

  MemoryExchange(MemoryExchangeBuilder plan) {
    this.plan = plan;
    request =
        MemoryRequest.of(
            plan.method, plan.target, plan.minorVersion, plan.headers.build(), plan.body);
    path = plan.path != null ? plan.path : MemoryRequest.decode(request.rawPath());
    match = plan.route == null ? null : MemoryMatch.of(plan.route, path, plan.groups);
    if (plan.socket != null) {
      plan.socket.attach(this);
      plan.capabilities.put(SocketSource.class, new Source());
    }
  }

  /** A request of that method and target. */
  public static MemoryExchangeBuilder of(String method, String target) {
    return new MemoryExchangeBuilder(method, target);
  }

  /** A {@code GET} of that target. */
  public static MemoryExchangeBuilder get(String target) {
    return of("GET", target);
  }

  // What the plug-in sees

  @Override
  public String id() {
    return plan.id;
  }

  @Override
  public Request request() {
    return request;
  }

  @Override
  public Connection connection() {
    return plan.connection;
  }

  @Override
  public Site site() {
    return plan.site;
  }

  @Override
  public Match match() {
    return match;
  }

  @Override
  public String path() {
    return path;
  }

  @Override
  public Exchange parent() {
    return plan.parent;
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
  public synchronized void filter(ResponseFilter filter) {
    filters.push(filter);
  }

  @Override
  public void inform(int status, Headers headers) {
    if (status < 100 || status > 199 || status == 101) {
      throw new IllegalArgumentException("status must be 100 to 199 but 101: " + status);
    }
    if (plan.minorVersion > 0 && answer() == Answer.NONE) {
      informed.add(new Informed(status, headers));
    }
  }

  @Override
  public CompletionStage<Void> respond(Response given) {
    claim(given);
    Response filtered = given;
    try {
      for (ResponseFilter filter : filters) {
        filtered = filter.filter(this, filtered);
      }
    } catch (RuntimeException e) {
      filtered.body().close();
      failed(new HandlerException(500, "filter-failed", "a response filter failed: " + e, e));
      return CompletableFuture.failedStage(e);
    }
    return send(filtered);
  }

  private void claim(Response given) {
    try {
      claim(Answer.RESPONSE);
    } catch (IllegalStateException e) {
      given.body().close();
      throw e;
    }
  }

  private CompletionStage<Void> send(Response filtered) {
    BodyPuller body = new BodyPuller(filtered.body(), violations::add);
    synchronized (this) {
      response = filtered;
      puller = body;
    }
    CompletionStage<Void> sent = body.done().whenComplete((nothing, e) -> responded(e));
    if (clientGone()) {
      body.cancel(new IOException("the client has left"));
    } else if (bodiless(filtered.status())) {
      body.skip();
    } else {
      body.demand(plan.demand);
    }
    return sent;
  }

  /** RFC 9110 sections 9.3.2, 15.3.5 and 15.4.5. */
  private boolean bodiless(int status) {
    return request.method().equals("HEAD") || status == 204 || status == 304;
  }

  private void responded(Throwable e) {
    end(e == null ? Outcome.End.COMPLETE : Outcome.End.ABORTED, e == null ? null : e.getMessage());
  }

  @Override
  public void fail(HandlerException cause) {
    synchronized (this) {
      if (over) {
        return;
      }
      if (answer == Answer.NONE) {
        answer = Answer.FAILURE;
      }
    }
    if (answer() == Answer.FAILURE) {
      failed(cause);
    } else {
      abort("failed after the head had left: " + cause.getMessage());
    }
  }

  private void failed(HandlerException cause) {
    synchronized (this) {
      answer = Answer.FAILURE;
      failure = cause;
    }
    end(Outcome.End.COMPLETE, null);
  }

  @Override
  public synchronized boolean answered() {
    return over || answer != Answer.NONE;
  }

  @Override
  public void abort(String reason) {
    BodyPuller running;
    synchronized (this) {
      if (over) {
        return;
      }
      if (answer == Answer.NONE) {
        answer = Answer.ABORT;
      }
      abortReason = reason;
      running = puller;
    }
    if (running != null) {
      running.cancel(new IOException(reason));
    }
    end(Outcome.End.ABORTED, reason);
  }

  @Override
  public CompletionStage<Duplex> upgrade(Response head) {
    if (head.status() != 101) {
      head.body().close();
      throw new IllegalArgumentException("an upgrade has status 101, not " + head.status());
    }
    claim(Answer.UPGRADE);
    synchronized (this) {
      response = head;
      duplex = new MemoryDuplex(plan.upgraded, violations::add);
    }
    return CompletableFuture.completedStage(duplex);
  }

  @Override
  public CompletionStage<Response> subrequest(Subrequest subrequest) {
    subrequests.add(subrequest);
    return plan.subrequests.apply(subrequest);
  }

  @Override
  public void redirect(String target, Headers fields) {
    claim(Answer.REDIRECT);
    synchronized (this) {
      redirect = new Redirect(target, fields);
    }
    request.body().close();
    end(Outcome.End.COMPLETE, null);
  }

  @Override
  public void rewrite(String target) {
    if (match != null) {
      throw new IllegalStateException("the route is known already");
    }
    MemoryRequest now =
        MemoryRequest.of(plan.method, target, plan.minorVersion, request.headers(), request.body());
    request = now.as(plan.target);
    path = MemoryRequest.decode(now.rawPath());
  }

  @Override
  public <P, R> CompletionStage<R> call(Class<P> kind, String name, PluginCall<P, R> work) {
    PluginKind traits = kind.getAnnotation(PluginKind.class);
    if (traits == null) {
      throw new IllegalArgumentException(kind.getName() + " is no @PluginKind");
    }
    Object plugin = plan.plugins.get(pluginKey(kind, name));
    if (plugin == null) {
      return CompletableFuture.failedStage(
          new PluginMissingException(traits.missing(), traits.name(), name));
    }
    try {
      return CompletableFuture.completedStage(work.with(kind.cast(plugin)));
    } catch (HandlerException e) {
      return CompletableFuture.failedStage(e);
    } catch (RuntimeException | LinkageError e) {
      return CompletableFuture.failedStage(
          new HandlerException(500, "plugin-failed", traits.name() + " " + name, e));
    }
  }

  static String pluginKey(Class<?> kind, String name) {
    return kind.getName() + ' ' + name;
  }

  @Override
  public <T> T capability(Class<T> type) {
    return type.cast(plan.capabilities.get(type));
  }

  @Override
  public Executor loop() {
    return plan.loop;
  }

  @Override
  public Executor workers() {
    return plan.workers;
  }

  @Override
  public CompletionStage<Outcome> ended() {
    return ended.minimalCompletionStage();
  }

  // What the test sees

  /** How the exchange was answered. */
  public synchronized Answer answer() {
    return answer;
  }

  /** Status that was sent or that the error page would have; 0 if none. */
  public synchronized int status() {
    if (failure != null) {
      return failure.status();
    }
    return response == null ? 0 : response.status();
  }

  /** The response after all filters, or null. Its body has been consumed. */
  public synchronized Response response() {
    return response;
  }

  /** Fields of the response as given; empty without a response. */
  public synchronized Headers responseHeaders() {
    return response == null ? Headers.empty() : response.headers();
  }

  /** Bytes of the response body that the client took so far. */
  public byte[] bodyBytes() {
    BodyPuller body = puller();
    return body == null ? new byte[0] : body.bytes();
  }

  /** The same as UTF-8 text. */
  public String bodyText() {
    return StandardCharsets.UTF_8.decode(ByteBuffer.wrap(bodyBytes())).toString();
  }

  /** Whether the response body was pulled to its end, or was not wanted (HEAD, 204, 304). */
  public boolean bodyComplete() {
    BodyPuller body = puller();
    return body != null && body.complete();
  }

  /** Trailer fields of the response; empty until the body is complete. */
  public Headers trailers() {
    BodyPuller body = puller();
    return body == null ? Headers.empty() : body.trailers();
  }

  /** Interim responses in order. */
  public List<Informed> informed() {
    return List.copyOf(informed);
  }

  /** Subrequests in order. */
  public List<Subrequest> subrequests() {
    return List.copyOf(subrequests);
  }

  /** The failure the exchange was answered with, or null. */
  public synchronized HandlerException failure() {
    return failure;
  }

  /** Why the exchange was aborted, or null. */
  public synchronized String abortReason() {
    return abortReason;
  }

  /** The internal redirect that answered, or null. */
  public synchronized Redirect redirect() {
    return redirect;
  }

  /** The raw connection after an upgrade, or null. */
  public synchronized MemoryDuplex duplex() {
    return duplex;
  }

  /** How the exchange ended, or null while it goes on. */
  public Outcome outcome() {
    return ended.getNow(null);
  }

  /** Where the plug-in broke the contract of bodies; empty when it did not. */
  public List<String> violations() {
    return List.copyOf(violations);
  }

  // What the client does

  /** The client takes that many buffers more of the response, see {@code clientTakes}. */
  public void demand(long buffers) {
    BodyPuller body = puller();
    if (body == null) {
      throw new IllegalStateException("there is no response to take");
    }
    body.demand(buffers);
  }

  /** The client resets the connection. */
  public void clientLeaves() {
    BodyPuller running;
    synchronized (this) {
      clientGone = true;
      running = puller;
    }
    if (running != null) {
      running.cancel(new IOException("the client has left"));
    }
    if (plan.socket != null) {
      plan.socket.clientLeft();
    }
    if (answer() != Answer.SOCKET) {
      end(Outcome.End.ABORTED, "the client has left");
    }
  }

  // What the socket does

  private final class Source implements SocketSource {
    @Override
    public MemoryClientSocket take() throws HandlerException {
      if (clientGone()) {
        throw new HandlerException(400, "client-left", "the client has left");
      }
      claim(Answer.SOCKET);
      plan.socket.taken();
      return plan.socket;
    }

    @Override
    public CompletionStage<Void> respond(Response given) {
      claim(given);
      return send(given);
    }
  }

  synchronized void socketPutBack() {
    answer = Answer.NONE;
  }

  void socketEnded(Outcome.End how, String detail) {
    end(how, detail);
  }

  private synchronized boolean clientGone() {
    return clientGone;
  }

  private synchronized BodyPuller puller() {
    return puller;
  }

  private synchronized void claim(Answer kind) {
    if (answer != Answer.NONE) {
      throw new IllegalStateException("the exchange was answered already: " + answer);
    }
    answer = kind;
  }

  private void end(Outcome.End how, String detail) {
    synchronized (this) {
      if (over) {
        return;
      }
      over = true;
    }
    long bytes = bodyBytes().length;
    long nanos = System.nanoTime() - start;
    Outcome outcome = new Outcome(how, status(), bytes, 0, bytes, nanos, detail);
    plan.loop.execute(() -> ended.complete(outcome));
  }

  /** The body of the request as it was given, for tests that count reads. */
  public Body requestBody() {
    return plan.body;
  }
}
