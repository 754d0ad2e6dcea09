package org.sluice.backend.internal;

import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.api.http.Attributes;
import org.sluice.api.http.Body;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.HandlerException;
import org.sluice.api.http.Headers;
import org.sluice.api.http.Outcome;
import org.sluice.api.http.Response;
import org.sluice.api.wire.MalformedException;

/**
 * One exchange on its way through a backend: attempts, time-outs, what is said to the client.
 *
 * <p>An attempt is repeated only where nothing can happen twice (RFC 9110 section 9.2.2): before a
 * connection stood, or for a request without a body whose method is idempotent and of whose
 * response no byte came, when the connection was a pooled one that may have gone stale or another
 * member can take over. All on the loop of the backend connections.
 */
final class Forward implements BackendConnection.Listener, RequestPump.Listener, Attempts.Asker {
  private static final Logger LOG = LoggerFactory.getLogger(Forward.class);

  /** Most interim responses before the final one (T11). */
  private static final int MOST_INTERIM = 32;

  private final Exchange exchange;
  private final BackendTarget target;
  private final BackendOptions options;
  private final LoopState loop;
  private final Plan plan;
  private final RequestSender sender;
  private final Attempts attempts;
  private final long began = System.nanoTime();
  private BackendConnection connection;
  private Tunnel tunnel;

  /** A final head that asks for a hand-off and waits for the end of the request. */
  private ResponseHead held;

  private boolean responseDone;
  private boolean reusable;
  private boolean over;
  private int interims;

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
    this.sender = new RequestSender(exchange, target, options, loop, body, this);
    this.attempts = new Attempts(exchange, options, loop, plan, sender.isRepeatable(), this);
  }

  /** Begins; on the loop. */
  void start() {
    var unused = exchange.ended().thenAccept(this::exchangeEnded);
    attempts.next();
  }

  @Override
  public void none(HandlerException failure) {
    fail(failure);
  }

  // ---- asking

  @Override
  public void use(BackendConnection with) {
    connection = with;
    responseDone = false;
    reusable = false;
    with.begin(this, options, exchange.request().method().equals("HEAD"));
    try {
      sender.send(with, attempts.hop());
    } catch (HandlerException e) {
      connection = null;
      with.finish(true);
      attempts.end();
      fail(e);
    }
  }

  @Override
  public void writable() {
    if (tunnel != null) {
      tunnel.writable();
    } else {
      sender.writable();
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
    attempts.count(sender.finished());
    if (held != null) {
      boolean broken = responseDone;
      ResponseHead head = held;
      held = null;
      answer(head);
      if (broken) {
        endConnection();
      }
    } else if (responseDone) {
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
    if (connection.content() != null && held == null) {
      connection.content().abandon(new IOException("the request body failed: " + cause));
      return;
    }
    held = null;
    dropConnection("the request body failed");
    attempts.end();
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
      connection.fail(new MalformedException("more than " + MOST_INTERIM + " interim responses"));
      return;
    }
    if (head.status() == 100) {
      sender.goOn();
    } else if (exchange.parent() == null) {
      exchange.inform(head.status(), ResponseFields.interim(head.headers()));
    }
  }

  @Override
  public void late() {
    if (sender.goOn()) {
      return;
    }
    Content content = connection.content();
    if (content != null) {
      IOException late = new IOException("the backend is too slow");
      attempts.cut(Plan.Fault.TIMEOUT, cut(content, "no byte in time"));
      content.abandon(late);
      return;
    }
    String reason = backend() + " gave no response in time";
    dropConnection(reason);
    attempts.failed(Plan.Fault.TIMEOUT, reason);
    fail(new HandlerException(504, "backend-timeout", reason));
  }

  @Override
  public void failed(IOException cause) {
    BackendConnection broken = connection;
    connection = null;
    sender.stop();
    boolean bad = cause instanceof MalformedException;
    String reason =
        backend() + (bad ? " answered what is no HTTP/1.1: " : ": ") + cause.getMessage();
    boolean nothingCame = !broken.answerBegun() && !bad && !sender.hasTouchedBody();
    if (nothingCame && sender.isRepeatable() && broken.reused() && !over) {
      // A pooled connection that the backend had given up meanwhile: no fault of anybody.
      LOG.debug("{}: {}; asked again on a fresh connection", exchange.describe(), reason);
      attempts.again();
      return;
    }
    attempts.failed(Plan.Fault.BROKEN, reason);
    if (over) {
      return;
    }
    if (nothingCame && sender.isRepeatable() && attempts.hasMore()) {
      LOG.debug("{}: {}; another member is tried", exchange.describe(), reason);
      attempts.next();
      return;
    }
    fail(new HandlerException(502, bad ? "backend-response" : "backend-closed", reason));
  }

  @Override
  public void head(ResponseHead head) {
    Content content = connection.content();
    content.progress(options.progressNanos);
    connection.deadline(0);
    exchange.attribute(Attributes.UPSTREAM_FIRST, System.nanoTime() - attempts.began());
    exchange.attribute(Attributes.UPSTREAM, backend().toString());
    sender.answered();
    if (head.status() == 101) {
      switchProtocols(head);
    } else if (!sender.isDone() && ResponseFields.asksForHandOff(head.headers())) {
      // Nothing of the request may be left on a socket that somebody else gets.
      held = head;
      sender.discard();
    } else {
      answer(head);
    }
  }

  private void answer(ResponseHead head) {
    Content content = connection.content();
    attempts.answered(head.status());
    reusable = head.keepAlive() && options.reuse && !sender.isCutShort();
    // The request may go on: an echo answers while it reads. It ends with the response at the
    // latest.
    Response response;
    try {
      response = response(head, content);
    } catch (RuntimeException e) {
      dropConnection(e.toString());
      attempts.end();
      fail(new HandlerException(502, "backend-response", backend() + ": " + e.getMessage(), e));
      return;
    }
    over = responseDone;
    ResponseFields.answer(exchange, options, response);
  }

  private Response response(ResponseHead head, Content content) {
    byte[] whole;
    try {
      whole = content.whole();
    } catch (MalformedException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    Headers headers =
        ResponseFields.of(exchange, head.headers(), options, target, plan, attempts.hop());
    return Response.of(head.status(), headers, whole == null ? content : Body.of(whole));
  }

  private void switchProtocols(ResponseHead head) {
    String objection = Tunnel.objection(exchange, head, sender.upgrade());
    if (objection != null) {
      String reason = backend() + ": " + objection;
      dropConnection(reason);
      attempts.failed(Plan.Fault.BROKEN, reason);
      fail(new HandlerException(502, "backend-upgrade", reason));
      return;
    }
    attempts.answered(101);
    tunnel = new Tunnel(exchange, connection, options.tunnelNanos);
    tunnel.open(ResponseFields.upgrade(head.headers()));
  }

  @Override
  public void contentEnded() {
    if (responseDone) {
      return;
    }
    responseDone = true;
    if (held != null) {
      // What follows the word does not matter, not even that it is missing.
      return;
    }
    exchange.attribute(Attributes.UPSTREAM_TOTAL, System.nanoTime() - began);
    if (tunnel != null) {
      tunnel.backendEnded();
      return;
    }
    Content content = connection.content();
    attempts.count(content.bytes());
    reusable &= content.isWhole();
    if (content.fault() != null) {
      attempts.cut(Plan.Fault.BROKEN, cut(content, content.fault().getMessage()));
    }
    endConnection();
  }

  private String cut(Content content, String why) {
    return backend() + ": the answer breaks off behind " + content.bytes() + " bytes: " + why;
  }

  // ---- the end

  private void endConnection() {
    BackendConnection done = connection;
    connection = null;
    sender.stop();
    if (done != null) {
      done.finish(reusable && sender.isDone());
    }
    attempts.end();
  }

  private Backend backend() {
    return attempts.hop().backend();
  }

  private void dropConnection(String why) {
    BackendConnection dropped = connection;
    connection = null;
    sender.stop();
    if (dropped != null) {
      LOG.debug("{}: a backend connection is closed: {}", exchange.describe(), why);
      dropped.finish(false);
    }
  }

  private void fail(HandlerException failure) {
    if (over) {
      return;
    }
    over = true;
    attempts.stop();
    exchange.fail(failure);
  }

  /** The client has left, or everything was sent. */
  private void exchangeEnded(Outcome outcome) {
    onLoop(
        () -> {
          over = true;
          held = null;
          attempts.stop();
          if (tunnel != null) {
            tunnel.close();
          }
          if (connection != null && connection.content() != null) {
            connection.content().abandon(new IOException("the exchange has ended"));
          }
          if (connection != null) {
            dropConnection("the exchange has ended");
            attempts.end();
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
