package org.sluice.fdpass.internal;

import io.netty.channel.IoRegistration;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
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
import org.sluice.handoff.api.DialectTraits.RequestBody;
import org.sluice.handoff.api.Preamble;

/**
 * One hand-off from the moment the engine let go of the socket until a receiver owns it, or the
 * exchange is answered or reset. The order that matters: the kernel has taken all of the preamble
 * before the descriptor is passed; our copy is kept until the receiver is known, or taken, to have
 * read the message; nothing is written to the client afterwards. Only on the exchange's event loop.
 *
 * <pre>
 *   start ─ large preamble: send ─┐
 *     └───────────────────────── seek ── busy ── line ── turn
 *                                  │ connected: send a small preamble, pass
 *                                watch ── never read ── seek
 *                                  │ read, or no sign in time
 *                                give
 * </pre>
 */
final class Passing {
  private static final Logger LOG = LoggerFactory.getLogger("org.sluice.fdpass");

  /** Clients that leave are no fault of ours; a logger of its own keeps them out of the way. */
  private static final Logger PEER = LoggerFactory.getLogger("org.sluice.fdpass.peer");

  /** What the engine adds to a head, generously. */
  private static final int ENGINE_FIELDS = 160;

  /** What the empty send buffer of a new connection takes under any tcp_wmem. */
  private static final int FITS_ALWAYS = 2_048;

  private final Exchange exchange;
  private final Options options;
  private final FdOptions fd;
  private final Pool pool;
  private final Search search;
  private final Dialect dialect;
  private final Preamble preamble;
  private final ClientSocket client;
  private final Lingering lingering;
  private final Tally tally;

  /** Asked for already, and to be used before the next hand-off asks; else null. */
  private ByteBuffer message;

  private boolean preambleLeft;
  private boolean over;
  private LocalSocket local;
  private ReadWatch watch;
  private Waiting waiting;

  Passing(
      Exchange exchange,
      Options options,
      FdOptions fd,
      Pool pool,
      Dialect dialect,
      Preamble preamble,
      ClientSocket client,
      Lingering lingering,
      Tally tally) {
    this.exchange = exchange;
    this.options = options;
    this.fd = fd;
    this.pool = pool;
    this.search = new Search(pool, fd);
    this.dialect = dialect;
    this.preamble = preamble;
    this.client = client;
    this.lingering = lingering;
    this.tally = tally;
    this.preambleLeft = preamble.isNone();
  }

  /** The message is asked for before anything is written: a dialect may refuse the request. */
  void start() {
    boolean carries = dialect.traits().body() == RequestBody.PASS;
    ByteBuffer unread = client.unread();
    if (!carries && unread.hasRemaining()) {
      tally.add(Step.BYTES_LOST);
      LOG.debug(
          "route {}: {} bytes behind the head cannot travel with the dialect {} and are lost",
          tally.route,
          unread.remaining(),
          tally.dialect);
    }
    try {
      message = ask();
    } catch (HandlerException e) {
      fail(Step.REFUSED, e);
      return;
    }
    if (!preambleLeft && isLarge(size(preamble.present()))) {
      send(this::seek);
    } else {
      seek();
    }
  }

  private ByteBuffer ask() throws HandlerException {
    Duration deadline = Duration.ofNanos(fd.lingerNanos);
    return dialect.message(
        new PassedHandOff(exchange, options, client.unread(), preamble.isNone(), deadline));
  }

  /** Asks the kernel only where the answer is open. */
  private boolean isLarge(long size) {
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
  private void send(Runnable next) {
    preambleLeft = true;
    CompletionStage<Void> sent = client.send(preamble);
    if (Stages.isDone(sent)) {
      next.run();
      return;
    }
    message = null;
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

  /** Looks for a receiver, behind those who wait already. */
  private void seek() {
    if (pool.hasLine() || !attempt()) {
      queue();
    }
  }

  /**
   * Tries the receivers that are left.
   *
   * @return false if they are busy; else this is settled or on its way
   */
  boolean attempt() {
    try {
      local = search.connect(lingering.scratch());
    } catch (ReceiverException e) {
      return false;
    }
    leaveLine();
    if (local == null) {
      exhausted(Step.UNAVAILABLE);
    } else if (preambleLeft) {
      pass();
    } else {
      send(this::pass);
    }
    return true;
  }

  private void pass() {
    try {
      ByteBuffer once = message == null ? ask() : message;
      message = null;
      int descriptor = client.descriptor();
      KeepAlive.set(descriptor, fd.keepAliveSeconds);
      local.pass(once, descriptor);
    } catch (HandlerException e) {
      fail(Step.REFUSED, e);
      return;
    } catch (ReceiverException e) {
      notPassed(e);
      return;
    } catch (IllegalStateException e) {
      clientGone("the client left before its socket was passed");
      return;
    } catch (IOException e) {
      String text = search.receiver().path + ": the socket could not be passed: " + e.getMessage();
      fail(Step.ABORTED, new HandlerException(500, "fd-pass", text));
      return;
    }
    if (fd.lingerNanos == 0) {
      give(Step.UNCONFIRMED);
    } else {
      watch();
    }
  }

  /** Nobody but us holds the client. */
  private void notPassed(ReceiverException e) {
    disconnect();
    if (search.refused(e)) {
      queue();
    } else {
      tally.add(Step.PASSED_OVER);
      seek();
    }
  }

  private void watch() {
    watch = new ReadWatch(local, this);
    lingering.add(watch, fd.lingerNanos);
    // On the loop itself registering is done when the call returns.
    IoRegistration registration = lingering.loop().register(watch).getNow();
    try {
      watch.start(registration);
    } catch (RuntimeException e) {
      LOG.debug("the connection to {} is not watched", search.receiver().path, e);
    }
  }

  /** The watch saw something, or its time is over. */
  void signed(LocalSocket.Sign sign) {
    switch (sign) {
      case READ -> give(Step.GIVEN);
      case NONE -> give(Step.UNCONFIRMED);
      case NEVER_READ -> guarded(this::neverRead);
    }
  }

  /** The message, and with it the receiver's copy, was destroyed with the connection. */
  private void neverRead() {
    notPassed(ReceiverException.lost("closed the connection without reading the message"));
  }

  private void give(Step step) {
    over = true;
    Receiver receiver = search.receiver();
    exchange.attribute(Attributes.HANDOFF_OUTCOME, step.toString());
    exchange.attribute(Attributes.HANDOFF_RECEIVER, receiver.path);
    exchange.attribute(Attributes.HANDOFF_DIALECT, fd.dialect);
    try {
      client.give();
    } catch (IllegalStateException e) {
      // Core aborted the exchange meanwhile: the receiver has its copy all the same.
      LOG.debug("route {}: the exchange had ended when its socket was given", tally.route);
    } finally {
      disconnect();
    }
    tally.add(step);
    receiver.took();
    if (search.reasons() != null) {
      LOG.warn(
          "route {}: receiver {} took the client in place of {}",
          tally.route,
          receiver.path,
          search.reasons());
    }
  }

  /** Closes the connection to the receiver, if there is one. */
  private void disconnect() {
    if (local == null) {
      return;
    }
    if (watch != null) {
      lingering.remove(watch);
    }
    local.close();
    local = null;
    if (watch != null) {
      watch.end();
      watch = null;
    }
    search.receiver().left();
  }

  private void queue() {
    message = null;
    if (waiting == null) {
      waiting = new Waiting(pool, lingering.loop(), this, client, fd);
    }
    if (!waiting.join()) {
      search.note("the line of those who wait is full", "handoff.queue=" + fd.queue);
      exhausted(Step.UNAVAILABLE);
    }
  }

  private void leaveLine() {
    if (waiting != null) {
      waiting.leave();
    }
  }

  /** No receiver was free in time. */
  void late() {
    Receiver receiver = pool.receiver(0);
    long millis = TimeUnit.NANOSECONDS.toMillis(fd.connectNanos);
    search.note(
        receiver.path,
        receiver.lastError() + ", for longer than handoff.connect-timeout=" + millis + "ms");
    exhausted(Step.TIMED_OUT);
  }

  /** The client reset the connection while it waited. */
  void clientLeft() {
    clientGone("the client left while it waited for a receiver");
  }

  /** The bundle stops while this waits. */
  void handlerLeaves() {
    search.note("org.sluice.fdpass", "the bundle was stopped");
    exhausted(Step.UNAVAILABLE);
  }

  private void exhausted(Step step) {
    String text = "no receiver took the client: " + search.reasons();
    fail(step, new HandlerException(503, "fd-unavailable", text, null, 1));
  }

  /** An exception on the event loop would leave the client without an answer. */
  void guarded(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException e) {
      broken(e);
    }
  }

  /** Ends the hand-off after a fault of a plug-in or of our own. */
  void broken(RuntimeException e) {
    if (!over) {
      fail(Step.REFUSED, new HandlerException(500, "fd-failed", "the hand-off failed: " + e, e));
    }
  }

  /** An error page while that is possible, else a reset; one line in the log either way. */
  private void fail(Step step, HandlerException failure) {
    exchange.attribute(Attributes.HANDOFF_OUTCOME, step.toString());
    exchange.attribute(Attributes.HANDOFF_DIALECT, fd.dialect);
    end();
    try {
      if (client.started()) {
        tally.add(Step.ABORTED);
        LOG.error(
            "exchange {} route {}: {} {} (a part of the response had left: reset)",
            exchange.id(),
            tally.route,
            failure.code(),
            failure.getMessage(),
            failure.getCause());
        client.abort(failure.code());
      } else {
        tally.add(step);
        client.putBack();
        exchange.fail(failure);
      }
    } catch (IllegalStateException e) {
      LOG.debug("route {}: the exchange had ended when it failed", tally.route);
    }
  }

  private void clientGone(String reason) {
    exchange.attribute(Attributes.HANDOFF_OUTCOME, Step.CLIENT_GONE.toString());
    end();
    tally.add(Step.CLIENT_GONE);
    PEER.debug("exchange {} route {}: {}", exchange.id(), tally.route, reason);
    try {
      client.abort("client-left");
    } catch (IllegalStateException e) {
      PEER.debug("exchange {}: it had ended", exchange.id());
    }
  }

  private void end() {
    over = true;
    leaveLine();
    disconnect();
    if (!preambleLeft) {
      preamble.present().body().close();
      preambleLeft = true;
    }
  }
}
