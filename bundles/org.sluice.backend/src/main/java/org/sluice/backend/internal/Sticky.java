package org.sluice.backend.internal;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.Headers;

/** Finds the route that a request's session is bound to, and signs our own cookie. */
final class Sticky {
  private Sticky() {}

  /** The route of the session, or null: our own cookie, then the parameter, then the cookie. */
  static String route(Exchange exchange, BalancerOptions options, String balancer) {
    if (options.cookie != null) {
      String value = cookie(exchange.request().headers(), options.cookie);
      String route = value == null ? null : verified(value, options.cookieKey, balancer);
      if (route != null) {
        return route;
      }
    }
    if (options.sessionCookie == null) {
      return null;
    }
    String value = parameter(exchange.request().target(), options);
    if (value == null) {
      value = cookie(exchange.request().headers(), options.sessionCookie);
    }
    return value == null ? null : routeOf(value, options);
  }

  private static String routeOf(String value, BalancerOptions options) {
    if (options.separator == null) {
      return value;
    }
    int at = value.indexOf(options.separator);
    return at < 0 || at + 1 == value.length() ? null : value.substring(at + 1);
  }

  /** {@code name=value} anywhere in the target, from a boundary on. */
  static String parameter(String target, BalancerOptions options) {
    String name = options.sessionParameter;
    for (int at = target.indexOf(name); at >= 0; at = target.indexOf(name, at + 1)) {
      int equals = at + name.length();
      boolean boundary = at > 0 && ";?&/".indexOf(target.charAt(at - 1)) >= 0;
      if (boundary && equals < target.length() && target.charAt(equals) == '=') {
        int end = equals + 1;
        String ends = options.semicolon ? "?&;/" : "?&/";
        while (end < target.length() && ends.indexOf(target.charAt(end)) < 0) {
          end++;
        }
        return target.substring(equals + 1, end);
      }
    }
    return null;
  }

  /** The value of the first cookie of that name, or null. */
  static String cookie(Headers headers, String name) {
    for (int i = 0, n = headers.size(); i < n; i++) {
      if (!headers.name(i).equalsIgnoreCase("Cookie")) {
        continue;
      }
      for (String pair : headers.value(i).split("[;,]")) {
        int equals = pair.indexOf('=');
        if (equals > 0 && pair.substring(0, equals).strip().equals(name)) {
          String value = pair.substring(equals + 1).strip();
          boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
          return quoted ? value.substring(1, value.length() - 1) : value;
        }
      }
    }
    return null;
  }

  /** A cookie of ours that binds to a route, for Set-Cookie. */
  static String setCookie(BalancerOptions options, String balancer, String route, boolean secure) {
    return options.cookie
        + "="
        + route
        + "."
        + signature(options.cookieKey, balancer, route)
        + "; Path=/; HttpOnly; SameSite=Lax"
        + (secure ? "; Secure" : "");
  }

  private static String verified(String value, byte[] key, String balancer) {
    int dot = value.lastIndexOf('.');
    if (dot <= 0) {
      return null;
    }
    String route = value.substring(0, dot);
    byte[] given = value.substring(dot + 1).getBytes(StandardCharsets.ISO_8859_1);
    byte[] right = signature(key, balancer, route).getBytes(StandardCharsets.ISO_8859_1);
    return MessageDigest.isEqual(given, right) ? route : null;
  }

  private static String signature(byte[] key, String balancer, String route) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      byte[] full = mac.doFinal((balancer + "\n" + route).getBytes(StandardCharsets.UTF_8));
      byte[] half = java.util.Arrays.copyOf(full, 16);
      return Base64.getUrlEncoder().withoutPadding().encodeToString(half);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
