package org.sluice.backend.internal;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.sluice.api.route.Target;

/**
 * What {@code etc/org.sluice.member~NAME.cfg} says. The core has checked every value; what it could
 * not check, because it came by another way, is refused here.
 *
 * @param balancers names of the balancers it belongs to
 * @param target taken apart
 * @param weight hundredths of {@code loadfactor}
 * @param set {@code lbset}: lower ones first
 * @param route by which sessions are bound
 * @param redirect route used instead, or null
 * @param status letters that are set
 * @param retryNanos how long it is left alone after an error
 * @param max most requests at a time, 0 for no limit
 * @param slowStartNanos time until it gets its whole share
 * @param health active checks, or null
 */
record MemberConfig(
    List<String> balancers,
    BackendTarget target,
    int weight,
    int set,
    String route,
    String redirect,
    String status,
    long retryNanos,
    int max,
    long slowStartNanos,
    Health health) {

  /** Active checks. */
  record Health(
      boolean http,
      String path,
      String host,
      BitSet expect,
      Duration interval,
      Duration timeout,
      int passes,
      int fails) {}

  /** Reads the properties of a member's configuration. */
  static MemberConfig of(String name, Map<String, ?> properties) {
    Reader in = new Reader(properties);
    BackendTarget target = BackendTarget.of(Target.parse(in.text("target", "")));
    if (target.address() == null) {
      throw new IllegalArgumentException("a member is no balancer: " + in.text("target", ""));
    }
    return new MemberConfig(
        in.list("balancer", ""),
        target,
        new BigDecimal(in.text("loadfactor", "1")).movePointRight(2).intValueExact(),
        in.number("lbset", 0),
        in.text("route", name),
        in.text("redirect", null),
        letters(in.text("status", "")),
        in.duration("retry", "60s").toNanos(),
        in.number("max", 0),
        in.duration("slow-start", "0s").toNanos(),
        health(in));
  }

  private static Health health(Reader in) {
    String kind = in.text("health", "off");
    if (kind.equals("off")) {
      return null;
    }
    BitSet expect = new BitSet(600);
    for (String part : in.list("health.expect", "200-399")) {
      int dash = part.indexOf('-');
      int from = Integer.parseInt(dash < 0 ? part : part.substring(0, dash));
      expect.set(from, Integer.parseInt(dash < 0 ? part : part.substring(dash + 1)) + 1);
    }
    return new Health(
        kind.equals("http"),
        in.text("health.path", "/"),
        in.text("health.host", null),
        expect,
        in.duration("health.interval", "5s"),
        in.duration("health.timeout", "2s"),
        in.number("health.passes", 2),
        in.number("health.fails", 3));
  }

  /** The letters that are set, in upper case: {@code D-I+H} gives {@code DH}. */
  static String letters(String text) {
    StringBuilder set = new StringBuilder();
    boolean clear = false;
    for (int i = 0; i < text.length(); i++) {
      char c = Character.toUpperCase(text.charAt(i));
      if (c == '+' || c == '-') {
        clear = c == '-';
        continue;
      }
      int at = set.indexOf(String.valueOf(c));
      if (clear && at >= 0) {
        set.deleteCharAt(at);
      } else if (!clear && at < 0) {
        set.append(c);
      }
      clear = false;
    }
    return set.toString();
  }

  boolean has(char letter) {
    return status.indexOf(letter) >= 0;
  }

  /** Values as texts, with their defaults. */
  private record Reader(Map<String, ?> properties) {
    String text(String key, String otherwise) {
      Object value = properties.get(key);
      return value == null || value.toString().isBlank() ? otherwise : value.toString().strip();
    }

    int number(String key, int otherwise) {
      return Integer.parseInt(text(key, Integer.toString(otherwise)));
    }

    List<String> list(String key, String otherwise) {
      List<String> parts = new ArrayList<>();
      for (String part : text(key, otherwise).split(",")) {
        if (!part.isBlank()) {
          parts.add(part.strip());
        }
      }
      return parts;
    }

    Duration duration(String key, String otherwise) {
      String text = text(key, otherwise);
      int digits = 0;
      while (digits < text.length() && Character.isDigit(text.charAt(digits))) {
        digits++;
      }
      long number = Long.parseLong(text.substring(0, digits));
      return switch (text.substring(digits)) {
        case "ms" -> Duration.ofMillis(number);
        case "s" -> Duration.ofSeconds(number);
        case "m" -> Duration.ofMinutes(number);
        case "h" -> Duration.ofHours(number);
        case "d" -> Duration.ofDays(number);
        default -> throw new IllegalArgumentException(key + ": " + text + " is no duration");
      };
    }
  }
}
