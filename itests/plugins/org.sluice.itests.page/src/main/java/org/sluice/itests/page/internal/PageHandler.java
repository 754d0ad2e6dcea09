package org.sluice.itests.page.internal;

import org.osgi.service.component.annotations.Component;
import org.sluice.api.config.Options;
import org.sluice.api.handler.Handler;
import org.sluice.api.handler.SluiceScheme;
import org.sluice.api.http.Attributes;
import org.sluice.api.http.Body;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.Headers;
import org.sluice.api.http.Response;
import org.sluice.api.http.Subrequest;

/**
 * Target {@code page:PATH}: a page that includes PATH and tells what it got for it, and which trace
 * the exchange belongs to.
 */
@Component
@SluiceScheme("page")
public final class PageHandler implements Handler {
  private static Headers text(Exchange exchange) {
    return Headers.of(
        "Content-Type",
        "text/plain",
        "X-Trace",
        (String) exchange.attribute(Attributes.TRACEPARENT));
  }

  @Override
  public void handle(Exchange exchange, Options options) {
    exchange.request().body().close();
    exchange
        .subrequest(Subrequest.get(exchange.match().route().target().rest()))
        .whenComplete((part, failure) -> exchange.respond(page(exchange, part, failure)));
  }

  private static Response page(Exchange exchange, Response part, Throwable failure) {
    if (failure != null) {
      return Response.of(200, text(exchange), Body.of("failed " + failure + "\n"));
    }
    part.body().close();
    return Response.of(200, text(exchange), Body.of("included " + part.status() + "\n"));
  }
}
