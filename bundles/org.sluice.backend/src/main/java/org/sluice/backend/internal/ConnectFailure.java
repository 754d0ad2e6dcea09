package org.sluice.backend.internal;

import io.netty.channel.ConnectTimeoutException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.Locale;

/** Why there is no connection, in words that an operator knows. */
final class ConnectFailure {
  private static final String[] KNOWN = {
    "Connection refused", "No route to host", "Network is unreachable"
  };

  private ConnectFailure() {}

  /** The native library writes "connect(..) failed with error(-111): Connection refused: /…". */
  static String reason(Throwable cause) {
    if (cause instanceof ConnectTimeoutException) {
      return "no connection in time";
    }
    if (cause instanceof UnknownHostException) {
      return "unknown host";
    }
    String text = String.valueOf(cause.getMessage());
    for (String known : KNOWN) {
      if (text.contains(known)) {
        return known.toLowerCase(Locale.ROOT);
      }
    }
    int colon = text.indexOf("): ");
    return cause instanceof ConnectException || colon >= 0
        ? text.substring(colon < 0 ? 0 : colon + 3)
        : text;
  }
}
