package org.sluice.fdpass.internal;

import io.netty.channel.IoRegistration;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.sluice.api.http.HandlerException;
import org.sluice.handoff.api.ClientSocket;
import org.sluice.handoff.api.Dialect;
import org.sluice.handoff.api.DialectTraits.RequestBody;
import org.sluice.handoff.api.HandOff;
import org.sluice.handoff.api.Preamble;

/**
 * A hand-off with a connection of its own and without acknowledgement. The order that matters: the
 * kernel has taken all of the preamble before the descriptor is passed; our copy is kept until the
 * receiver is known, or taken, to have read the message; nothing is written to the client
 * afterwards. Only on the exchange's event loop.
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
final class Passing extends Transfer {
  private final Search search;
  private final Lingering lingering;

  /** Asked for already, and to be used before the next hand-off asks; else null. */
  private ByteBuffer message;

  /** What the local socket has not taken yet of a message whose descriptor is on its way. */
  private ByteBuffer rest;

  /** What goes there when the message was read; null for nothing. */
  private ByteBuffer behind;

  /** Whether the message was read, and with it the descriptor received. */
  private boolean passed;

  private LocalSocket local;
  private ReadWatch watch;

  Passing(
      Request request,
      Dialect dialect,
      Preamble preamble,
      ClientSocket client,
      Lingering lingering,
      Hash hash) {
    super(request, dialect, preamble, client);
    this.search =
        new Search(
            pool, fd, tally, dialect.traits().socket(), hash != null, hash == null ? 0 : hash.key);
    this.lingering = lingering;
  }

  /** The message is asked for before anything is written: a dialect may refuse the request. */
  @Override
  void start() {
    boolean carries = dialect.traits().body() == RequestBody.PASS;
    ByteBuffer unread = unread();
    if (!carries && unread.hasRemaining()) {
      tally.add(Step.BYTES_LOST);
      LOG.debug(
          "{}: {} bytes behind the head cannot travel with the dialect {} and are lost",
          exchange.describe(),
          unread.remaining(),
          tally.dialect);
    }
    try {
      message = ask();
    } catch (HandlerException e) {
      fail(Step.REFUSED, e);
      return;
    }
    if (preambleIsLarge()) {
      send(this::seek);
    } else {
      seek();
    }
  }

  /** All that the dialect says, at once: a plug-in must not fail when the descriptor has left. */
  private ByteBuffer ask() throws HandlerException {
    HandOff handOff =
        new PassedHandOff(
            exchange,
            options,
            HandOff.Mode.GIVE,
            1,
            unread(),
            preamble.isNone() && client.mayPersist() && !isCutOff(),
            Duration.ofNanos(fd.lingerNanos),
            rest(),
            client.sent(),
            appendix,
            null,
            null);
    try {
      ByteBuffer asked = dialect.message(handOff);
      behind = copy(dialect.behind(handOff));
      return asked;
    } catch (RuntimeException e) {
      throw dialectFailed(e);
    }
  }

  @Override
  void sending() {
    super.sending();
    message = null;
  }

  @Override
  void sendingLater() {
    message = null;
  }

  @Override
  Line line() {
    return search.line();
  }

  @Override
  boolean attempt() {
    try {
      local = search.connect(lingering.scratch());
    } catch (ReceiverException e) {
      step(e.getMessage());
      return false;
    }
    leaveLine();
    if (local == null) {
      exhausted(Step.UNAVAILABLE);
      return true;
    }
    if (isTraced()) {
      step("connected to " + search.receiver().path);
    }
    if (preambleLeft) {
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
      KeepAlive.set(client, fd.keepAliveSeconds, true);
      local.pass(once, descriptor);
      rest = copy(once);
      if (fd.lingerNanos == 0 && rest == null) {
        // Nobody will tell whether the message was read.
        follow();
      } else if (rest == null && behind == null) {
        local.finish();
      }
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
    step("the descriptor is passed");
    if (fd.lingerNanos == 0 && rest == null) {
      give(Step.UNCONFIRMED);
    } else {
      watch();
    }
  }

  /** Null for nothing. */
  private static ByteBuffer copy(ByteBuffer bytes) {
    return bytes != null && bytes.hasRemaining()
        ? ByteBuffer.allocateDirect(bytes.remaining()).put(bytes).flip()
        : null;
  }

  /** The message was read, or nobody will tell: what is behind it goes after it. */
  private void follow() {
    rest = behind;
    behind = null;
    try {
      if (rest != null) {
        local.more(rest);
        rest = rest.hasRemaining() ? rest : null;
      }
      if (rest == null) {
        local.finish();
      }
    } catch (IOException e) {
      // It has closed, and does not want to know.
      rest = null;
    }
  }

  /** Nobody but us holds the client. */
  private void notPassed(ReceiverException e) {
    release();
    step(e.getMessage());
    if (search.refused(e)) {
      queueAgain(e);
    } else {
      seek();
    }
  }

  private void watch() {
    watch = new ReadWatch(local, this);
    lingering.passed(this);
    lingering.add(watch, Math.max(fd.lingerNanos, rest == null ? 0 : fd.connectNanos));
    // On the loop itself registering is done when the call returns.
    IoRegistration registration = lingering.loop().register(watch).getNow();
    try {
      watch.start(registration, rest != null || behind != null);
    } catch (RuntimeException e) {
      LOG.debug("the connection to {} is not watched", search.receiver().path, e);
    }
  }

  /**
   * Something happened on the local connection.
   *
   * @return whether all of the message has been written
   */
  boolean written() {
    if (rest == null) {
      return true;
    }
    try {
      local.more(rest);
      if (rest.hasRemaining()) {
        return false;
      }
      rest = null;
      if (behind == null) {
        local.finish();
      }
      return true;
    } catch (IOException e) {
      // The connection is gone: its state tells whether the descriptor was received.
      rest = null;
      return true;
    }
  }

  @Override
  void grown() {
    super.grown();
    if (watch != null) {
      watch.hearAll();
    }
  }

  /** The watch saw something, or its time is over. */
  void signed(LocalSocket.Sign sign) {
    switch (sign) {
      case READ -> {
        passed = true;
        goOn(Step.GIVEN);
      }
      case NONE -> {
        goOn(passed ? Step.GIVEN : Step.UNCONFIRMED);
        if (rest != null) {
          String path = search.receiver().path;
          resetClient(Step.STALLED, path, path + " has the socket and does not read the message");
        }
      }
      case NEVER_READ -> {
        if (passed) {
          give(Step.GIVEN);
        } else {
          guarded(this::neverRead);
        }
      }
    }
  }

  /** Gives the client, after the last byte of the message has left. */
  private void goOn(Step step) {
    if (behind != null && rest == null) {
      follow();
    }
    if (rest == null) {
      give(step);
    }
  }

  /** The message, and with it the receiver's copy, was destroyed with the connection. */
  private void neverRead() {
    notPassed(ReceiverException.lost("closed the connection without reading the message"));
  }

  private void give(Step step) {
    over = true;
    Receiver receiver = search.receiver();
    settled(step, receiver.path);
    if (step == Step.UNCONFIRMED && fd.lingerNanos > 0 && receiver.isUnconfirmedNews()) {
      LOG.info(
          "{}: handoff-unconfirmed receiver {} has not read the message within handoff.linger={}ms;"
              + " the client is its own (told once in 10 s)",
          exchange.describeFailure(),
          receiver.path,
          TimeUnit.NANOSECONDS.toMillis(fd.lingerNanos));
    }
    try {
      client.give();
    } catch (IllegalStateException e) {
      // Core aborted the exchange meanwhile: the receiver has its copy all the same.
      LOG.debug("{}: had ended when its socket was given", exchange.describe());
    } finally {
      if (step == Step.UNCONFIRMED && watch != null) {
        watchOn();
      } else {
        release();
      }
    }
    receiver.took();
    if (search.reasons() != null) {
      LOG.warn(
          "{}: receiver {} took the client in place of {}",
          exchange.describeFailure(),
          receiver.path,
          search.reasons());
    }
  }

  /** The message may lie unread for long, and counts as in flight until it is read. */
  private void watchOn() {
    lingering.remove(watch);
    watch.outlive(search.receiver(), lingering);
    local = null;
    watch = null;
  }

  /** Closes the connection to the receiver, if there is one. */
  @Override
  void release() {
    if (local == null) {
      return;
    }
    if (watch != null) {
      lingering.remove(watch);
    }
    local.close();
    local = null;
    rest = null;
    behind = null;
    passed = false;
    if (watch != null) {
      watch.end();
      watch = null;
    }
    search.receiver().left();
  }

  @Override
  Lingering lingering() {
    return lingering;
  }

  @Override
  long patience() {
    return fd.connectNanos;
  }

  @Override
  String patienceKey() {
    return "handoff.connect-timeout=" + TimeUnit.NANOSECONDS.toMillis(fd.connectNanos) + "ms";
  }

  @Override
  String busyReason() {
    Receiver receiver = search.receiver();
    return receiver == null ? "the target" : receiver.path + ": " + receiver.lastBusy();
  }

  @Override
  String reasons() {
    return search.reasons();
  }

  @Override
  void note(String subject, String reason) {
    search.note(subject, reason);
  }
}
