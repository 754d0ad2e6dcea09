package org.sluice.accesslog.internal.item;

import org.sluice.api.http.Exchange;
import org.sluice.api.route.Target;

/** What a route points to. */
public final class Targets {
  private Targets() {}

  /** The scheme of the route's target, or null before routing. */
  public static String scheme(Exchange exchange) {
    Target target = of(exchange);
    return target == null ? null : target.scheme();
  }

  static Target of(Exchange exchange) {
    return exchange.match() == null ? null : exchange.match().route().target();
  }
}
