package org.sluice.core.internal.dispatch;

import java.util.Locale;
import org.sluice.api.http.Body;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.HandlerException;
import org.sluice.api.http.Headers;
import org.sluice.api.http.Response;

/**
 * The built-in error answers: small, and free of anything a client sent. HTML for browsers, JSON
 * problem details (RFC 9457) for those that ask for JSON, plain text for everybody else.
 */
final class ErrorAnswer {
  private ErrorAnswer() {}

  static Response of(Exchange exchange, HandlerException failure) {
    int status = failure.status();
    String accept = exchange.request().headers().get("Accept");
    String wanted = accept == null ? "" : accept.toLowerCase(Locale.ROOT);
    Headers.Builder headers =
        Headers.builder().addAll(failure.headers()).add("Cache-Control", "no-store");
    if (failure.retryAfter() > 0) {
      headers.add("Retry-After", Integer.toString(failure.retryAfter()));
    }
    String title = StatusText.of(status);
    String body;
    if (wanted.contains("application/json") || wanted.contains("application/problem+json")) {
      headers.add("Content-Type", "application/problem+json");
      body = json(status, title, failure.code(), exchange.id());
    } else if (wanted.contains("text/html")) {
      headers.add("Content-Type", "text/html; charset=utf-8");
      body = html(status, title, failure.code(), exchange.id());
    } else {
      headers.add("Content-Type", "text/plain; charset=utf-8");
      body = status + " " + title + "\n" + failure.code() + " " + exchange.id() + "\n";
    }
    return Response.of(status, headers.build(), Body.of(body));
  }

  private static String json(int status, String title, String code, String id) {
    return "{\"title\":\""
        + title
        + "\",\"status\":"
        + status
        + ",\"code\":\""
        + code
        + "\",\"exchange\":\""
        + id
        + "\"}\n";
  }

  private static String html(int status, String title, String code, String id) {
    return "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\">\n<title>"
        + status
        + " "
        + title
        + "</title>\n<h1>"
        + status
        + " "
        + title
        + "</h1>\n<p>"
        + code
        + " "
        + id
        + "</p>\n</html>\n";
  }
}
