package org.sluice.accesslog.internal.item;

import org.sluice.api.http.Exchange;

/**
 * The environment of a request: attributes of its exchange, by their name or as {@code env.NAME}.
 */
public final class Variables {
  private Variables() {}

  /** The value on {@code exchange}, else on {@code first}; or null. */
  public static Object of(Exchange first, Exchange exchange, String name) {
    Object value = of(exchange, name);
    return value != null || first == exchange ? value : of(first, name);
  }

  private static Object of(Exchange exchange, String name) {
    Object value = exchange.attribute(name);
    return value != null ? value : exchange.attribute("env." + name);
  }
}
