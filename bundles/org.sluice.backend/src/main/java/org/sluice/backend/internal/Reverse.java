package org.sluice.backend.internal;

import java.util.List;
import org.sluice.api.http.Exchange;

/**
 * Rewrites URLs of a backend in {@code Location} and {@code Content-Location} to those under which
 * the client knows it. Scheme and host compare without case, the path with case and only up to a
 * boundary, so that a rule for {@code /a} leaves {@code /ab} alone.
 */
final class Reverse {
  private Reverse() {}

  static String rewrite(
      Exchange exchange,
      String value,
      BackendOptions options,
      BackendTarget target,
      List<Hop> hops) {
    if (options.reverse.isEmpty() || options.reverse.contains("off")) {
      return value;
    }
    String result = null;
    for (int i = 0; result == null && i < options.reverse.size(); i++) {
      String rule = options.reverse.get(i).strip();
      result =
          rule.equals("auto") ? auto(exchange, value, target, hops) : rule(exchange, value, rule);
    }
    return result == null ? value : result;
  }

  private static String auto(
      Exchange exchange, String value, BackendTarget target, List<Hop> hops) {
    String found = null;
    for (int i = 0; found == null && i < hops.size(); i++) {
      found = auto(exchange, value, target, hops.get(i));
    }
    return found;
  }

  private static String auto(Exchange exchange, String value, BackendTarget target, Hop hop) {
    String base = target.hasReferences() ? null : hop.base() + target.path();
    if (base == null || exchange.match().group(0) != null) {
      return null;
    }
    String mapped = exchange.match().route().mappedPath();
    String found = url(exchange, value, "http://" + hop.host(), base, mapped);
    if (found != null || hop.backend().address.isLocal()) {
      return found;
    }
    // Without its default port written, or with it.
    return url(exchange, value, hop.backend().toString(), base, mapped);
  }

  private static String rule(Exchange exchange, String value, String rule) {
    int blank = rule.indexOf(' ');
    String from = blank < 0 ? rule : rule.substring(0, blank);
    String to =
        blank < 0 ? exchange.match().route().mappedPath() : rule.substring(blank + 1).strip();
    if (from.startsWith("/")) {
      return value.startsWith("/") && !value.startsWith("//")
          ? path(exchange, value, from, to)
          : null;
    }
    int scheme = from.indexOf("://");
    int slash = scheme < 0 ? -1 : from.indexOf('/', scheme + 3);
    return scheme < 0
        ? null
        : url(
            exchange,
            value,
            slash < 0 ? from : from.substring(0, slash),
            slash < 0 ? "" : from.substring(slash),
            to);
  }

  private static String url(
      Exchange exchange, String value, String authority, String base, String to) {
    int n = authority.length();
    if (!value.regionMatches(true, 0, authority, 0, n)
        || (value.length() > n && "/?#".indexOf(value.charAt(n)) < 0)) {
      return null;
    }
    return path(exchange, value.substring(n), base, to);
  }

  private static String path(Exchange exchange, String path, String base, String to) {
    if (!path.startsWith(base)) {
      return null;
    }
    String rest = path.substring(base.length());
    boolean boundary =
        rest.isEmpty()
            || base.isEmpty()
            || base.endsWith("/")
            || "/?#".indexOf(rest.charAt(0)) >= 0;
    return boundary ? absolute(exchange, join(to, rest)) : null;
  }

  private static String join(String to, String rest) {
    if (to.endsWith("/") && rest.startsWith("/")) {
      return to + rest.substring(1);
    }
    boolean gap = !to.endsWith("/") && !rest.isEmpty() && "/?#".indexOf(rest.charAt(0)) < 0;
    return gap ? to + "/" + rest : to + rest;
  }

  private static String absolute(Exchange exchange, String path) {
    String host = RequestWriter.clientHost(exchange.request());
    if (host == null || host.isEmpty()) {
      return path;
    }
    return (exchange.connection().secure() ? "https://" : "http://") + host + path;
  }
}
