package org.sluice.launcher.httpd;

import java.util.Locale;
import java.util.Map;

/** Words behind the target of a ProxyPass. */
final class ProxyParameters {
  private static final Map<String, String> TIMES =
      Map.of(
          "connectiontimeout", "backend.connect-timeout",
          "ttl", "backend.idle-timeout");

  private ProxyParameters() {}

  /** Takes one over; false for one that is not known. */
  static boolean take(Draft route, String word) {
    int equals = word.indexOf('=');
    String key = (equals < 0 ? word : word.substring(0, equals)).toLowerCase(Locale.ROOT);
    String value = equals < 0 ? "" : word.substring(equals + 1);
    boolean on = value.equalsIgnoreCase("on");
    if (TIMES.containsKey(key)) {
      route.set(TIMES.get(key), Values.duration(value, "s"));
      return true;
    }
    switch (key) {
      case "timeout" -> {
        if (route.get("target").startsWith("balancer:")) {
          return false;
        }
        route.set("backend.first-byte-timeout", Values.duration(value, "s"));
        route.set("backend.progress-timeout", Values.duration(value, "s"));
      }
      case "acquire" -> route.set("backend.acquire-timeout", Values.duration(value, "ms"));
      case "max" -> route.set("backend.connections", value);
      case "disablereuse" -> route.set("backend.reuse", on ? "off" : "on");
      case "enablereuse" -> route.set("backend.reuse", on ? "on" : "off");
      case "keepalive" -> route.set("backend.keepalive", on ? "on" : "off");
      case "responsefieldsize" -> route.set("backend.limit.field", value);
      case "upgrade" -> route.set("backend.upgrade", value.toLowerCase(Locale.ROOT));
      case "addressttl" -> route.set("backend.address-ttl", Values.duration(value, "s"));
      case "nocanon" -> route.set("nocanon", "on");
      case "mapping" -> route.set("mapping", value.toLowerCase(Locale.ROOT));
      case "flusher" -> route.set("flusher", value);
      case "retry",
          "min",
          "smax",
          "flushpackets",
          "flushwait",
          "iobuffersize",
          "receivebuffersize",
          "ping",
          "noquery" -> {
        // Has no counterpart and needs none for a single backend that is asked whenever needed.
      }
      default -> {
        return false;
      }
    }
    return true;
  }
}
