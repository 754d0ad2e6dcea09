package org.sluice.core.internal.dispatch;

import org.sluice.api.http.Body;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.HandlerException;
import org.sluice.api.http.Headers;
import org.sluice.api.http.Response;

/**
 * The built-in error answers: small, escaped, and free of anything a client sent. What the client
 * accepts decides between plain text, HTML and JSON problem details (RFC 9457).
 */
final class ErrorAnswer {
  private ErrorAnswer() {}

  static Response of(Exchange exchange, HandlerException failure) {
    int status = failure.status();
    String title = StatusText.of(status);
    Headers.Builder headers = Headers.builder().addAll(fields(failure));
    ErrorForm form = ErrorForm.of(exchange.request().headers());
    headers.set("Content-Type", form.type()).set("Cache-Control", "no-store");
    String code = failure.code();
    String id = exchange.id();
    String body =
        switch (form) {
          case JSON -> json(status, title, code, id);
          case HTML -> html(status, title, code, id);
          case TEXT -> status + " " + title + "\n" + plain(code) + " " + id + "\n";
        };
    return Response.of(status, headers.build(), Body.of(body));
  }

  /** Fields that the failure brings to whatever page the client gets. */
  static Headers fields(HandlerException failure) {
    if (failure.retryAfter() == 0) {
      return failure.headers();
    }
    return Headers.builder()
        .addAll(failure.headers())
        .set("Retry-After", Integer.toString(failure.retryAfter()))
        .build();
  }

  /** A page's answer with these fields in place of its own of the same names. */
  static Response with(Response page, Headers fields) {
    Headers own = page.headers();
    Headers.Builder all = Headers.builder();
    for (int i = 0; i < own.size(); i++) {
      String name = own.name(i);
      if (!ErrorPages.isOfSuccess(name) && !fields.contains(name)) {
        all.add(name, own.value(i));
      }
    }
    return page.withHeaders(all.addAll(fields).build());
  }

  /** RFC 9457 section 3.1; the code and the exchange are extension members. */
  private static String json(int status, String title, String code, String id) {
    StringBuilder out = new StringBuilder(120);
    out.append("{\"type\":\"about:blank\",\"title\":");
    quote(title, out);
    out.append(",\"status\":").append(status).append(",\"code\":");
    quote(code, out);
    out.append(",\"exchange\":");
    quote(id, out);
    return out.append("}\n").toString();
  }

  private static String html(int status, String title, String code, String id) {
    StringBuilder out = new StringBuilder(200);
    out.append("<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\">\n<title>");
    out.append(status).append(' ').append(title).append("</title>\n<h1>");
    out.append(status).append(' ').append(title).append("</h1>\n<p>");
    escape(code, out);
    out.append(' ');
    escape(id, out);
    return out.append("</p>\n</html>\n").toString();
  }

  /** RFC 8259 section 7. */
  private static void quote(String text, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else {
        out.append(c < ' ' ? ' ' : c);
      }
    }
    out.append('"');
  }

  private static void escape(String text, StringBuilder out) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '&' -> out.append("&amp;");
        case '"' -> out.append("&quot;");
        case '\'' -> out.append("&#39;");
        default -> out.append(c < ' ' ? ' ' : c);
      }
    }
  }

  private static String plain(String text) {
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      out.append(text.charAt(i) < ' ' ? ' ' : text.charAt(i));
    }
    return out.toString();
  }
}
