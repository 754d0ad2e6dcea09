package org.sluice.backend.internal;

import io.netty.buffer.ByteBuf;
import org.sluice.api.http.Body;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.HandlerException;

/**
 * The request of one exchange on its way out: the head, the wait for {@code 100 Continue}, the body
 * while the backend takes it. On the loop of the backend connections.
 */
final class RequestSender {
  private final Exchange exchange;
  private final BackendTarget target;
  private final BackendOptions options;
  private final LoopState loop;
  private final Body body;
  private final boolean hasBody;
  private final boolean expect;
  private final String upgrade;
  private final RequestPump.Listener listener;
  private BackendConnection connection;
  private RequestPump pump;
  private boolean awaitsContinue;
  private boolean bodyTouched;
  private boolean done;
  private boolean cutShort;

  RequestSender(
      Exchange exchange,
      BackendTarget target,
      BackendOptions options,
      LoopState loop,
      Body body,
      RequestPump.Listener listener) {
    this.exchange = exchange;
    this.target = target;
    this.options = options;
    this.loop = loop;
    this.body = body;
    this.hasBody = body.length() != 0;
    this.listener = listener;
    // A body that was read ahead has had its 100 already.
    boolean streamed = body == exchange.request().body();
    this.expect =
        hasBody
            && streamed
            && exchange.request().minorVersion() >= 1
            && exchange.request().headers().hasToken("Expect", "100-continue");
    this.upgrade = hasBody ? null : Tunnel.offered(exchange, options);
  }

  /** Whether it may be sent a second time (RFC 9110 section 9.2.2). */
  boolean isRepeatable() {
    return !hasBody
        && switch (exchange.request().method()) {
          case "GET", "HEAD", "OPTIONS", "PUT", "DELETE" -> true;
          default -> false;
        };
  }

  /** Protocols that were offered to the backend, or null. */
  String upgrade() {
    return upgrade;
  }

  /** Whether all of it has been written. */
  boolean isDone() {
    return done;
  }

  /** Whether the backend did not get all of it. */
  boolean isCutShort() {
    return cutShort;
  }

  /** Whether a byte of the body was taken, which cannot be had again. */
  boolean hasTouchedBody() {
    return bodyTouched;
  }

  /** Writes the head and, unless a 100 has to come first, begins with the body. */
  void send(BackendConnection to, Hop hop) throws HandlerException {
    connection = to;
    done = false;
    pump = null;
    ByteBuf bytes = loop.writer.write(exchange, options, head(hop), loop.allocator());
    hop.backend().bytesOut.add(bytes.readableBytes());
    if (!hasBody) {
      done = true;
      to.deadline(options.firstByteNanos);
      to.channel().writeAndFlush(bytes, to.channel().voidPromise());
      return;
    }
    to.channel().write(bytes, to.channel().voidPromise());
    if (expect) {
      awaitsContinue = true;
      to.channel().flush();
      to.deadline(options.continueNanos);
    } else {
      sendBody();
    }
  }

  private RequestWriter.Head head(Hop hop) throws HandlerException {
    String path = PathMapping.path(exchange, target, hop.base(), options);
    String query = exchange.request().query();
    String host = options.host;
    if (host == null) {
      host = RequestWriter.clientHost(exchange.request());
    }
    return new RequestWriter.Head(
        query == null ? path : path + '?' + Queries.checked(query),
        host == null || host.isEmpty() ? hop.host() : host,
        hasBody ? body.length() : RequestWriter.Head.NO_BODY,
        expect,
        upgrade,
        !options.reuse);
  }

  private void sendBody() {
    awaitsContinue = false;
    bodyTouched = true;
    connection.deadline(0);
    pump = new RequestPump(connection, body, body.length() < 0, listener);
    pump.run();
  }

  /** Sends the body if it waited for a word of the backend; tells whether it did. */
  boolean goOn() {
    if (!awaitsContinue) {
      return false;
    }
    // Reading the body tells the client to continue.
    sendBody();
    return true;
  }

  /** The final answer is there: a body that nobody has asked for stays where it is. */
  void answered() {
    awaitsContinue = false;
  }

  /** The backend takes more. */
  void writable() {
    if (pump != null && !pump.isOver()) {
      connection.deadline(0);
      pump.run();
    }
  }

  /** All of the body was taken; returns how much it was. */
  long finished() {
    done = true;
    return pump.sent();
  }

  /**
   * What is left of the body is read and thrown away, as whoever answered does not want it; the
   * pump's listener hears of the end as if it had been sent.
   */
  void discard() {
    cutShort = true;
    if (pump == null) {
      bodyTouched = true;
      pump = new RequestPump(connection, body, body.length() < 0, listener);
    }
    pump.discard();
  }

  /** No more of the body. */
  void stop() {
    if (pump != null && !pump.isOver()) {
      pump.cancel();
    }
  }
}
