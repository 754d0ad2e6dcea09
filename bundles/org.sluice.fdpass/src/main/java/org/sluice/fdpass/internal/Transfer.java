package org.sluice.fdpass.internal;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.api.config.Options;
import org.sluice.api.http.Attributes;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.HandlerException;
import org.sluice.api.http.Headers;
import org.sluice.api.http.Response;
import org.sluice.handoff.api.ClientSocket;
import org.sluice.handoff.api.Dialect;
import org.sluice.handoff.api.Preamble;
import org.sluice.handoff.api.RequestRest;
import org.sluice.handoff.api.RequestRest.Framing;

/**
 * What every hand-off has in common from the moment the engine let go of the socket: the preamble,
 * waiting in line, and how it ends when no receiver takes the client. Only on the exchange's event
 * loop.
 */
abstract class Transfer {
  private static final String LEAVES = "the bundle was stopped";

  static final Logger LOG = LoggerFactory.getLogger("org.sluice.fdpass");

  /** Clients that leave are no fault of ours; a logger of its own keeps them out of the way. */
  static final Logger PEER = LoggerFactory.getLogger("org.sluice.fdpass.peer");

  /** What the engine adds to a head, generously. */
  private static final int ENGINE_FIELDS = 160;

  /** What the empty send buffer of a new connection takes under any tcp_wmem. */
  private static final int FITS_ALWAYS = 2_048;

  final Exchange exchange;
  final Options options;
  final FdOptions fd;
  final Pool pool;
  final Dialect dialect;
  final Preamble preamble;
  final ClientSocket client;
  final Tally tally;
  final Appendix appendix;

  boolean preambleLeft;
  boolean over;

  /** When the client was last passed, by {@link System#nanoTime}; kept by {@link Lingering}. */
  long passed;

  private Waiting waiting;
  private Trace trace;
  private long traceStart;

  Transfer(Request request, Dialect dialect, Preamble preamble, ClientSocket client) {
    this.exchange = request.exchange();
    this.options = request.options();
    this.fd = request.fd();
    this.pool = request.pool();
    this.tally = request.tally();
    this.appendix = request.appendix();
    this.dialect = dialect;
    this.preamble = preamble;
    this.client = client;
    this.preambleLeft = preamble.isNone();
    Trace wanted = tally.trace;
    if (wanted != null && wanted.admits(exchange.id())) {
      trace = wanted;
      traceStart = System.nanoTime();
    }
  }

  /**
   * What a hand-off is made of before its dialect is known.
   *
   * @param exchange the exchange
   * @param options of its route
   * @param fd the same, read
   * @param pool its receivers
   * @param tally its counts
   * @param appendix what an application attached
   */
  record Request(
      Exchange exchange,
      Options options,
      FdOptions fd,
      Pool pool,
      Tally tally,
      Appendix appendix) {}

  /** Begins; on the loop, right after the socket was taken. */
  abstract void start();

  /**
   * Tries the receivers that are left.
   *
   * @return false if they are busy; else this is settled or on its way
   */
  abstract boolean attempt();

  /** Lets go of connections and reservations; again is nothing. */
  abstract void release();

  /** Why receivers did not take the client so far, null if none was asked. */
  abstract String reasons();

  /** Adds a line to what {@link #reasons} says. */
  abstract void note(String subject, String reason);

  /** The event loop's list of short watches, and the loop. */
  abstract Lingering lingering();

  /** How long a client may wait in line. */
  abstract long patience();

  /** The key that says so. */
  abstract String patienceKey();

  // ---- what travels along

  /**
   * What of the request's body is the receiver's. Of one that an application had, nothing: what it
   * did not want of it is nobody's, and the connection cannot go on behind it.
   */
  final RequestRest rest() {
    RequestRest rest = client.rest();
    return isCutOff(rest) ? new RequestRest(Framing.CONSUMED, 0, 0, false) : rest;
  }

  /** Whether an application has answered before it had read all of the body. */
  final boolean isCutOff() {
    return appendix.applied() && isCutOff(client.rest());
  }

  private boolean isCutOff(RequestRest rest) {
    return appendix.applied()
        && rest.framing() != Framing.NONE
        && rest.framing() != Framing.CONSUMED;
  }

  /** The bytes that were read and that somebody may have. */
  final ByteBuffer unread() {
    ByteBuffer unread = client.unread();
    return isCutOff() ? unread.limit(unread.position()) : unread;
  }

  /** A dialect's fault; the same exception, from the client's socket, tells that it has left. */
  final HandlerException dialectFailed(RuntimeException e) {
    String text = "the dialect " + tally.dialect + " failed: " + e;
    return new HandlerException(500, "fd-failed", text, e);
  }

  // ---- the preamble

  /** Asks the kernel only where the answer is open. */
  final boolean preambleIsLarge() {
    if (preambleLeft) {
      return false;
    }
    long size = size(preamble.present());
    boolean fresh = exchange.connection().requests() == 1 && size <= FITS_ALWAYS;
    return !fresh && size > client.sendBufferFree();
  }

  private static long size(Response head) {
    long sum = ENGINE_FIELDS + Math.max(0, head.body().length());
    Headers fields = head.headers();
    for (int i = 0; i < fields.size(); i++) {
      sum += fields.name(i).length() + fields.value(i).length() + 4;
    }
    return sum;
  }

  /** Sends the preamble, then goes on; the client may leave instead. */
  final void send(Runnable next) {
    preambleLeft = true;
    CompletionStage<Void> sent = client.send(preamble);
    if (Stages.isDone(sent)) {
      next.run();
      return;
    }
    sending();
    sent.whenComplete(
        (nothing, failure) -> {
          if (over) {
            return;
          }
          if (failure == null) {
            guarded(next);
          } else {
            clientGone("the client left during the preamble");
          }
        });
  }

  /** The preamble takes its time: what is shared with other hand-offs must not be kept. */
  void sending() {
    step("the client is slow to take the preamble");
  }

  // ---- waiting

  /** Looks for a receiver, behind those who wait already. */
  final void seek() {
    if (line().isEmpty() ? !attempt() : true) {
      queue();
    }
  }

  /** The line to wait in. */
  Line line() {
    return pool.line();
  }

  final void queue() {
    if (over) {
      return;
    }
    sendingLater();
    if (waiting == null) {
      waiting = new Waiting(this, line());
    }
    step("waits for a receiver with room");
    if (!waiting.join()) {
      // There may be room that those in the line have not come to yet.
      if (attempt()) {
        return;
      }
      note("the line of those who wait is full", "handoff.queue=" + fd.queue);
      exhausted(Step.UNAVAILABLE);
    }
  }

  /**
   * There was no room after all: waits where it stood, with a pause for all if nobody tells of
   * room.
   */
  final void queueAgain(ReceiverException why) {
    queue();
    if (why.isShortage() && !over) {
      waiting.quiet();
    }
  }

  /** Other hand-offs go first: what was prepared in shared memory is lost. */
  void sendingLater() {}

  final void leaveLine() {
    if (waiting != null) {
      waiting.leave();
    }
  }

  /** No receiver was free in time. */
  final void late() {
    note(busyReason(), "for longer than " + patienceKey());
    exhausted(Step.TIMED_OUT);
  }

  abstract String busyReason();

  /** Whether this hears by itself of a client that leaves, also while it waits. */
  boolean watchesClient() {
    return false;
  }

  /** The client reset the connection while it waited. */
  void clientLeft() {
    clientGone("the client left while it waited for a receiver");
  }

  /**
   * A plug-in that would wait for this leaves, and nothing has been done yet: whoever comes next
   * has the client wait, too. A body is where it was, or dropped already. Who has a part of the
   * answer stays in line as long as the plug-in is waited for.
   */
  final void startOver() {
    if (client.started() || preambleLeft != preamble.isNone()) {
      return;
    }
    waiting.keepBegin();
    end();
    step("a plug-in leaves: starts over");
    try {
      client.putBack();
      if (!exchange.startOver()) {
        settled(Step.UNAVAILABLE, null);
        exchange.fail(new HandlerException(503, "fd-unavailable", LEAVES, null, 1));
      }
    } catch (IllegalStateException e) {
      LOG.debug("{}: had ended when a plug-in left", exchange.describe());
    }
  }

  /** The bundle stops while this waits. */
  final void handlerLeaves() {
    note("org.sluice.fdpass", LEAVES);
    exhausted(Step.UNAVAILABLE);
  }

  /** The receiver takes its time: its client is to see a head meanwhile. */
  void grown() {
    try {
      client.flush();
    } catch (IllegalStateException e) {
      LOG.debug("{}: had ended while its receiver took its time", exchange.describe());
    }
  }

  // ---- ends

  final void exhausted(Step step) {
    String text = "no receiver took the client: " + reasons();
    fail(step, new HandlerException(503, "fd-unavailable", text, null, 1));
  }

  /** An exception on the event loop would leave the client without an answer. */
  final void guarded(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException | Error e) {
      broken(e);
    }
  }

  /** Ends the hand-off after a fault of a plug-in or of our own. */
  void broken(Throwable e) {
    if (!over) {
      fail(Step.REFUSED, new HandlerException(500, "fd-failed", "the hand-off failed: " + e, e));
    }
  }

  /** An error page while that is possible, else a reset; one line in the log either way. */
  final void fail(Step step, HandlerException failure) {
    end();
    try {
      if (client.started()) {
        settled(Step.ABORTED, null);
        LOG.error(
            "{}: {} {} (a part of the response had left: reset)",
            exchange.describeFailure(),
            failure.code(),
            failure.getMessage(),
            failure.getCause());
        client.abort(failure.code());
      } else {
        settled(step, null);
        client.putBack();
        exchange.fail(failure);
      }
    } catch (IllegalStateException e) {
      LOG.debug("{}: had ended when it failed", exchange.describe());
    }
  }

  final void clientGone(String reason) {
    end();
    settled(Step.CLIENT_GONE, null);
    if (PEER.isDebugEnabled()) {
      PEER.debug("{}: {}", exchange.describe(), reason);
    }
    try {
      client.abort("client-left");
    } catch (IllegalStateException e) {
      PEER.debug("{}: it had ended", exchange.describe());
    }
  }

  /** Somebody else may hold the client: nothing but a reset is safe. */
  final void resetClient(Step step, String receiver, String reason) {
    end();
    settled(step, receiver);
    LOG.warn("{}: handoff-{} {}: the client is reset", exchange.describeFailure(), step, reason);
    try {
      client.abort(step.toString());
    } catch (IllegalStateException e) {
      LOG.debug("{}: it had ended", exchange.describe());
    }
  }

  final void end() {
    over = true;
    leaveLine();
    release();
    if (!preambleLeft) {
      preamble.present().body().close();
      preambleLeft = true;
    }
  }

  /** Counts, and tells the log what this came to; before the exchange ends. */
  final void settled(Step step, String receiver) {
    describe(step, receiver);
    count(step);
  }

  /** Tells the log what this came to; before the exchange ends. */
  final void describe(Step step, String receiver) {
    exchange.attribute(Attributes.HANDOFF_OUTCOME, step.toString());
    exchange.attribute(Attributes.HANDOFF_DIALECT, tally.dialect);
    if (receiver != null) {
      exchange.attribute(Attributes.HANDOFF_RECEIVER, receiver);
    }
  }

  /** Counts what this came to. */
  final void count(Step step) {
    tally.add(step);
    if (trace != null) {
      step(step.toString());
      trace.finished();
      trace = null;
    }
  }

  /** A step for whoever traces the route. */
  final void step(String text) {
    if (trace != null) {
      trace.add(exchange.id(), System.nanoTime() - traceStart, text);
    }
  }

  final boolean isTraced() {
    return trace != null;
  }
}
