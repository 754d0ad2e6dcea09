package org.sluice.access.internal;

import org.sluice.api.config.Options;
import org.sluice.api.hook.Verdict;
import org.sluice.api.http.Headers;

/**
 * The answer to a client that has to say who it is (RFC 7617 section 2, RFC 9110 section 11.6.1).
 */
final class Challenge {
  private Challenge() {}

  /** 401 with the realm of these options. */
  static Verdict of(Options options) {
    String realm = options.text("auth.realm");
    StringBuilder value = new StringBuilder("Basic realm=\"");
    for (int i = 0; i < realm.length(); i++) {
      char c = realm.charAt(i);
      if (c == '"' || c == '\\') {
        value.append('\\');
      }
      value.append(c < ' ' || c > '~' ? '?' : c);
    }
    return Verdict.status(
        401, Headers.of("WWW-Authenticate", value.append("\", charset=\"UTF-8\"").toString()));
  }
}
