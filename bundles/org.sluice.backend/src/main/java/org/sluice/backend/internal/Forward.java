package org.sluice.backend.internal;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ConnectTimeoutException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.api.http.Attributes;
import org.sluice.api.http.Body;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.HandlerException;
import org.sluice.api.http.Headers;
import org.sluice.api.http.Outcome;
import org.sluice.api.http.Response;

/**
 * One exchange on its way through a backend: attempts, time-outs, what is said to the client.
 *
 * <p>An attempt is repeated only where nothing can happen twice (RFC 9110 section 9.2.2): before a
 * connection stood, or for a request without a body whose method is idempotent and of whose
 * response no byte came, when the connection was a pooled one that may have gone stale or another
 * member can take over. All on the loop of the backend connections.
 */
final class Forward implements BackendConnection.Listener, RequestPump.Listener, Plan.Waiting {
  private static final Logger LOG = LoggerFactory.getLogger(Forward.class);

  /** Most interim responses before the final one (T11). */
  private static final int MOST_INTERIM = 32;

  /** Idle time up to which a request that cannot be repeated trusts a pooled connection. */
  private static final long FRESH_NANOS = 1_000_000_000L;

  private static final long ACQUIRE_MILLIS = 5;

  private final Exchange exchange;
  private final BackendTarget target;
  private final BackendOptions options;
  private final LoopState loop;
  private final Plan plan;
  private final Body body;
  private final boolean hasBody;
  private final boolean repeatable;
  private final boolean expect;
  private final String upgrade;
  private final long began = System.nanoTime();
  private Hop hop;
  private boolean hopOpen;
  private BackendConnection connection;
  private RequestPump pump;
  private Tunnel tunnel;
  private boolean bodyTouched;
  private boolean requestDone;
  private boolean responseDone;
  private boolean reusable;
  private boolean fresh;
  private boolean over;
  private boolean answered;
  private boolean awaitsContinue;
  private int interims;
  private long asked;
  private long hopBytes;
  private long acquireUntil;

  Forward(
      Exchange exchange,
      BackendTarget target,
      BackendOptions options,
      LoopState loop,
      Plan plan,
      Body body) {
    this.exchange = exchange;
    this.target = target;
    this.options = options;
    this.loop = loop;
    this.plan = plan;
    this.body = body;
    this.hasBody = body.length() != 0;
    String method = exchange.request().method();
    this.repeatable = !hasBody && isIdempotent(method);
    // A body that was read ahead has had its 100 already.
    boolean streamed = body == exchange.request().body();
    this.expect =
        hasBody
            && streamed
            && exchange.request().minorVersion() >= 1
            && exchange.request().headers().hasToken("Expect", "100-continue");
    this.upgrade = hasBody ? null : Tunnel.offered(exchange, options);
  }

  private static boolean isIdempotent(String method) {
    return switch (method) {
      case "GET", "HEAD", "OPTIONS", "PUT", "DELETE" -> true;
      default -> false;
    };
  }

  /** Begins; on the loop. */
  void start() {
    var unused = exchange.ended().thenAccept(this::exchangeEnded);
    plan.next(this);
  }

  // ---- where to

  @Override
  public void none(HandlerException failure) {
    fail(failure);
  }

  @Override
  public void go(Hop next) {
    if (over) {
      plan.ended(next, 0);
      return;
    }
    hop = next;
    hopOpen = true;
    hopBytes = 0;
    asked = System.nanoTime();
    hop.backend().running.incrementAndGet();
    hop.backend().requests.increment();
    acquireUntil = 0;
    acquire();
  }

  private void acquire() {
    if (options.reuse && !fresh) {
      long most = repeatable ? options.idleNanos : Math.min(FRESH_NANOS, options.idleNanos);
      BackendConnection idle = loop.take(hop.backend(), most);
      if (idle != null) {
        use(idle);
        return;
      }
    }
    Backend backend = hop.backend();
    SocketAddress[] addresses = backend.addresses();
    if (addresses == null) {
      backend.resolve(
          exchange.workers(), (found, failure) -> onLoop(() -> resolved(found, failure)));
      return;
    }
    if (backend.isStale(options.addressNanos)) {
      backend.refresh(exchange.workers());
    }
    if (!backend.open(options.connections)) {
      waitForConnection();
      return;
    }
    connect(addresses, 0);
  }

  private void resolved(SocketAddress[] found, Exception failure) {
    if (over) {
      endHop();
    } else if (failure != null) {
      notConnected(failure, false);
    } else {
      acquire();
    }
  }

  private void waitForConnection() {
    long now = System.nanoTime();
    acquireUntil = acquireUntil == 0 ? now + options.acquireNanos : acquireUntil;
    if (now - acquireUntil >= 0) {
      String message = hop.backend() + ": all " + options.connections + " connections are in use";
      endHop();
      fail(new HandlerException(503, "backend-busy", message, null, 1));
      return;
    }
    if (hop.backend().idle.get() > 0) {
      loop.askForRoom(hop.backend());
    }
    loop.executor()
        .schedule(
            () -> {
              if (over) {
                endHop();
              } else {
                acquire();
              }
            },
            ACQUIRE_MILLIS,
            TimeUnit.MILLISECONDS);
  }

  private void connect(SocketAddress[] addresses, int index) {
    BackendConnection.connect(
        hop.backend(),
        addresses[index],
        loop,
        options,
        (made, failure) -> {
          if (made != null) {
            connected(made);
          } else if (index + 1 < addresses.length
              && !over
              && hop.backend().open(options.connections)) {
            connect(addresses, index + 1);
          } else {
            notConnected(failure, failure instanceof ConnectTimeoutException);
          }
        });
  }

  private void connected(BackendConnection made) {
    if (over) {
      endHop();
      made.begin(this, options, false);
      made.finish(true);
      return;
    }
    use(made);
  }

  private void notConnected(Throwable cause, boolean timeout) {
    String reason = hop.backend() + ": " + reason(cause);
    failedHop(Plan.Fault.CONNECT, reason);
    if (over) {
      return;
    }
    if (plan.hasMore()) {
      LOG.debug("exchange {}: {}; another member is tried", exchange.id(), reason);
      plan.next(this);
      return;
    }
    fail(
        timeout
            ? new HandlerException(504, "backend-connect-timeout", reason, cause, 0)
            : new HandlerException(503, "backend-connect", reason, null, 1));
  }

  /** The native library writes "connect(..) failed with error(-111): Connection refused: /…". */
  static String reason(Throwable cause) {
    if (cause instanceof ConnectTimeoutException) {
      return "no connection in time";
    }
    String text = String.valueOf(cause.getMessage());
    if (cause instanceof java.net.UnknownHostException) {
      return "unknown host";
    }
    for (String known :
        new String[] {"Connection refused", "No route to host", "Network is unreachable"}) {
      if (text.contains(known)) {
        return known.toLowerCase(java.util.Locale.ROOT);
      }
    }
    int colon = text.indexOf("): ");
    return cause instanceof ConnectException || colon >= 0
        ? text.substring(colon < 0 ? 0 : colon + 3)
        : text;
  }

  // ---- asking

  private void use(BackendConnection with) {
    connection = with;
    requestDone = false;
    responseDone = false;
    reusable = false;
    pump = null;
    with.begin(this, options, exchange.request().method().equals("HEAD"));
    RequestWriter.Head head;
    try {
      head = head();
    } catch (HandlerException e) {
      with.finish(true);
      endHop();
      fail(e);
      return;
    }
    ByteBuf bytes = loop.writer.write(exchange, options, head, loop.allocator());
    hop.backend().bytesOut.add(bytes.readableBytes());
    hopBytes += bytes.readableBytes();
    if (!hasBody) {
      requestDone = true;
      with.deadline(options.firstByteNanos);
      with.channel().writeAndFlush(bytes, with.channel().voidPromise());
      return;
    }
    with.channel().write(bytes, with.channel().voidPromise());
    if (expect) {
      awaitsContinue = true;
      with.channel().flush();
      with.deadline(options.continueNanos);
    } else {
      sendBody();
    }
  }

  private RequestWriter.Head head() throws HandlerException {
    String path = PathMapping.path(exchange, target, hop.base(), options);
    String query = exchange.request().query();
    String host = options.host;
    if (host == null) {
      host = RequestWriter.clientHost(exchange.request());
    }
    long length = hasBody ? body.length() : RequestWriter.Head.NO_BODY;
    return new RequestWriter.Head(
        query == null ? path : path + '?' + Queries.checked(query),
        host == null || host.isEmpty() ? hop.host() : host,
        length,
        expect,
        upgrade,
        !options.reuse);
  }

  private void sendBody() {
    awaitsContinue = false;
    bodyTouched = true;
    connection.deadline(0);
    pump = new RequestPump(connection, body, body.length() < 0, this);
    pump.run();
  }

  @Override
  public void writable() {
    if (tunnel != null) {
      tunnel.writable();
    } else if (pump != null && !pump.isOver()) {
      connection.deadline(0);
      pump.run();
    }
  }

  @Override
  public void waiting(boolean backend) {
    if (connection != null && !responseDone && connection.content() == null) {
      connection.deadline(backend ? options.progressNanos : 0);
    }
  }

  @Override
  public void pumped() {
    requestDone = true;
    hopBytes += pump.sent();
    if (responseDone) {
      endConnection();
    } else if (connection.content() == null) {
      connection.deadline(options.firstByteNanos);
    }
  }

  @Override
  public void bodyFailed(Throwable cause) {
    if (connection == null) {
      return;
    }
    if (connection.content() != null) {
      connection.content().abandon(new IOException("the request body failed: " + cause));
      return;
    }
    dropConnection("the request body failed");
    endHop();
    // Of the client's making: nothing is held against the backend.
    fail(
        cause instanceof HandlerException e
            ? e
            : new HandlerException(400, "request-body", "the request body failed: " + cause));
  }

  // ---- what comes back

  @Override
  public void interim(ResponseHead head) {
    if (++interims > MOST_INTERIM) {
      connection.fail(new BadResponseException("more than " + MOST_INTERIM + " interim responses"));
      return;
    }
    if (head.status() == 100) {
      // Reading the body tells the client to continue.
      if (awaitsContinue) {
        sendBody();
      }
    } else if (exchange.parent() == null) {
      exchange.inform(head.status(), ResponseFields.interim(head.headers()));
    }
  }

  @Override
  public void late() {
    if (awaitsContinue) {
      sendBody();
      return;
    }
    IOException late = new IOException("the backend is too slow");
    if (connection.content() != null) {
      hop.backend().lastError = late.getMessage();
      plan.failed(hop, Plan.Fault.TIMEOUT, late.getMessage());
      connection.content().abandon(late);
      return;
    }
    String reason = hop.backend() + " gave no response in time";
    dropConnection(reason);
    failedHop(Plan.Fault.TIMEOUT, reason);
    fail(new HandlerException(504, "backend-timeout", reason));
  }

  @Override
  public void failed(IOException cause) {
    BackendConnection broken = connection;
    connection = null;
    stopPump();
    boolean bad = cause instanceof BadResponseException;
    String reason =
        hop.backend() + (bad ? " answered what is no HTTP/1.1: " : ": ") + cause.getMessage();
    boolean nothingCame = !broken.answerBegun() && !bad && !bodyTouched;
    if (nothingCame && repeatable && broken.reused() && !over) {
      // A pooled connection that the backend had given up meanwhile: no fault of anybody.
      LOG.debug("exchange {}: {}; asked again on a fresh connection", exchange.id(), reason);
      fresh = true;
      acquire();
      return;
    }
    failedHop(Plan.Fault.BROKEN, reason);
    if (over) {
      return;
    }
    if (nothingCame && repeatable && plan.hasMore()) {
      LOG.debug("exchange {}: {}; another member is tried", exchange.id(), reason);
      fresh = false;
      plan.next(this);
      return;
    }
    fail(new HandlerException(502, bad ? "backend-response" : "backend-closed", reason));
  }

  @Override
  public void head(ResponseHead head) {
    Content content = connection.content();
    content.progress(options.progressNanos);
    connection.deadline(0);
    exchange.attribute(Attributes.UPSTREAM_FIRST, System.nanoTime() - asked);
    exchange.attribute(Attributes.UPSTREAM, hop.backend().toString());
    awaitsContinue = false;
    if (head.status() == 101) {
      switchProtocols(head);
      return;
    }
    plan.answered(hop, head.status());
    reusable = head.keepAlive() && options.reuse;
    // The request may go on: an echo answers while it reads. It ends with the response at the
    // latest.
    Response response;
    try {
      response = response(head, content);
    } catch (RuntimeException e) {
      dropConnection(e.toString());
      endHop();
      fail(new HandlerException(502, "backend-response", hop.backend() + ": " + e.getMessage(), e));
      return;
    }
    answered = true;
    over = responseDone;
    ResponseFields.answer(exchange, options, response);
  }

  private Response response(ResponseHead head, Content content) {
    Hop from = hop;
    byte[] whole;
    try {
      whole = content.whole();
    } catch (BadResponseException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    Headers headers =
        ResponseFields.of(exchange, head.headers(), options, target, from, plan.cookie(from));
    return Response.of(head.status(), headers, whole == null ? content : Body.of(whole));
  }

  private void switchProtocols(ResponseHead head) {
    String objection = Tunnel.objection(exchange, head, upgrade);
    if (objection != null) {
      String reason = hop.backend() + ": " + objection;
      dropConnection(reason);
      failedHop(Plan.Fault.BROKEN, reason);
      fail(new HandlerException(502, "backend-upgrade", reason));
      return;
    }
    plan.answered(hop, 101);
    answered = true;
    tunnel = new Tunnel(exchange, connection, options.tunnelNanos);
    tunnel.open(ResponseFields.upgrade(head.headers(), options));
  }

  @Override
  public void contentEnded() {
    if (responseDone) {
      return;
    }
    responseDone = true;
    exchange.attribute(Attributes.UPSTREAM_TOTAL, System.nanoTime() - began);
    if (tunnel != null) {
      tunnel.backendEnded();
      return;
    }
    Content content = connection.content();
    hopBytes += content.bytes();
    reusable &= content.isWhole();
    if (!content.isWhole()) {
      hop.backend().failures.increment();
    }
    endConnection();
  }

  // ---- the end

  private void endConnection() {
    BackendConnection done = connection;
    connection = null;
    stopPump();
    if (done != null) {
      done.finish(reusable && requestDone);
    }
    endHop();
  }

  private void stopPump() {
    if (pump != null && !pump.isOver()) {
      pump.cancel();
    }
  }

  private void dropConnection(String why) {
    BackendConnection dropped = connection;
    connection = null;
    stopPump();
    if (dropped != null) {
      LOG.debug("exchange {}: a backend connection is closed: {}", exchange.id(), why);
      dropped.finish(false);
    }
  }

  private void failedHop(Plan.Fault fault, String reason) {
    hop.backend().failures.increment();
    hop.backend().lastError = reason;
    plan.failed(hop, fault, reason);
    endHop();
  }

  /** The account of an attempt is closed, once. */
  private void endHop() {
    if (hopOpen) {
      hopOpen = false;
      hop.backend().running.decrementAndGet();
      plan.ended(hop, hopBytes);
    }
  }

  private void fail(HandlerException failure) {
    if (over) {
      return;
    }
    over = true;
    answered = true;
    exchange.fail(failure);
  }

  /** The client has left, or everything was sent. */
  private void exchangeEnded(Outcome outcome) {
    onLoop(
        () -> {
          over = true;
          if (tunnel != null) {
            tunnel.close();
          }
          if (connection != null && connection.content() != null) {
            connection.content().abandon(new IOException("the exchange has ended"));
          }
          if (connection != null) {
            dropConnection("the exchange has ended");
            endHop();
          }
        });
  }

  private void onLoop(Runnable task) {
    if (loop.executor().inEventLoop()) {
      task.run();
    } else {
      loop.executor().execute(task);
    }
  }
}
