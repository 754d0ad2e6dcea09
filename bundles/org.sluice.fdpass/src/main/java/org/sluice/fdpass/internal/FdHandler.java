package org.sluice.fdpass.internal;

import io.netty.channel.IoEventLoop;
import io.netty.channel.epoll.EpollIoHandle;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.sluice.api.config.Options;
import org.sluice.api.handler.Handler;
import org.sluice.api.handler.SluiceScheme;
import org.sluice.api.http.Attributes;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.HandlerException;
import org.sluice.handoff.api.ClientSocket;
import org.sluice.handoff.api.Dialect;
import org.sluice.handoff.api.DialectTraits.RequestBody;
import org.sluice.handoff.api.DialectTraits.SocketType;
import org.sluice.handoff.api.Flusher;
import org.sluice.handoff.api.Preamble;
import org.sluice.handoff.api.SocketSource;

/**
 * The {@code fd:} handler. Finds out whether and how a request can be handed over: dialect, request
 * body, flusher, in this order, all before anything is written or any receiver chosen. {@link
 * Passing} does the rest.
 */
@Component(service = Handler.class)
@SluiceScheme("fd")
public final class FdHandler implements Handler {
  private final HandOffState state;

  /** Called by the component runtime. */
  @Activate
  public FdHandler(@Reference HandOffState state) {
    this.state = state;
  }

  @Override
  public void handle(Exchange exchange, Options options) throws HandlerException {
    FdOptions fd = options.view(FdOptions.class, FdOptions::new);
    String route = exchange.match().route().name();
    Tally tally = state.tally(route, fd.dialect);
    SocketSource source = exchange.capability(SocketSource.class);
    if (source == null || !(exchange.loop() instanceof IoEventLoop loop)) {
      tally.add(Step.REFUSED);
      throw new HandlerException(500, "fd-refused", noSocket(exchange, source));
    }
    if (!loop.isCompatible(EpollIoHandle.class)) {
      tally.add(Step.REFUSED);
      throw new HandlerException(500, "fd-refused", "hand-off needs the engine's epoll transport");
    }
    Request request =
        new Request(exchange, options, fd, pool(exchange, tally), source, loop, tally);
    exchange.call(Dialect.class, fd.dialect, dialect -> dialect).whenComplete(request::dialect);
  }

  private Pool pool(Exchange exchange, Tally tally) throws HandlerException {
    try {
      return state.pool(exchange.match().route().target().rest());
    } catch (IllegalArgumentException e) {
      tally.add(Step.REFUSED);
      throw new HandlerException(500, "fd-target", e.getMessage());
    }
  }

  private static String noSocket(Exchange exchange, SocketSource source) {
    if (exchange.parent() != null) {
      return "a subrequest has no client socket to hand over";
    }
    if (exchange.connection().secure()) {
      return "a TLS connection cannot be handed over: the receiver has no keys";
    }
    return source == null
        ? "this connection's socket cannot be handed over"
        : "hand-off needs the engine's epoll transport";
  }

  /** One request on its way to a decision. All on the exchange's event loop. */
  private final class Request {
    private final Exchange exchange;
    private final Options options;
    private final FdOptions fd;
    private final Pool pool;
    private final SocketSource source;
    private final IoEventLoop loop;
    private final Tally tally;
    private Dialect dialect;

    Request(
        Exchange exchange,
        Options options,
        FdOptions fd,
        Pool pool,
        SocketSource source,
        IoEventLoop loop,
        Tally tally) {
      this.exchange = exchange;
      this.options = options;
      this.fd = fd;
      this.pool = pool;
      this.source = source;
      this.loop = loop;
      this.tally = tally;
    }

    void dialect(Dialect chosen, Throwable failure) {
      if (failure != null) {
        refuse(failure);
        return;
      }
      dialect = chosen;
      try {
        body();
      } catch (HandlerException | RuntimeException e) {
        refuse(e);
      }
    }

    private void body() throws HandlerException {
      if (dialect.traits().standing() || dialect.traits().socket() != SocketType.STREAM) {
        throw new HandlerException(
            500, "fd-dialect", "this version cannot speak the dialect " + fd.dialect);
      }
      RequestBody rule = dialect.traits().body();
      if (exchange.request().body().length() == 0 || rule == RequestBody.PASS) {
        flusher();
      } else if (rule == RequestBody.DRAIN || fd.dropBody) {
        var unused =
            BodyDrop.drop(exchange.request().body(), exchange.loop()).whenComplete(this::dropped);
      } else {
        throw new HandlerException(
            501,
            "fd-body",
            "the request has a body, which the dialect "
                + fd.dialect
                + " cannot carry; handoff.body=drop reads it and throws it away");
      }
    }

    private void dropped(Void nothing, Throwable failure) {
      if (failure != null) {
        refuse(failure);
      } else {
        flusher();
      }
    }

    private void flusher() {
      String name = fd.flusher.isEmpty() ? dialect.traits().flusher() : fd.flusher;
      exchange
          .call(Flusher.class, name, flusher -> flusher.preamble(exchange, options))
          .whenComplete(this::preamble);
    }

    private void preamble(Preamble preamble, Throwable failure) {
      if (failure != null) {
        refuse(failure);
        return;
      }
      try {
        begin(preamble);
      } catch (HandlerException | RuntimeException e) {
        refuse(e);
      }
    }

    private void begin(Preamble preamble) throws HandlerException {
      if (preamble == null) {
        throw new HandlerException(500, "fd-flusher", "the flusher gave null for a preamble");
      }
      if (HeadOnly.applies(exchange, preamble)) {
        tally.add(Step.HEAD_ONLY);
        HeadOnly.answer(exchange, preamble);
        return;
      }
      Lingering lingering = state.loop(loop);
      ClientSocket client;
      try {
        client = source.take();
      } catch (HandlerException e) {
        tally.add(Step.CLIENT_GONE);
        HeadOnly.close(preamble);
        exchange.fail(e);
        return;
      }
      Passing passing =
          new Passing(exchange, options, fd, pool, dialect, preamble, client, lingering, tally);
      try {
        passing.start();
      } catch (RuntimeException e) {
        passing.broken(e);
      }
    }

    private void refuse(Throwable failure) {
      exchange.attribute(Attributes.HANDOFF_OUTCOME, "refused");
      tally.add(Step.REFUSED);
      exchange.fail(Stages.asHandlerException(failure));
    }
  }
}
