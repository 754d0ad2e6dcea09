package org.sluice.accesslog.internal.item;

import org.sluice.api.http.Headers;
import org.sluice.log.api.LogOutput;

/** Header fields in a line. */
final class Fields {
  private Fields() {}

  /** All values of a name, joined with comma and blank (RFC 9110 section 5.3). */
  static void all(Headers headers, String name, LogOutput out) {
    boolean found = false;
    for (int i = 0, n = headers.size(); i < n; i++) {
      if (name.equalsIgnoreCase(headers.name(i))) {
        if (found) {
          out.plain(", ");
        }
        out.bytes(headers.value(i));
        found = true;
      }
    }
    if (!found) {
      out.none();
    }
  }
}
