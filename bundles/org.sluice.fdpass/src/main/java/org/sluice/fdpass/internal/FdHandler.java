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
import org.sluice.api.route.Route;
import org.sluice.handoff.api.SocketSource;

/**
 * The {@code fd:} handler: finds the client's socket and the receivers of the route. {@link
 * Decision} and the {@link Transfer} that it begins do the rest.
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
    Tally tally = state.tally(exchange.match().route().name(), fd.dialect);
    SocketSource source = source(exchange, tally);
    Pool pool = pool(state, exchange.match().route(), tally);
    Transfer.Request request =
        new Transfer.Request(exchange, options, fd, pool, tally, Appendix.NONE);
    new Decision(state, request, source, (IoEventLoop) exchange.loop()).start();
  }

  @Override
  public void leave() {
    state.leave();
  }

  /** The client's socket, on an event loop that can pass it. */
  static SocketSource source(Exchange exchange, Tally tally) throws HandlerException {
    SocketSource source = exchange.capability(SocketSource.class);
    if (source == null || !(exchange.loop() instanceof IoEventLoop loop)) {
      tally.add(Step.REFUSED);
      throw new HandlerException(500, "fd-refused", noSocket(exchange, source));
    }
    if (!loop.isCompatible(EpollIoHandle.class)) {
      tally.add(Step.REFUSED);
      throw new HandlerException(500, "fd-refused", "hand-off needs the engine's epoll transport");
    }
    return source;
  }

  /** The receivers of a route. */
  static Pool pool(HandOffState state, Route route, Tally tally) throws HandlerException {
    try {
      return state.pool(route.target().rest());
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
