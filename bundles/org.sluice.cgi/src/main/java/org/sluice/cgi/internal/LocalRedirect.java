package org.sluice.cgi.internal;

import java.nio.charset.StandardCharsets;
import org.sluice.api.http.Attributes;
import org.sluice.api.http.Body;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.HandlerException;
import org.sluice.api.http.Headers;
import org.sluice.api.http.Response;
import org.sluice.api.http.Subrequest;

/** Redirects that a program asks for: within the front, or elsewhere. */
final class LocalRedirect {
  private static final int MOST = 10;

  private LocalRedirect() {}

  /**
   * Answers with what the front itself answers for {@code target}; the program's other fields are
   * kept. {@code //x} is a path, never a host.
   */
  static void go(Exchange exchange, String target, Headers fields) {
    int hops = 1;
    for (Exchange at = exchange; at != null; hops++) {
      at = (Exchange) at.attribute(Attributes.REDIRECTED_FROM);
    }
    if (hops > MOST + 1) {
      exchange.fail(
          new HandlerException(
              500, "cgi-redirects", "more than " + MOST + " redirects within the front"));
      return;
    }
    String path = target;
    while (path.startsWith("//")) {
      path = path.substring(1);
    }
    exchange
        .subrequest(Subrequest.get(path).with(Attributes.REDIRECTED_FROM, exchange))
        .whenComplete((response, failure) -> answer(exchange, fields, response, failure));
  }

  private static void answer(
      Exchange exchange, Headers fields, Response response, Throwable failure) {
    if (failure != null) {
      exchange.fail(
          new HandlerException(
              502, "cgi-redirect", "the redirect within the front failed: " + failure, failure));
      return;
    }
    Headers.Builder all = Headers.builder().addAll(response.headers());
    fields.forEach(
        (name, value) -> {
          if (name.equalsIgnoreCase("Set-Cookie") || response.headers().get(name) == null) {
            all.add(name, value);
          }
        });
    exchange.respond(response.withHeaders(all.build()));
  }

  /** 302 with a page of ours (RFC 9110 section 15.4.3). */
  static Response elsewhere(String location, Headers fields) {
    String shown = location.replace("&", "&amp;").replace("'", "&#39;");
    String page =
        "<!DOCTYPE html>\n<html><head><title>302 Found</title></head><body>\n"
            + "<h1>Found</h1>\n<p>The document has moved <a href=\""
            + shown
            + "\">here</a>.</p>\n</body></html>\n";
    Headers headers =
        Headers.builder()
            .addAll(fields)
            .set("Location", location)
            .set("Content-Type", "text/html; charset=utf-8")
            .build();
    return Response.of(302, headers, Body.of(page.getBytes(StandardCharsets.ISO_8859_1)));
  }
}
