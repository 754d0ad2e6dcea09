package org.sluice.core.internal.dispatch;

import java.util.List;
import org.sluice.api.handler.HandoverAsked;
import org.sluice.api.http.HandlerException;
import org.sluice.api.http.Headers;
import org.sluice.core.internal.config.RouteNode;
import org.sluice.core.internal.config.SiteNode;
import org.sluice.core.internal.exchange.FrontExchange;
import org.sluice.core.internal.exchange.HandoverFields;

/** What an application's response asks for, judged: exactly one of each field, a known name. */
final class HandoverRequest {
  private static final List<String> NOT_PASSED_ON =
      List.of(
          "content-length",
          "content-type",
          "transfer-encoding",
          "connection",
          "keep-alive",
          "trailer",
          "upgrade",
          "date",
          "server",
          "status",
          "sluice-handoff",
          "x-socket-handoff",
          "x-handoff-data");

  private HandoverRequest() {}

  /**
   * Reads the fields. What asks is the application's word; what goes with the client is what the
   * client would have got of the response, with the edits of the route.
   *
   * @return null if nothing is asked for
   * @throws HandlerException 500 if it is asked for ambiguously, or for what nobody configured
   */
  static HandoverAsked read(FrontExchange exchange, Headers headers) throws HandlerException {
    String receiver = one(headers, HandoverFields.RECEIVER);
    String path = one(headers, HandoverFields.PATH);
    String data = one(headers, HandoverFields.DATA);
    if (receiver == null && path == null) {
      return null;
    }
    if (receiver != null && path != null) {
      throw bad("both Sluice-Handoff and X-Socket-Handoff; one of them names the receiver");
    }
    return new HandoverAsked(
        receiver == null ? null : route(exchange.site(), receiver),
        path,
        data,
        fields(exchange.edited(headers)));
  }

  private static String one(Headers headers, String name) throws HandlerException {
    List<String> values = headers.all(name);
    if (values.size() > 1) {
      throw bad(values.size() + " fields " + name + "; exactly one is allowed");
    }
    return values.isEmpty() ? null : values.get(0);
  }

  private static RouteNode route(SiteNode site, String name) throws HandlerException {
    RouteNode bySocket = null;
    for (RouteNode route : site.routes()) {
      if ("fd".equals(route.scheme())) {
        if (route.name().equals(name)) {
          return route;
        }
        if (bySocket == null && stem(route.target().rest()).equals(name)) {
          bySocket = route;
        }
      }
    }
    if (bySocket == null) {
      throw bad(
          "Sluice-Handoff names a receiver that is not configured: no route with a target fd: has"
              + " that name or a socket of that name");
    }
    return bySocket;
  }

  /** The name of a socket file without its folder and {@code .sock}. */
  private static String stem(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    return name.endsWith(".sock") ? name.substring(0, name.length() - 5) : name;
  }

  private static Headers fields(Headers headers) {
    Headers.Builder kept = Headers.builder();
    headers.forEach(
        (name, value) -> {
          if (!NOT_PASSED_ON.contains(name.toLowerCase(java.util.Locale.ROOT))) {
            kept.add(name, value);
          }
        });
    return kept.build();
  }

  private static HandlerException bad(String what) {
    return new HandlerException(500, "handover", "the response asks for a hand-off with " + what);
  }
}
