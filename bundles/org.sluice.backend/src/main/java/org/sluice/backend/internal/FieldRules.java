package org.sluice.backend.internal;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.sluice.api.http.Headers;

/**
 * Which fields stay on their hop (RFC 9110 section 7.6.1) and which must never be taken for such,
 * whatever {@code Connection} says (T14).
 */
final class FieldRules {
  /** Fields of the connection; the front writes its own where they are needed. */
  private static final Set<String> OF_HOP =
      Set.of(
          "connection",
          "keep-alive",
          "proxy-connection",
          "proxy-authenticate",
          "proxy-authorization",
          "te",
          "transfer-encoding",
          "upgrade");

  /**
   * What {@code Connection} cannot take away: identity and trust, what a client proves itself with,
   * and what describes the message.
   */
  private static final Set<String> KEPT =
      Set.of(
          "authorization",
          "cache-control",
          "content-encoding",
          "content-length",
          "content-range",
          "content-type",
          "cookie",
          "date",
          "expect",
          "forwarded",
          "host",
          "location",
          "sec-websocket-accept",
          "sec-websocket-key",
          "set-cookie",
          "traceparent",
          "tracestate",
          "via",
          "www-authenticate");

  /** What an application says to the front (design of application-triggered hand-off). */
  private static final Set<String> OF_FRONT =
      Set.of("sluice-handoff", "x-socket-handoff", "x-handoff-data");

  /** RFC 9110 section 6.5.1: framing, routing, authentication and the like are no trailers. */
  private static final Set<String> NO_TRAILER =
      Set.of(
          "authorization",
          "cache-control",
          "content-encoding",
          "content-length",
          "content-range",
          "content-type",
          "cookie",
          "expect",
          "forwarded",
          "host",
          "location",
          "max-forwards",
          "range",
          "set-cookie",
          "trailer",
          "via",
          "www-authenticate");

  private FieldRules() {}

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  /** Whether the field concerns one hop only. */
  static boolean isOfHop(String name) {
    return switch (name.length()) {
      case 2, 7, 10, 16, 17, 18, 19 -> OF_HOP.contains(lower(name));
      default -> false;
    };
  }

  /** Whether only the front may say that to a backend, or only a backend to the front. */
  static boolean isOfFront(String name) {
    int n = name.length();
    return (n == 14 || n == 16) && OF_FRONT.contains(lower(name));
  }

  /** Whether the field may travel as a trailer. */
  static boolean inTrailer(String name) {
    String lower = lower(name);
    return !OF_HOP.contains(lower)
        && !NO_TRAILER.contains(lower)
        && !OF_FRONT.contains(lower)
        && !lower.startsWith("x-forwarded-")
        && !lower.startsWith("sluice-");
  }

  /** Names that {@code Connection} takes off the message, in lower case; mostly none. */
  static Set<String> named(Headers headers) {
    Set<String> named = Set.of();
    for (int i = 0, n = headers.size(); i < n; i++) {
      if (headers.name(i).length() != 10 || !headers.name(i).equalsIgnoreCase("Connection")) {
        continue;
      }
      String value = headers.value(i);
      if (isCommon(value)) {
        continue;
      }
      for (String token : List.of(value.split(","))) {
        String name = lower(token.strip());
        if (!name.isEmpty() && !isProtected(name)) {
          named = named.isEmpty() ? new HashSet<>() : named;
          named.add(name);
        }
      }
    }
    return named;
  }

  private static boolean isCommon(String value) {
    return value.equalsIgnoreCase("keep-alive")
        || value.equalsIgnoreCase("close")
        || value.equalsIgnoreCase("upgrade");
  }

  private static boolean isProtected(String lower) {
    return KEPT.contains(lower)
        || OF_FRONT.contains(lower)
        || lower.startsWith("x-forwarded-")
        || lower.startsWith("x-real-")
        || lower.startsWith("sluice-");
  }
}
