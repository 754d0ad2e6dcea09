package org.sluice.fdpass.internal;

import io.netty.channel.IoEventLoop;
import io.netty.channel.epoll.EpollIoHandle;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.sluice.api.config.Options;
import org.sluice.api.handler.Handler;
import org.sluice.api.handler.SluiceScheme;
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
    Transfer.Request request =
        new Transfer.Request(exchange, options, fd, pool(exchange, tally), tally, Appendix.NONE);
    new Decision(state, request, source, loop).start();
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
}
