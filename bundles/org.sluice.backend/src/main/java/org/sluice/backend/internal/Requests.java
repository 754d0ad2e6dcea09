package org.sluice.backend.internal;

import java.util.function.Function;
import org.sluice.api.http.Body;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.HandlerException;
import org.sluice.api.http.Headers;
import org.sluice.api.http.Response;

/** What all handlers do before a request goes out. */
final class Requests {
  private Requests() {}

  static BackendTarget target(Exchange exchange, BackendOptions options) throws HandlerException {
    try {
      return options.target(exchange.match().route().target());
    } catch (IllegalArgumentException e) {
      throw new HandlerException(500, "backend-target", e.getMessage(), e);
    }
  }

  /** Sends the request where the plan says, or answers what a proxy must answer itself. */
  static void run(
      Exchange exchange,
      BackendTarget target,
      BackendOptions options,
      Backends backends,
      Function<LoopState, Plan> plan)
      throws HandlerException {
    String method = exchange.request().method();
    if (method.equals("TRACE") || method.equals("CONNECT")) {
      throw new HandlerException(405, "method", method + " is not forwarded");
    }
    if (method.equals("OPTIONS") && isLastHop(exchange)) {
      exchange.respond(
          Response.of(200, Headers.of("Allow", "GET, HEAD, POST, OPTIONS"), Body.empty()));
      return;
    }
    LoopState loop = backends.loop(exchange.loop());
    Body body = exchange.request().body();
    if (options.requestBuffer > 0 && body.length() != 0) {
      BufferedBody.fill(
          body,
          loop.executor(),
          options.requestBuffer,
          (buffered, failure) ->
              buffered(exchange, target, options, loop, plan, buffered, failure));
      return;
    }
    start(new Forward(exchange, target, options, loop, plan.apply(loop), body), loop);
  }

  private static void buffered(
      Exchange exchange,
      BackendTarget target,
      BackendOptions options,
      LoopState loop,
      Function<LoopState, Plan> plan,
      Body body,
      Throwable failure) {
    if (failure != null) {
      exchange.fail(
          failure instanceof HandlerException e
              ? e
              : new HandlerException(400, "request-body", "the request body failed: " + failure));
      return;
    }
    start(new Forward(exchange, target, options, loop, plan.apply(loop), body), loop);
  }

  private static void start(Forward forward, LoopState loop) {
    if (loop.executor().inEventLoop()) {
      forward.start();
    } else {
      loop.executor().execute(forward::start);
    }
  }

  /** RFC 9110 section 7.6.2: the last one that may see it answers. */
  private static boolean isLastHop(Exchange exchange) throws HandlerException {
    String hops = exchange.request().headers().get("Max-Forwards");
    if (hops == null) {
      return false;
    }
    if (hops.isEmpty() || hops.length() > 9 || !hops.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw new HandlerException(400, "max-forwards", "Max-Forwards is not a number");
    }
    return Integer.parseInt(hops) == 0;
  }
}
