package org.sluice.cgi.internal.env;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.sluice.api.http.Headers;

/**
 * Header fields as variables {@code HTTP_*} (RFC 3875 section 4.1.18). Left out are names with
 * anything but letters, digits and hyphens (an underscore could pose as a hyphen), {@code Proxy}
 * (T7), what describes the body, the connection, and credentials unless asked for.
 */
final class RequestFields {
  private static final Set<String> NEVER =
      Set.of("CONTENT_TYPE", "CONTENT_LENGTH", "PROXY", "TRANSFER_ENCODING", "TRAILER");

  private static final Set<String> CREDENTIALS = Set.of("AUTHORIZATION", "PROXY_AUTHORIZATION");

  private static final Set<String> CONNECTION =
      Set.of(
          "CONNECTION",
          "KEEP_ALIVE",
          "TE",
          "UPGRADE",
          "EXPECT",
          "PROXY_CONNECTION",
          "HTTP2_SETTINGS");

  private RequestFields() {}

  static void add(
      Headers headers, boolean credentials, Set<String> wanted, Environment environment) {
    Map<String, String> joined = new LinkedHashMap<>();
    for (int i = 0; i < headers.size(); i++) {
      String name = variable(headers.name(i));
      if (name == null || NEVER.contains(name) || (!credentials && CREDENTIALS.contains(name))) {
        continue;
      }
      if (CONNECTION.contains(name)
          && !wanted.contains(headers.name(i).toLowerCase(java.util.Locale.ROOT))) {
        continue;
      }
      String before = joined.get(name);
      String between = name.equals("COOKIE") ? "; " : ", ";
      String value = headers.value(i);
      joined.put(name, before == null ? value : before + between + value);
    }
    joined.forEach((name, value) -> environment.set("HTTP_" + name, value));
  }

  /** Upper case with underscores for hyphens, or null if the name is none to pass on. */
  private static String variable(String name) {
    char[] out = new char[name.length()];
    for (int i = 0; i < out.length; i++) {
      char c = name.charAt(i);
      if (c == '-') {
        out[i] = '_';
      } else if (c >= 'a' && c <= 'z') {
        out[i] = (char) (c - 0x20);
      } else if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) {
        out[i] = c;
      } else {
        return null;
      }
    }
    return new String(out);
  }
}
