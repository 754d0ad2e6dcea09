package org.sluice.core.internal.exchange;

import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.sluice.api.engine.Refusal;
import org.sluice.api.engine.Transaction;
import org.sluice.api.engine.TransferLimits;
import org.sluice.api.http.Attributes;
import org.sluice.api.http.Body;
import org.sluice.api.http.Connection;
import org.sluice.api.http.Duplex;
import org.sluice.api.http.HandlerException;
import org.sluice.api.http.Headers;
import org.sluice.api.http.Outcome;
import org.sluice.api.http.Request;
import org.sluice.api.http.Response;
import org.sluice.api.http.Subrequest;

/**
 * The wire of a subrequest: there is none. The response goes to whoever asked, and the exchange
 * ends when its body was read or closed. It has no capabilities, so a socket cannot be taken
 * through it.
 */
final class InnerTransaction implements Transaction {
  /** Subrequests within subrequests; more is a loop. */
  static final int MAX_DEPTH = 20;

  /**
   * Fields of the client that speak of its body, of a range, of a condition, or of its connection.
   */
  private static final Set<String> DROPPED =
      Set.of(
          "content-length",
          "content-type",
          "content-encoding",
          "content-language",
          "content-range",
          "transfer-encoding",
          "trailer",
          "accept-encoding",
          "te",
          "expect",
          "range",
          "if-range",
          "if-match",
          "if-none-match",
          "if-modified-since",
          "if-unmodified-since",
          "connection",
          "upgrade",
          "keep-alive");

  private final FrontExchange parent;
  private final Request request;
  private final CompletableFuture<Response> result = new CompletableFuture<>();
  private final AtomicBoolean answered = new AtomicBoolean();
  private final AtomicBoolean over = new AtomicBoolean();
  private final long started = System.nanoTime();
  private volatile Consumer<Outcome> listener;

  private InnerTransaction(FrontExchange parent, Subrequest subrequest) {
    this.parent = parent;
    this.request = new InnerRequest(parent.request(), subrequest);
  }

  static CompletionStage<Response> run(
      FrontExchange.Host host, FrontExchange parent, Subrequest subrequest) {
    if (parent.depth() >= MAX_DEPTH) {
      return CompletableFuture.failedStage(
          new HandlerException(
              500, "subrequest-depth", "subrequests are nested deeper than " + MAX_DEPTH));
    }
    InnerTransaction transaction = new InnerTransaction(parent, subrequest);
    FrontExchange exchange = new FrontExchange(host, transaction, parent);
    subrequest.attributes().forEach(exchange::attribute);
    if (subrequest.attributes().get(Attributes.REDIRECTED_FROM) == parent) {
      parent.attribute(Attributes.REDIRECTED_TO, exchange);
    }
    host.run(exchange);
    return transaction.result;
  }

  @Override
  public Request request() {
    return request;
  }

  @Override
  public Connection connection() {
    return parent.connection();
  }

  @Override
  public Refusal refusal() {
    return null;
  }

  @Override
  public void limits(TransferLimits limits) {
    // Nothing is transferred.
  }

  @Override
  public void onEnd(Consumer<Outcome> newListener) {
    listener = newListener;
  }

  @Override
  public void inform(int status, Headers headers) {
    // Interim responses are for clients.
  }

  @Override
  public CompletionStage<Void> respond(Response response) {
    if (!answered.compareAndSet(false, true)) {
      response.body().close();
      throw new IllegalStateException("the exchange was answered already");
    }
    EndingBody body = new EndingBody(response);
    if (!result.complete(response.withBody(body))) {
      body.close();
    }
    return body.sent;
  }

  @Override
  public CompletionStage<Duplex> upgrade(Response response) {
    throw new IllegalStateException("a subrequest cannot switch protocols");
  }

  @Override
  public void abort(String reason) {
    answered.set(true);
    result.completeExceptionally(
        new HandlerException(502, "subrequest-aborted", "the subrequest was aborted: " + reason));
    end(Outcome.End.ABORTED, 0, 0, reason);
  }

  @Override
  public boolean answered() {
    return answered.get();
  }

  @Override
  public <T> T capability(Class<T> type) {
    return null;
  }

  @Override
  public Executor loop() {
    return parent.loop();
  }

  private void end(Outcome.End how, int status, long bytes, String detail) {
    if (over.compareAndSet(false, true)) {
      listener.accept(
          new Outcome(how, status, bytes, 0, bytes, System.nanoTime() - started, detail));
    }
  }

  /** The response's body, which ends the exchange when it ends itself. */
  private final class EndingBody implements Body {
    private final Response response;
    private final CompletableFuture<Void> sent = new CompletableFuture<>();
    private long bytes;

    EndingBody(Response response) {
      this.response = response;
    }

    @Override
    public long length() {
      return response.body().length();
    }

    @Override
    public CompletionStage<ByteBuffer> read() {
      CompletionStage<ByteBuffer> next;
      try {
        next = response.body().read();
        if (next == null) {
          throw new IllegalStateException(
              response.body().getClass().getName() + ": read() gave no stage");
        }
      } catch (RuntimeException e) {
        failed(e);
        return CompletableFuture.failedStage(e);
      }
      return next.whenComplete(
          (buffer, failure) -> {
            if (failure != null) {
              failed(failure);
            } else if (buffer == null) {
              finish(Outcome.End.COMPLETE, null);
            } else {
              bytes += buffer.remaining();
            }
          });
    }

    @Override
    public Headers trailers() {
      return response.body().trailers();
    }

    @Override
    public void close() {
      response.body().close();
      finish(Outcome.End.COMPLETE, null);
    }

    private void failed(Throwable failure) {
      end(Outcome.End.ABORTED, response.status(), bytes, failure.toString());
      sent.completeExceptionally(failure);
    }

    private void finish(Outcome.End how, String detail) {
      end(how, response.status(), bytes, detail);
      sent.complete(null);
    }
  }

  /** A request of the front itself, with the client's fields. */
  private static final class InnerRequest implements Request {
    private final Subrequest subrequest;
    private final Request outer;
    private final Headers headers;
    private final String target;

    /** Content of its own, or null. */
    private final byte[] content;

    InnerRequest(Request outer, Subrequest subrequest) {
      this.outer = outer;
      this.subrequest = subrequest;
      this.target = resolve(outer.rawPath(), subrequest.target());
      this.content = (byte[]) subrequest.attributes().get(Attributes.KEPT_BODY);
      Headers.Builder builder = Headers.builder();
      outer
          .headers()
          .forEach(
              (name, value) -> {
                if (!DROPPED.contains(name.toLowerCase(java.util.Locale.ROOT))
                    || (content != null && name.equalsIgnoreCase("Content-Type"))) {
                  builder.add(name, value);
                }
              });
      if (content != null) {
        builder.add("Content-Length", Integer.toString(content.length));
      }
      this.headers = builder.build();
    }

    /** RFC 3986 section 5.3, for paths: dot segments are removed when the path is normalised. */
    private static String resolve(String base, String target) {
      if (target.startsWith("/")) {
        return target;
      }
      return base.substring(0, base.lastIndexOf('/') + 1) + target;
    }

    @Override
    public String method() {
      return subrequest.method();
    }

    @Override
    public String target() {
      return target;
    }

    @Override
    public String rawPath() {
      int mark = target.indexOf('?');
      return mark < 0 ? target : target.substring(0, mark);
    }

    @Override
    public String query() {
      int mark = target.indexOf('?');
      return mark < 0 ? null : target.substring(mark + 1);
    }

    @Override
    public int minorVersion() {
      return outer.minorVersion();
    }

    @Override
    public Headers headers() {
      return headers;
    }

    @Override
    public Body body() {
      return content == null ? Body.empty() : Body.of(content);
    }
  }
}
