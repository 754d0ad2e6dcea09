package org.sluice.fdpass.internal;

import io.netty.channel.IoEventLoop;
import java.util.concurrent.CompletionStage;
import org.sluice.api.http.Attributes;
import org.sluice.api.http.Body;
import org.sluice.api.http.BytesBody;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.FileRegion;
import org.sluice.api.http.HandlerException;
import org.sluice.handoff.api.ClientSocket;
import org.sluice.handoff.api.Dialect;
import org.sluice.handoff.api.DialectTraits.RequestBody;
import org.sluice.handoff.api.DialectTraits.SocketType;
import org.sluice.handoff.api.Flusher;
import org.sluice.handoff.api.Preamble;
import org.sluice.handoff.api.SocketSource;

/**
 * Whether and how one request can be handed over: dialect, request body, flusher, in this order,
 * all before anything is written or any receiver chosen. On the exchange's event loop.
 */
final class Decision {
  private final HandOffState state;
  private final Transfer.Request request;
  private final Exchange exchange;
  private final FdOptions fd;
  private final SocketSource source;
  private final IoEventLoop loop;

  /** Set as soon as they are there, mostly at once: then nothing is made to wait for them. */
  private Dialect dialect;

  private Preamble preamble;

  Decision(HandOffState state, Transfer.Request request, SocketSource source, IoEventLoop loop) {
    this.state = state;
    this.request = request;
    this.exchange = request.exchange();
    this.fd = request.fd();
    this.source = source;
    this.loop = loop;
  }

  void start() {
    CompletionStage<Dialect> call =
        exchange.call(
            Dialect.class,
            request.tally().dialect,
            chosen -> {
              dialect = chosen;
              return chosen;
            });
    if (dialect != null) {
      dialect();
    } else {
      call.whenComplete(this::dialect);
    }
  }

  private void dialect(Dialect chosen, Throwable failure) {
    if (failure != null) {
      refuse(failure);
    } else {
      dialect();
    }
  }

  private void dialect() {
    try {
      body();
    } catch (HandlerException | RuntimeException e) {
      refuse(e);
    }
  }

  private void body() throws HandlerException {
    if (dialect.traits().socket() == SocketType.DGRAM) {
      throw new HandlerException(
          500,
          "fd-dialect",
          "the dialect "
              + request.tally().dialect
              + " passes bytes before they are a request; it is for listeners that look at the"
              + " server name only");
    }
    if (exchange.attribute(Attributes.REDIRECTED_FROM) != null) {
      // What the client sent was for whoever redirected: this request has no body, and a receiver
      // is not to find the rest of that one in the socket.
      drop(source.restOfBody());
      return;
    }
    RequestBody rule = dialect.traits().body();
    boolean none = request.appendix().applied() || exchange.request().body().length() == 0;
    if (none || rule == RequestBody.PASS) {
      flusher();
    } else if (rule == RequestBody.DRAIN || fd.dropBody) {
      drop(exchange.request().body());
    } else {
      throw new HandlerException(
          501,
          "fd-body",
          "the request has a body, which the dialect "
              + request.tally().dialect
              + " cannot carry; handoff.body=drop reads it and throws it away");
    }
  }

  private void drop(Body body) {
    var unused = BodyDrop.drop(body, exchange.loop()).whenComplete(this::dropped);
  }

  private void dropped(Void nothing, Throwable failure) {
    if (failure != null) {
      refuse(failure);
    } else {
      flusher();
    }
  }

  private void flusher() {
    // The flusher of a route that has no dialect of its own is not meant for this one.
    boolean own = request.tally().dialect.equals(fd.dialect) && !fd.flusher.isEmpty();
    String name = own ? fd.flusher : dialect.traits().flusher();
    CompletionStage<Preamble> call =
        exchange.call(
            Flusher.class,
            name,
            flusher -> {
              preamble = flusher.preamble(exchange, request.options());
              return preamble;
            });
    if (preamble != null) {
      preamble(name, preamble, null);
    } else {
      call.whenComplete((given, failure) -> preamble(name, given, failure));
    }
  }

  private void preamble(String flusher, Preamble preamble, Throwable failure) {
    if (failure != null) {
      refuse(failure);
      return;
    }
    if (preamble != null && isOurs(preamble)) {
      // Nothing of the flusher is left: waiting, or a lease, may last long enough to replace it.
      exchange.release(Flusher.class, flusher);
    }
    try {
      begin(preamble);
    } catch (HandlerException | RuntimeException e) {
      refuse(e);
    }
  }

  /** Whether nothing is asked of the flusher any more. */
  private static boolean isOurs(Preamble preamble) {
    if (preamble.isNone()) {
      return true;
    }
    Body body = preamble.present().body();
    return body instanceof BytesBody || body instanceof FileRegion;
  }

  private void begin(Preamble preamble) throws HandlerException {
    if (preamble == null) {
      throw new HandlerException(500, "fd-flusher", "the flusher gave null for a preamble");
    }
    if (HeadOnly.applies(exchange, preamble)) {
      outcome(Step.HEAD_ONLY);
      HeadOnly.answer(exchange, source, preamble);
      return;
    }
    Lingering lingering = state.loop(loop);
    ClientSocket client;
    try {
      client = source.take();
    } catch (HandlerException e) {
      outcome(Step.CLIENT_GONE);
      HeadOnly.close(preamble);
      exchange.fail(e);
      return;
    }
    Hash hash = Hash.of(exchange, fd.hash);
    Transfer transfer =
        dialect.traits().standing()
            ? new StandingPassing(request, dialect, preamble, client, lingering, state, hash)
            : new Passing(request, dialect, preamble, client, lingering, hash);
    try {
      transfer.start();
    } catch (RuntimeException | Error e) {
      transfer.broken(e);
    }
  }

  private void refuse(Throwable failure) {
    outcome(Step.REFUSED);
    exchange.fail(Stages.asHandlerException(failure));
  }

  /** No socket was taken; counted, and told to the log. */
  private void outcome(Step step) {
    exchange.attribute(Attributes.HANDOFF_OUTCOME, step.toString());
    exchange.attribute(Attributes.HANDOFF_DIALECT, request.tally().dialect);
    request.tally().add(step);
  }
}
