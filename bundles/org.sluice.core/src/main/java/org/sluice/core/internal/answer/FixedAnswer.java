package org.sluice.core.internal.answer;

import org.osgi.service.component.annotations.Component;
import org.sluice.api.config.Options;
import org.sluice.api.handler.Handler;
import org.sluice.api.handler.SluiceScheme;
import org.sluice.api.http.Body;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.HandlerException;
import org.sluice.api.http.Headers;
import org.sluice.api.http.Response;

/**
 * Target {@code status:CODE}: a fixed answer. Codes of 400 and above are answered with the site's
 * error page unless the route has a text of its own.
 */
@Component
@SluiceScheme("status")
public final class FixedAnswer implements Handler {

  /** What a route says, parsed once. */
  private record View(byte[] text, Headers headers) {
    static View of(Options options) {
      return new View(
          options.text("status.text").getBytes(java.nio.charset.StandardCharsets.UTF_8),
          Headers.of("Content-Type", options.text("status.type")));
    }
  }

  @Override
  public void handle(Exchange exchange, Options options) throws HandlerException {
    int status = status(exchange);
    View view = options.view(View.class, View::of);
    if (view.text().length == 0 && status >= 400) {
      throw new HandlerException(status, "fixed", "the route's target is status:" + status);
    }
    exchange.request().body().close();
    if (view.text().length == 0) {
      exchange.respond(Response.of(status));
    } else {
      exchange.respond(Response.of(status, view.headers(), Body.of(view.text())));
    }
  }

  private static int status(Exchange exchange) throws HandlerException {
    String text = exchange.match().route().target().rest();
    int status = 0;
    if (text.length() == 3) {
      for (int i = 0; i < 3; i++) {
        status = status * 10 + Character.digit(text.charAt(i), 10);
      }
    }
    if (status < 200 || status > 599) {
      throw new HandlerException(
          500, "bad-target", "target=status:" + text + " needs a status of 200 to 599");
    }
    return status;
  }
}
