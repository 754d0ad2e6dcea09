package org.sluice.backend.internal;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import org.sluice.api.http.Body;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.HandlerException;
import org.sluice.api.http.Headers;
import org.sluice.api.http.Response;
import org.sluice.api.http.Subrequest;

/**
 * What of a backend's fields goes to the client, and what is written instead. Fields by which an
 * application asks for a hand-off pass unchanged: the core wants to see them. What a route says of
 * fields ({@code header.set.NAME}) is the core's business, as for every response.
 */
final class ResponseFields {
  private ResponseFields() {}

  /** Fields of a final response. */
  static Headers of(
      Exchange exchange,
      Headers fields,
      BackendOptions options,
      BackendTarget target,
      Plan plan,
      Hop hop) {
    Set<String> named = FieldRules.named(fields);
    Headers.Builder out = Headers.builder();
    for (int i = 0, n = fields.size(); i < n; i++) {
      String name = fields.name(i);
      if (FieldRules.isOfHop(name)
          || (!named.isEmpty() && named.contains(name.toLowerCase(Locale.ROOT)))) {
        continue;
      }
      String value = rewritten(exchange, name, fields.value(i), options, target, plan, hop);
      if (value != null) {
        out.add(name, value);
      }
    }
    String cookie = plan.cookie(hop);
    if (cookie != null) {
      out.add("Set-Cookie", cookie);
    }
    return out.build();
  }

  private static String rewritten(
      Exchange exchange,
      String name,
      String value,
      BackendOptions options,
      BackendTarget target,
      Plan plan,
      Hop hop) {
    switch (name.length()) {
      case 3:
        return name.equalsIgnoreCase("URI")
            ? Reverse.rewrite(exchange, value, options, target, plan.hops(hop))
            : value;
      case 8:
        return name.equalsIgnoreCase("Location")
            ? Reverse.rewrite(exchange, value, options, target, plan.hops(hop))
            : value;
      case 16:
        return name.equalsIgnoreCase("Content-Location")
            ? Reverse.rewrite(exchange, value, options, target, plan.hops(hop))
            : value;
      case 10:
        return options.cookies != null && name.equalsIgnoreCase("Set-Cookie")
            ? options.cookies.setCookie(value)
            : value;
      default:
        return value;
    }
  }

  /** Fields of an interim response; nothing of the front's business is heard there. */
  static Headers interim(Headers fields) {
    Set<String> named = FieldRules.named(fields);
    Headers.Builder out = Headers.builder();
    for (int i = 0, n = fields.size(); i < n; i++) {
      String name = fields.name(i);
      if (!FieldRules.isOfHop(name)
          && !FieldRules.isOfFront(name)
          && !name.equalsIgnoreCase("Content-Length")
          && !named.contains(name.toLowerCase(Locale.ROOT))) {
        out.add(name, fields.value(i));
      }
    }
    return out.build();
  }

  /** Fields of a 101: as of a final response, and the protocol. */
  static Headers upgrade(Headers fields) {
    Headers.Builder out = Headers.builder();
    for (int i = 0, n = fields.size(); i < n; i++) {
      String name = fields.name(i);
      boolean passes = !FieldRules.isOfHop(name) && !name.equalsIgnoreCase("Content-Length");
      if ((passes || name.equalsIgnoreCase("Upgrade")) && !FieldRules.isOfFront(name)) {
        out.add(name, fields.value(i));
      }
    }
    return out.build();
  }

  /** Gives the response to the client, or the front's own page instead. */
  static void answer(Exchange exchange, BackendOptions options, Response response) {
    ErrorOverride override = options.errorOverride;
    if (override == null
        || !override.replaces(response.status())
        || asksForHandOff(response.headers())) {
      respond(exchange, response);
      return;
    }
    response.body().close();
    int status = response.status();
    String page = exchange.parent() == null ? override.page(status) : null;
    if (page == null) {
      plain(exchange, response);
      return;
    }
    String method = exchange.request().method().equals("HEAD") ? "HEAD" : "GET";
    exchange
        .subrequest(new Subrequest(page, method))
        .whenComplete(
            (found, failure) -> {
              if (failure != null || found.status() != 200) {
                if (found != null) {
                  found.body().close();
                }
                plain(exchange, response);
              } else {
                Headers headers = kept(response.headers(), found.headers());
                respond(exchange, Response.of(status, headers, found.body()));
              }
            });
  }

  /** A response that is not for the client at all. */
  static boolean asksForHandOff(Headers fields) {
    for (int i = 0, n = fields.size(); i < n; i++) {
      String name = fields.name(i);
      if (FieldRules.isOfFront(name) && !name.equalsIgnoreCase("X-Handoff-Data")) {
        return true;
      }
    }
    return false;
  }

  /** The built-in page; where fields of the backend matter, they must not be lost. */
  private static void plain(Exchange exchange, Response response) {
    Headers fields = kept(response.headers(), Headers.empty());
    int status = response.status();
    if (fields.size() == 0) {
      exchange.fail(
          new HandlerException(
              status, "backend-status", "the backend answered " + status + " (error-override)"));
      return;
    }
    Headers headers =
        Headers.builder()
            .addAll(fields)
            .add("Content-Type", "text/plain; charset=utf-8")
            .add("Cache-Control", "no-store")
            .build();
    byte[] text = (status + "\n").getBytes(StandardCharsets.US_ASCII);
    respond(exchange, Response.of(status, headers, Body.of(text)));
  }

  /** What says how to go on after an error is kept, whoever writes the page. */
  private static Headers kept(Headers ofBackend, Headers ofPage) {
    Headers.Builder out = Headers.builder().addAll(ofPage);
    for (int i = 0; i < ofBackend.size(); i++) {
      switch (ofBackend.name(i).toLowerCase(Locale.ROOT)) {
        case "www-authenticate", "retry-after", "allow", "set-cookie" ->
            out.add(ofBackend.name(i), ofBackend.value(i));
        default -> {
          // Describes the page that is not sent.
        }
      }
    }
    return out.build();
  }

  private static void respond(Exchange exchange, Response response) {
    try {
      exchange.respond(response);
    } catch (IllegalStateException e) {
      // Aborted meanwhile; the response's body was closed.
      exchange.abort("answered twice");
    }
  }
}
