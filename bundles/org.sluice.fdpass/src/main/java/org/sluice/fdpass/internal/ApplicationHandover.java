package org.sluice.fdpass.internal;

import io.netty.channel.IoEventLoop;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.RejectedExecutionException;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.sluice.api.config.Options;
import org.sluice.api.handler.Handover;
import org.sluice.api.handler.HandoverAsked;
import org.sluice.api.handler.SluiceHandover;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.HandlerException;
import org.sluice.handoff.api.SocketSource;

/**
 * Hand-offs that an application asks for in its response: to a configured receiver, with everything
 * that its route says, or to a socket that lies where the route allows it, in the dialect {@code
 * json}.
 */
@Component(service = Handover.class)
@SluiceHandover
public final class ApplicationHandover implements Handover {
  private static final String JSON = "json";

  private final HandOffState state;

  /** Called by the component runtime. */
  @Activate
  public ApplicationHandover(@Reference HandOffState state) {
    this.state = state;
  }

  @Override
  public boolean permits(Exchange exchange, HandoverAsked asked) {
    return asked.receiver() != null || !options(exchange).allowed.isEmpty();
  }

  private static FdOptions options(Exchange exchange) {
    return exchange.match().route().options().view(FdOptions.class, FdOptions::new);
  }

  @Override
  public void handOver(Exchange exchange, HandoverAsked asked) throws HandlerException {
    FdOptions own = options(exchange);
    byte[] data = asked.data() == null ? null : asked.data().getBytes(StandardCharsets.ISO_8859_1);
    if (data != null && data.length > own.dataLimit) {
      throw new HandlerException(
          500,
          "fd-data",
          "X-Handoff-Data has "
              + data.length
              + " bytes; handoff.data-limit allows "
              + own.dataLimit);
    }
    Appendix appendix = new Appendix(data, asked.fields(), true);
    if (asked.receiver() != null) {
      Options options = asked.receiver().options();
      FdOptions fd = options.view(FdOptions.class, FdOptions::new);
      Tally tally = state.tally(asked.receiver().name(), fd.dialect);
      Pool pool = FdHandler.pool(state, asked.receiver(), tally);
      begin(new Transfer.Request(exchange, options, fd, pool, tally, appendix));
    } else {
      resolve(exchange, own, asked.path(), appendix);
    }
  }

  /** Links are resolved off the loop, on which nothing may block. */
  private void resolve(Exchange exchange, FdOptions fd, String path, Appendix appendix)
      throws HandlerException {
    try {
      exchange
          .workers()
          .execute(
              () -> {
                try {
                  String socket = socket(path, fd);
                  exchange.loop().execute(() -> begin(exchange, fd, socket, appendix));
                } catch (HandlerException e) {
                  if (e.status() < 500) {
                    // Otherwise a refusal is the client's affair; this one is the operator's.
                    Transfer.LOG.warn(
                        "{}: {} {}", exchange.describeFailure(), e.code(), e.getMessage());
                  }
                  exchange.fail(e);
                } catch (RejectedExecutionException e) {
                  exchange.abort("the event loop has ended");
                }
              });
    } catch (RejectedExecutionException e) {
      throw new HandlerException(503, "fd-workers", "no thread to look at the socket", e, 1);
    }
  }

  /** The real path of a socket that an application names, if it lies where it may. */
  private static String socket(String path, FdOptions fd) throws HandlerException {
    String parsed = FdTarget.parse(path, "X-Socket-Handoff");
    Path real;
    try {
      Path named = Path.of(parsed).toAbsolutePath();
      real =
          fd.links
              ? named.toRealPath()
              : named.getParent().toRealPath().resolve(named.getFileName());
    } catch (IOException e) {
      throw new HandlerException(503, "fd-unavailable", "no receiver at " + parsed, null, 1);
    }
    for (String prefix : fd.allowed) {
      try {
        Path allowed = Path.of(prefix).toRealPath();
        if (real.startsWith(allowed) && (!real.equals(allowed) || !Files.isDirectory(real))) {
          return shorter(real);
        }
      } catch (IOException e) {
        Transfer.LOG.debug("handoff.allowed: {} does not exist", prefix);
      }
    }
    throw new HandlerException(
        403,
        "fd-not-allowed",
        "X-Socket-Handoff names "
            + parsed
            + ", which is not under handoff.allowed="
            + String.join(",", fd.allowed));
  }

  /** Relative to the base where that is shorter: a socket's name has at most 107 bytes. */
  private static String shorter(Path real) {
    Path base = Path.of("").toAbsolutePath();
    return real.startsWith(base) ? base.relativize(real).toString() : real.toString();
  }

  private void begin(Exchange exchange, FdOptions fd, String socket, Appendix appendix) {
    try {
      Options options = exchange.match().route().options();
      Tally tally = state.tally(exchange.match().route().name(), JSON);
      begin(new Transfer.Request(exchange, options, fd, state.named(socket), tally, appendix));
    } catch (HandlerException e) {
      exchange.fail(e);
    } catch (RuntimeException e) {
      exchange.fail(Stages.asHandlerException(e));
    }
  }

  private void begin(Transfer.Request request) throws HandlerException {
    Exchange exchange = request.exchange();
    SocketSource source = FdHandler.source(exchange, request.tally());
    new Decision(state, request, source, (IoEventLoop) exchange.loop()).start();
  }
}
