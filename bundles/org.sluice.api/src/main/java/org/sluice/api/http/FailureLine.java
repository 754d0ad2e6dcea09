package org.sluice.api.http;

import java.net.InetSocketAddress;

/**
 * What every line of the front's log about an exchange begins with; one place, so that all agree.
 */
final class FailureLine {
  private FailureLine() {}

  static String beginning(Exchange exchange, String plugin) {
    return "exchange "
        + outermost(exchange).id()
        + " client "
        + client(exchange)
        + " route "
        + (exchange.match() == null ? "-" : exchange.match().route().name())
        + " plug-in "
        + withVersion(exchange, plugin);
  }

  /** On everything that access logs may take for the request: chains of redirects, and pages. */
  static void note(Exchange exchange) {
    Exchange at = exchange;
    while (at != null) {
      at.attribute(Attributes.TOLD, Boolean.TRUE);
      Object from = at.attribute(Attributes.REDIRECTED_FROM);
      at = at.parent() == null && from instanceof Exchange before ? before : at.parent();
    }
  }

  private static Exchange outermost(Exchange exchange) {
    Exchange outermost = exchange;
    while (outermost.parent() != null) {
      outermost = outermost.parent();
    }
    return outermost;
  }

  /** As access logs tell it: behind a trusted proxy, whom that names. */
  private static String client(Exchange exchange) {
    Object named = outermost(exchange).attribute(Attributes.CLIENT_ADDRESS);
    if (named instanceof String name) {
      return name;
    }
    InetSocketAddress address =
        named instanceof InetSocketAddress known ? known : exchange.connection().remote();
    return address.getAddress() == null
        ? address.getHostString()
        : address.getAddress().getHostAddress();
  }

  private static String withVersion(Exchange exchange, String plugin) {
    String start = plugin + "/";
    for (String used : exchange.plugins()) {
      if (used.startsWith(start)) {
        return used;
      }
    }
    return plugin;
  }
}
