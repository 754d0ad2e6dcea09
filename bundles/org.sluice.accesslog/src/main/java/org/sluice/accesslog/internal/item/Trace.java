package org.sluice.accesslog.internal.item;

import org.sluice.api.http.Attributes;
import org.sluice.api.http.Exchange;
import org.sluice.log.api.LogOutput;

/** The trace that an exchange belongs to (W3C Trace Context, {@code traceparent}). */
final class Trace {
  private static final int FROM = 3;
  private static final int TO = 35;
  private static final int LENGTH = 55;

  private Trace() {}

  /** The trace id: as a bundle of the front passes it on, else as the client sent it. */
  static void write(Exchange exchange, LogOutput out) {
    String value =
        exchange.attribute(Attributes.TRACEPARENT) instanceof String set
            ? set
            : exchange.request().headers().get("traceparent");
    if (value == null || !isValid(value)) {
      out.none();
    } else {
      out.bytes(value, FROM, TO);
    }
  }

  private static boolean isValid(String value) {
    if (value.length() < LENGTH || value.charAt(2) != '-' || value.charAt(TO) != '-') {
      return false;
    }
    for (int i = FROM; i < TO; i++) {
      char c = value.charAt(i);
      if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
        return false;
      }
    }
    return true;
  }
}
