package org.sluice.fdpass.internal;

import io.netty.channel.IoRegistration;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.api.config.Options;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.HandlerException;
import org.sluice.api.http.Headers;
import org.sluice.api.http.Response;
import org.sluice.handoff.api.ClientSocket;
import org.sluice.handoff.api.Dialect;
import org.sluice.handoff.api.DialectTraits.RequestBody;
import org.sluice.handoff.api.HandOff;
import org.sluice.handoff.api.Preamble;

/**
 * One hand-off from the moment the engine let go of the socket until a receiver owns it, or the
 * exchange is answered or reset. The order that matters: the kernel has taken all of the preamble
 * before the descriptor is passed; our copy is kept until the receiver is known, or taken, to have
 * read the message; nothing is written to the client afterwards. Only on the exchange's event loop.
 *
 * <pre>
 *   start ─ large preamble: send ─┐
 *     └───────────────────────── seek ── busy ── line ── turn ── seek
 *                                  │ connected: send a small preamble, pass
 *                                watch ── never read ── seek (another, or the same once more)
 *                                  │ read, or no sign in time
 *                                give
 * </pre>
 */
final class Passing implements HandOff {
  private static final Logger LOG = LoggerFactory.getLogger("org.sluice.fdpass");

  /** Clients that leave are no fault of ours; a logger of its own keeps them out of the way. */
  private static final Logger PEER = LoggerFactory.getLogger("org.sluice.fdpass.peer");

  /** What the engine adds to a head, generously. */
  private static final int ENGINE_FIELDS = 160;

  private static final long FIRST_RETRY = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long LAST_RETRY = TimeUnit.MILLISECONDS.toNanos(20);

  private final Exchange exchange;
  private final Options options;
  private final FdOptions fd;
  private final Pool pool;
  private final Dialect dialect;
  private final Preamble preamble;
  private final ClientSocket client;
  private final Lingering lingering;
  private final Tally tally;

  private boolean preambleLeft;
  private boolean over;

  /** Receivers that failed; those that reset once may be tried again when nothing else is left. */
  private long failed;

  private long reset;
  private StringBuilder reasons;

  private int index;
  private LocalSocket local;
  private ReadWatch watch;

  private boolean inLine;
  private boolean watchesClient;
  private long retryNanos = FIRST_RETRY;
  private Future<?> deadline;

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
    this.dialect = dialect;
    this.preamble = preamble;
    this.client = client;
    this.lingering = lingering;
    this.tally = tally;
    this.preambleLeft = preamble.isNone();
  }

  void start() {
    if (dialect.traits().body() != RequestBody.PASS && client.unread().hasRemaining()) {
      tally.add(Step.BYTES_LOST);
      LOG.debug(
          "route {}: {} bytes behind the head cannot travel with the dialect {} and are lost",
          tally.route,
          client.unread().remaining(),
          tally.dialect);
    }
    if (!preambleLeft && size(preamble.present()) > client.sendBufferFree()) {
      send(this::seek);
    } else {
      seek();
    }
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
    CompletionStage<Void> sent;
    try {
      sent = client.send(preamble);
    } catch (RuntimeException e) {
      clientGone("the preamble was not sent: " + e);
      return;
    }
    if (FdHandler.isDone(sent)) {
      next.run();
      return;
    }
    sent.whenComplete(
        (nothing, failure) -> {
          if (over) {
            return;
          }
          if (failure == null) {
            next.run();
          } else {
            clientGone("the client left during the preamble");
          }
        });
  }

  /** Looks for a receiver, behind those who wait already. */
  private void seek() {
    if (pool.hasLine() || !attempt()) {
      queue("others wait already");
    }
  }

  /**
   * Tries every receiver that has not failed.
   *
   * @return false if those that are left are busy; else this is settled or on its way
   */
  private boolean attempt() {
    long busy = 0;
    for (; ; ) {
      int next = pool.choose(failed | busy, reset);
      if (next < 0) {
        break;
      }
      Receiver receiver = pool.receiver(next);
      try {
        local = receiver.connect(fd, lingering.scratch());
        index = next;
        connected();
        return true;
      } catch (ReceiverException e) {
        if (e.isBusy()) {
          busy |= 1L << next;
          receiver.busy(e.getMessage());
        } else {
          failed |= 1L << next;
          passedOver(receiver, e.getMessage());
        }
      }
    }
    if (busy != 0) {
      return false;
    }
    exhausted(Step.UNAVAILABLE);
    return true;
  }

  private void passedOver(Receiver receiver, String reason) {
    receiver.failed(reason);
    note(receiver.path, reason);
  }

  private void note(String path, String reason) {
    if (reasons == null) {
      reasons = new StringBuilder();
    } else {
      reasons.append("; ");
    }
    reasons.append(path).append(": ").append(reason);
  }

  private void connected() {
    leaveLine();
    if (preambleLeft) {
      pass();
    } else {
      send(this::pass);
    }
  }

  private void pass() {
    try {
      local.pass(dialect.message(this), client.descriptor());
    } catch (HandlerException e) {
      fail(Step.REFUSED, e);
      return;
    } catch (ReceiverException e) {
      notPassed(e);
      return;
    } catch (IOException | RuntimeException e) {
      fail(
          Step.ABORTED,
          new HandlerException(500, "fd-pass", here() + "the socket could not be passed: " + e, e));
      return;
    }
    if (fd.lingerNanos == 0) {
      give(Step.UNCONFIRMED);
    } else {
      watch();
    }
  }

  /** The kernel refused the message, so that nothing was passed. */
  private void notPassed(ReceiverException e) {
    Receiver receiver = pool.receiver(index);
    disconnect();
    if (e.isBusy()) {
      receiver.busy(e.getMessage());
      queue(e.getMessage());
    } else {
      failed |= 1L << index;
      passedOver(receiver, e.getMessage());
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
      LOG.debug("the connection to {} is not watched", pool.receiver(index).path, e);
    }
  }

  /** The watch saw something, or its time is over. */
  void signed(LocalSocket.Sign sign) {
    switch (sign) {
      case READ -> give(Step.GIVEN);
      case NONE -> give(Step.UNCONFIRMED);
      case NEVER_READ -> neverRead();
    }
  }

  /** Nobody else holds the client: the message was destroyed with the connection. */
  private void neverRead() {
    Receiver receiver = pool.receiver(index);
    disconnect();
    tally.add(Step.PASSED_OVER);
    long bit = 1L << index;
    if ((reset & bit) == 0) {
      reset |= bit;
    } else {
      failed |= bit;
    }
    passedOver(receiver, "closed the connection without reading the message");
    seek();
  }

  private void give(Step step) {
    over = true;
    Receiver receiver = pool.receiver(index);
    try {
      client.give();
      tally.add(step);
      receiver.took();
      tellPassedOver(receiver);
    } catch (IllegalStateException e) {
      // Core aborted the exchange meanwhile: the receiver has its copy all the same.
      LOG.debug("route {}: the exchange had ended when its socket was given", tally.route);
    } finally {
      disconnect();
    }
  }

  private void tellPassedOver(Receiver receiver) {
    if (reasons != null) {
      LOG.warn(
          "route {}: receiver {} took the client in place of {}",
          tally.route,
          receiver.path,
          reasons);
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
    if (watch != null) {
      watch.end();
      watch = null;
    }
    local = null;
    pool.receiver(index).left();
  }

  private void queue(String why) {
    if (!pool.join(this, fd.queue)) {
      note("all receivers busy", "handoff.queue=" + fd.queue + " is full");
      exhausted(Step.UNAVAILABLE);
      return;
    }
    inLine = true;
    if (!watchesClient) {
      watchesClient = true;
      client.gone().thenRun(this::clientLeft);
    }
    if (deadline == null) {
      deadline = lingering.loop().schedule(this::lateInLine, fd.connectNanos, TimeUnit.NANOSECONDS);
    }
    LOG.debug("route {}: waits for a receiver: {}", tally.route, why);
    if (pool.isFirst(this)) {
      retryLater();
    }
  }

  private void retryLater() {
    lingering.loop().schedule(this::turn, retryNanos, TimeUnit.NANOSECONDS);
    retryNanos = Math.min(retryNanos * 2, LAST_RETRY);
  }

  /** This exchange is the first in the line now. Any thread. */
  void yourTurn() {
    try {
      lingering.loop().execute(this::turn);
    } catch (RejectedExecutionException e) {
      pool.leave(this);
    }
  }

  private void turn() {
    if (!over && inLine && pool.isFirst(this) && !attempt()) {
      retryLater();
    }
  }

  private void lateInLine() {
    deadline = null;
    if (!over && inLine) {
      note(
          pool.receiver(0).path,
          "no receiver was free within handoff.connect-timeout="
              + TimeUnit.NANOSECONDS.toMillis(fd.connectNanos)
              + "ms: "
              + pool.receiver(0).lastError());
      exhausted(Step.TIMED_OUT);
    }
  }

  private void leaveLine() {
    if (inLine) {
      inLine = false;
      pool.leave(this);
    }
    if (deadline != null) {
      deadline.cancel(false);
      deadline = null;
    }
  }

  private void exhausted(Step step) {
    String text = "no receiver took the client: " + reasons;
    fail(step, new HandlerException(503, "fd-unavailable", text, null, 1));
  }

  /** An error page while that is possible, else a reset; one line in the log either way. */
  private void fail(Step step, HandlerException failure) {
    over = true;
    leaveLine();
    disconnect();
    try {
      if (client.started()) {
        tally.add(Step.ABORTED);
        LOG.error(
            "exchange {} route {}: {} {} (a part of the response had left: reset)",
            exchange.id(),
            tally.route,
            failure.code(),
            failure.getMessage());
        client.abort(failure.code());
        return;
      }
      tally.add(step);
      closePreamble();
      client.putBack();
    } catch (IllegalStateException e) {
      LOG.debug("route {}: the exchange had ended when it failed", tally.route);
      return;
    }
    exchange.fail(failure);
  }

  private void clientLeft() {
    if (!over && inLine) {
      clientGone("the client left while it waited for a receiver");
    }
  }

  private void clientGone(String reason) {
    over = true;
    leaveLine();
    disconnect();
    tally.add(Step.CLIENT_GONE);
    PEER.debug("exchange {} route {}: {}", exchange.id(), tally.route, reason);
    closePreamble();
    try {
      client.abort("client-left");
    } catch (IllegalStateException e) {
      PEER.debug("exchange {}: it had ended", exchange.id());
    }
  }

  private void closePreamble() {
    if (!preambleLeft) {
      preamble.present().body().close();
    }
  }

  /** The bundle stops while this waits. Any thread. */
  void handlerLeaves() {
    try {
      lingering.loop().execute(this::endWaiting);
    } catch (RejectedExecutionException e) {
      pool.leave(this);
    }
  }

  private void endWaiting() {
    if (!over && inLine) {
      note("org.sluice.fdpass", "the bundle was stopped");
      exhausted(Step.UNAVAILABLE);
    }
  }

  private String here() {
    return pool.receiver(index).path + ": ";
  }

  @Override
  public Exchange exchange() {
    return exchange;
  }

  @Override
  public Options options() {
    return options;
  }

  @Override
  public Mode mode() {
    return Mode.GIVE;
  }

  /** One connection carries one hand-off. */
  @Override
  public long id() {
    return 1;
  }

  @Override
  public long sent() {
    return 0;
  }

  @Override
  public ByteBuffer unread() {
    return client.unread();
  }

  @Override
  public boolean keep() {
    return preamble.isNone()
        && exchange.request().minorVersion() >= 1
        && !exchange.request().headers().hasToken("Connection", "close");
  }

  @Override
  public Duration deadline() {
    return Duration.ofNanos(fd.lingerNanos);
  }

  @Override
  public byte[] data() {
    return null;
  }
}
