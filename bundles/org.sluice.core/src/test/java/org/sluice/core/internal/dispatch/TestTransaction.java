package org.sluice.core.internal.dispatch;

import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.sluice.api.engine.Refusal;
import org.sluice.api.engine.Transaction;
import org.sluice.api.engine.TransferLimits;
import org.sluice.api.http.Body;
import org.sluice.api.http.Connection;
import org.sluice.api.http.Duplex;
import org.sluice.api.http.Headers;
import org.sluice.api.http.Outcome;
import org.sluice.api.http.Request;
import org.sluice.api.http.Response;

/** A client that asks once and takes everything. */
final class TestTransaction implements Transaction, Request, Connection, Body {
  private final Executor loop;
  private final String method;
  private final String target;
  private final Headers headers;
  private final AtomicBoolean answered = new AtomicBoolean();
  private final CompletableFuture<Answer> answer = new CompletableFuture<>();
  private final List<TransferLimits> limits = new ArrayList<>();
  private volatile Consumer<Outcome> listener;
  private volatile Refusal refusal;

  /** Whether the request's body was given up. */
  volatile boolean bodyClosed;

  /** What the client got. */
  record Answer(int status, Headers headers, String body, String aborted) {}

  TestTransaction(Executor loop, String method, String target, String... fields) {
    this.loop = loop;
    this.method = method;
    this.target = target;
    this.headers = Headers.of(fields);
  }

  TestTransaction refused(int status) {
    refusal = new Refusal(status, "refused by the test");
    return this;
  }

  Answer await() throws Exception {
    return answer.get(20, TimeUnit.SECONDS);
  }

  boolean isOver() {
    return answer.isDone();
  }

  @Override
  public Request request() {
    return this;
  }

  @Override
  public Connection connection() {
    return this;
  }

  @Override
  public Refusal refusal() {
    return refusal;
  }

  @Override
  public void limits(TransferLimits newLimits) {
    limits.add(newLimits);
  }

  @Override
  public void onEnd(Consumer<Outcome> newListener) {
    listener = newListener;
  }

  @Override
  public void inform(int status, Headers fields) {
    // Nobody looks at it.
  }

  @Override
  public CompletionStage<Void> respond(Response response) {
    if (!answered.compareAndSet(false, true)) {
      response.body().close();
      throw new IllegalStateException("the exchange was answered already");
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    if (method.equals("HEAD")) {
      response.body().close();
      return end(response, "");
    }
    return pull(response.body(), bytes)
        .handle((nothing, failure) -> failure)
        .thenCompose(
            failure ->
                failure == null
                    ? end(response, bytes.toString(StandardCharsets.UTF_8))
                    : reset().thenCompose(nothing -> CompletableFuture.failedStage(failure)));
  }

  private CompletionStage<Void> reset() {
    return end(Outcome.End.ABORTED, new Answer(0, Headers.empty(), "", "body"));
  }

  private static CompletionStage<Void> pull(Body body, ByteArrayOutputStream to) {
    return body.read()
        .thenCompose(
            buffer -> {
              if (buffer == null) {
                body.close();
                return CompletableFuture.completedStage(null);
              }
              while (buffer.hasRemaining()) {
                to.write(buffer.get());
              }
              return pull(body, to);
            });
  }

  private CompletionStage<Void> end(Response response, String text) {
    return end(Outcome.End.COMPLETE, new Answer(response.status(), response.headers(), text, null));
  }

  private CompletionStage<Void> end(Outcome.End how, Answer got) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    loop.execute(
        () -> {
          int length = got.body().length();
          listener.accept(new Outcome(how, got.status(), length, 0, length, 1, got.aborted()));
          answer.complete(got);
          done.complete(null);
        });
    return done;
  }

  @Override
  public void abort(String reason) {
    answered.set(true);
    end(Outcome.End.ABORTED, new Answer(0, Headers.empty(), "", reason));
  }

  @Override
  public CompletionStage<Duplex> upgrade(Response response) {
    return CompletableFuture.failedFuture(new IllegalStateException("no connection to upgrade"));
  }

  @Override
  public boolean answered() {
    return answered.get();
  }

  @Override
  public <T> T capability(Class<T> type) {
    return type == TestTransaction.class ? type.cast(this) : null;
  }

  @Override
  public Executor loop() {
    return loop;
  }

  @Override
  public String method() {
    return method;
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
    return 1;
  }

  @Override
  public Headers headers() {
    return headers;
  }

  @Override
  public Body body() {
    return this;
  }

  @Override
  public long length() {
    return -1;
  }

  @Override
  public CompletionStage<ByteBuffer> read() {
    return CompletableFuture.completedStage(null);
  }

  @Override
  public void close() {
    bodyClosed = true;
  }

  @Override
  public InetSocketAddress remote() {
    return new InetSocketAddress("192.0.2.1", 4711);
  }

  @Override
  public InetSocketAddress local() {
    return new InetSocketAddress("127.0.0.1", 8080);
  }

  @Override
  public boolean secure() {
    return false;
  }

  @Override
  public int requests() {
    return 1;
  }
}
