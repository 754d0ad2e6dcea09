package org.sluice.server.internal;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.api.engine.Refusal;
import org.sluice.api.engine.Transaction;
import org.sluice.api.engine.TransferLimits;
import org.sluice.api.http.Body;
import org.sluice.api.http.Connection;
import org.sluice.api.http.Duplex;
import org.sluice.api.http.HandlerException;
import org.sluice.api.http.Headers;
import org.sluice.api.http.Outcome;
import org.sluice.api.http.Outcome.End;
import org.sluice.api.http.RawAnswer;
import org.sluice.api.http.Request;
import org.sluice.api.http.Response;
import org.sluice.api.http.SentHead;
import org.sluice.handoff.api.ClientSocket;
import org.sluice.handoff.api.SocketSource;

/**
 * One request and its response. Decides who answers, exactly once, brings calls of other threads to
 * the event loop, and keeps the account for the outcome.
 */
final class HttpTransaction implements Transaction, Connection, SocketSource, SentHead {
  static final TransferLimits NO_LIMITS = new TransferLimits(0, Duration.ZERO, Duration.ZERO);

  private static final Logger LOG = LoggerFactory.getLogger(HttpTransaction.class);
  private static final AtomicIntegerFieldUpdater<HttpTransaction> ANSWERED =
      AtomicIntegerFieldUpdater.newUpdater(HttpTransaction.class, "answered");

  /** Whatever works on the answer and must be told when the client has left. */
  interface Work {
    /** The channel is closed, or about to be; frees everything and ends nothing itself. */
    void cancel(IOException cause);

    /** The client takes more again. */
    default void writable() {}

    /** Bytes of the response body that were queued. */
    default long body() {
      return 0;
    }
  }

  private final HttpConnection connection;
  private final RequestHead head;
  private final Refusal refusal;
  private final int number;
  private final long began;
  private final long alreadyQueued;
  private long leasedOut;
  private long leasedIn;
  private RequestBody body;
  private TransferLimits limits = NO_LIMITS;
  private Consumer<Outcome> listener;
  private Work work;
  private int status;
  private long bodyBytes;
  private SentFields sent;
  private Headers trailers = Headers.empty();
  private long firstByte;
  private boolean ended;
  private volatile int answered;

  HttpTransaction(
      HttpConnection connection, RequestHead head, Refusal refusal, int number, long began) {
    this.connection = connection;
    this.head = head;
    this.refusal = refusal;
    this.number = number;
    this.began = began;
    this.alreadyQueued = connection.outbound().queued();
    if (refusal == null && head.hasBody()) {
      body = new RequestBody(connection, head, connection.limits());
      head.body(body);
    }
  }

  @Override
  public Request request() {
    return head;
  }

  @Override
  public Connection connection() {
    return this;
  }

  @Override
  public InetSocketAddress remote() {
    return connection.channel().remoteAddress();
  }

  @Override
  public InetSocketAddress local() {
    return connection.channel().localAddress();
  }

  @Override
  public boolean secure() {
    return false;
  }

  @Override
  public int requests() {
    return number;
  }

  @Override
  public String id() {
    return connection.id();
  }

  @Override
  public SentHead sent() {
    return sent == null ? null : this;
  }

  @Override
  public Headers headers() {
    return sent.headers();
  }

  @Override
  public Headers trailers() {
    return trailers;
  }

  @Override
  public long firstByteNanos() {
    return firstByte == 0 ? -1 : firstByte - began;
  }

  @Override
  public boolean persists() {
    return sent.persists();
  }

  @Override
  public Refusal refusal() {
    return refusal;
  }

  @Override
  public void limits(TransferLimits newLimits) {
    limits = newLimits;
    if (body != null) {
      body.limits(newLimits);
    }
  }

  TransferLimits limits() {
    return limits;
  }

  @Override
  public void onEnd(Consumer<Outcome> newListener) {
    listener = newListener;
  }

  @Override
  public Executor loop() {
    return connection.loop().executor();
  }

  @Override
  public boolean answered() {
    return answered != 0;
  }

  @Override
  public void inform(int interim, Headers headers) {
    if (interim < 100 || interim > 199 || interim == 101) {
      throw new IllegalArgumentException("an interim status is 100, or 102 to 199: " + interim);
    }
    if (head.minorVersion() == 0) {
      return;
    }
    onLoop(() -> informNow(interim, headers));
  }

  private void informNow(int interim, Headers headers) {
    if (answered == 0 && !ended) {
      connection.writeInterim(interim, headers);
    }
  }

  @Override
  public CompletionStage<Void> respond(Response response) {
    if (response.status() < 200) {
      response.body().close();
      throw new IllegalArgumentException("a response has a status of 200 to 599");
    }
    claim(response.body());
    return answer(response.body(), () -> Reply.start(this, response));
  }

  private CompletionStage<Void> raw(int rawStatus, Body bytes) {
    claim(bytes);
    return answer(bytes, () -> Reply.raw(this, rawStatus, bytes));
  }

  @Override
  public CompletionStage<Duplex> upgrade(Response response) {
    if (response.status() != 101) {
      response.body().close();
      throw new IllegalArgumentException("an upgrade has status 101");
    }
    claim(response.body());
    return answer(response.body(), () -> RawDuplex.start(this, response));
  }

  private void claim(Body toClose) {
    if (!ANSWERED.compareAndSet(this, 0, 1)) {
      toClose.close();
      throw new IllegalStateException("the exchange was answered already");
    }
  }

  /** Runs {@code start} on the loop, unless the client has left. */
  private <T> CompletionStage<T> answer(Body toClose, Supplier<CompletionStage<T>> start) {
    if (connection.loop().executor().inEventLoop()) {
      return startAnswer(toClose, start);
    }
    CompletableFuture<T> done = new CompletableFuture<>();
    try {
      loop().execute(() -> pass(startAnswer(toClose, start), done));
    } catch (RejectedExecutionException e) {
      toClose.close();
      done.completeExceptionally(new IOException("the engine has stopped", e));
    }
    return done;
  }

  private <T> CompletionStage<T> startAnswer(Body toClose, Supplier<CompletionStage<T>> start) {
    if (ended) {
      toClose.close();
      return CompletableFuture.failedStage(new IOException("the client has left"));
    }
    return start.get();
  }

  private static <T> void pass(CompletionStage<T> from, CompletableFuture<T> to) {
    from.whenComplete(
        (value, failure) -> {
          if (failure == null) {
            to.complete(value);
          } else {
            to.completeExceptionally(failure);
          }
        });
  }

  @Override
  public void abort(String reason) {
    answered = 1;
    onLoop(() -> abortNow(reason));
  }

  private void onLoop(Runnable task) {
    if (connection.loop().executor().inEventLoop()) {
      task.run();
      return;
    }
    try {
      loop().execute(task);
    } catch (RejectedExecutionException e) {
      LOG.debug("the engine has stopped, nothing is done any more");
    }
  }

  @Override
  public <T> T capability(Class<T> type) {
    if (type == RawAnswer.class && refusal == null) {
      return type.cast((RawAnswer) this::raw);
    }
    return type == SocketSource.class && refusal == null ? type.cast(this) : null;
  }

  @Override
  public ClientSocket take() throws HandlerException {
    connection.assertLoop();
    if (answered != 0) {
      throw new IllegalStateException("the exchange was answered already");
    }
    if (ended || !connection.channel().isOpen()) {
      throw new HandlerException(503, "client-gone", "the client has left");
    }
    if (!connection.outbound().isDrained()) {
      throw new HandlerException(503, "client-slow", "an interim response has not left yet");
    }
    answered = 1;
    TakenSocket taken = new TakenSocket(this);
    work = taken;
    connection.taken();
    return taken;
  }

  @Override
  public Body restOfBody() {
    connection.assertLoop();
    return body == null ? Body.empty() : body.reopen();
  }

  /** The socket came back untouched: the exchange can be answered. */
  void unanswered() {
    work = null;
    answered = 0;
  }

  HttpConnection owner() {
    return connection;
  }

  RequestHead head() {
    return head;
  }

  /** The request's body, null without one. */
  RequestBody body() {
    return body;
  }

  boolean ended() {
    return ended;
  }

  void work(Work newWork) {
    work = newWork;
  }

  Work work() {
    return work;
  }

  /** The head of the final response was queued. */
  void status(int newStatus, SentFields fields) {
    status = newStatus;
    sent = fields;
  }

  /** The kernel is offered the start of a response now, and the rest later. */
  void firstByte() {
    firstByte = System.nanoTime();
  }

  /** The trailers of the response were queued. */
  void trailers(Headers fields) {
    trailers = fields;
  }

  /** That much of the response body was queued. */
  void bodyBytes(long bytes) {
    bodyBytes = bytes;
  }

  /** Whether the connection may go on after this exchange (RFC 9112 section 9.3). */
  boolean mayPersist() {
    return refusal == null
        && head.keepAlive()
        && connection.mayPersist(number)
        && (body == null || body.isReusable(Discard.BODY));
  }

  /** The same where whoever holds a lease reads the body. */
  boolean mayPersistAfterLease() {
    // With HTTP/1.0 the receiver would have to say keep-alive, and most do not know.
    return refusal == null
        && head.minorVersion() > 0
        && head.keepAlive()
        && connection.mayPersist(number);
  }

  /** The response has left completely. */
  void complete(boolean persist) {
    work = null;
    end(End.COMPLETE, null);
    connection.ended(this, persist);
  }

  /** The response cannot be completed: resets the connection, so that the client can tell. */
  void abortNow(String reason) {
    if (ended) {
      return;
    }
    connection.outbound().taken();
    SocketControl.reset(connection.channel());
    stop(reason);
    connection.terminate(reason);
  }

  /** The channel is closed or will be: the client has left, or the engine gave up. */
  void stop(String reason) {
    if (ended) {
      return;
    }
    // Made only here: after a hand-off the account is closed already, and a stack trace costs.
    IOException cause = new IOException(reason);
    Work left = work;
    work = null;
    if (left != null) {
      bodyBytes = Math.max(bodyBytes, left.body());
      left.cancel(cause);
    }
    if (body != null) {
      body.fail(cause);
    }
    end(End.ABORTED, reason);
  }

  /** What the kernel has counted of a lease that does not end as it should. */
  void leased(long written, long read) {
    leasedOut = Math.max(0, written);
    leasedIn = Math.max(0, read);
  }

  /** Ends the account; the connection is the caller's business. */
  void end(End how, String detail) {
    if (leasedOut + leasedIn > 0) {
      end(how, status, 0, leasedOut, leasedIn, detail);
      return;
    }
    long out = connection.outbound().taken() - alreadyQueued;
    // What was queued beside the body, above all the head, was taken first.
    long others = connection.outbound().queued() - alreadyQueued - bodyBytes;
    end(how, status, Math.max(0, Math.min(bodyBytes, out - others)), out, detail);
  }

  void end(End how, int finalStatus, long bodyOut, long bytesOut, String detail) {
    end(how, finalStatus, bodyOut, bytesOut, 0, detail);
  }

  void end(End how, int finalStatus, long bodyOut, long bytesOut, long alsoIn, String detail) {
    if (ended) {
      return;
    }
    ended = true;
    if (body != null) {
      body.detach();
    }
    Consumer<Outcome> told = listener;
    listener = null;
    if (told == null) {
      return;
    }
    long bytesIn = head.bytes() + alsoIn + (body == null ? 0 : body.framing().consumed());
    long now = System.nanoTime();
    if (firstByte == 0) {
      firstByte = now;
    }
    long nanos = now - began;
    try {
      told.accept(new Outcome(how, finalStatus, bodyOut, bytesIn, bytesOut, nanos, detail));
    } catch (RuntimeException e) {
      LOG.error("{}: a listener failed at the end of a transaction", connection.channel(), e);
    }
  }
}
