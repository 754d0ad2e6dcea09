package org.sluice.launcher.httpd;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Balancers, their members and their parameters. */
final class Balancers {
  private static final List<String> MEMBER_KEYS =
      List.of("loadfactor", "lbset", "route", "redirect", "status", "max");
  private static final Map<String, String> BALANCER_KEYS =
      Map.of(
          "stickysession", "balancer.stickysession",
          "stickysessionsep", "balancer.stickysessionsep",
          "scolonpathdelim", "balancer.scolonpathdelim",
          "nofailover", "balancer.nofailover",
          "maxattempts", "balancer.maxattempts",
          "failonstatus", "balancer.failonstatus",
          "failontimeout", "balancer.failontimeout",
          "forcerecovery", "balancer.forcerecovery");
  private static final Map<String, String> CHECK_KEYS =
      Map.of("hcuri", "health.path", "hcpasses", "health.passes", "hcfails", "health.fails");
  private static final List<String> METHODS = List.of("byrequests", "bytraffic", "bybusyness");

  private final Imported out;
  private final Map<String, Map<String, String>> options = new LinkedHashMap<>();

  Balancers(Imported out) {
    this.out = out;
  }

  /** {@code <Proxy balancer://name>}. */
  void section(Directive section) {
    String url = section.word(0);
    out.guarded(section);
    if (!url.startsWith("balancer://")) {
      if (!url.equals("*")) {
        out.notTaken(section, "only sections of balancers are taken over");
      } else {
        out.meaningless();
      }
      return;
    }
    out.taken();
    parameters(section, name(url), section.from(1));
    for (Directive each : section.children()) {
      switch (each.key()) {
        case "balancermember" -> member(each, url, 0);
        case "proxyset" -> set(each, url, 0);
        case "require", "order", "allow", "deny" -> out.meaningless();
        default -> out.notTaken(each, "not known in a balancer");
      }
    }
  }

  private static String name(String url) {
    String rest = url.substring("balancer://".length());
    int slash = rest.indexOf('/');
    return Imported.name(slash < 0 ? rest : rest.substring(0, slash));
  }

  /** {@code ProxySet} of a balancer; its parameters begin at an index. */
  void set(Directive directive, String url, int from) {
    if (!url.startsWith("balancer://")) {
      out.notTaken(directive, "write the parameters on the routes that use this backend");
      return;
    }
    out.taken();
    parameters(directive, name(url), directive.from(from));
  }

  private void parameters(Directive directive, String balancer, List<String> words) {
    Map<String, String> mine = options.computeIfAbsent(balancer, any -> new LinkedHashMap<>());
    for (String word : words) {
      if (!parameter(mine, word)) {
        out.notTaken(directive, "parameter " + word + " of balancer " + balancer);
      }
    }
  }

  /** Takes {@code key=value} of a balancer; false for one that is not known. */
  private static boolean parameter(Map<String, String> mine, String word) {
    int equals = word.indexOf('=');
    String key = word.substring(0, Math.max(0, equals)).toLowerCase(Locale.ROOT);
    String value = word.substring(equals + 1);
    if (key.equals("lbmethod")) {
      if (METHODS.contains(value)) {
        mine.put("balancer.method", value);
      }
      return METHODS.contains(value);
    }
    if (key.equals("timeout")) {
      mine.put("balancer.timeout", Values.duration(value, "s"));
      return true;
    }
    if (key.equals("growth") || key.equals("nonce")) {
      return true;
    }
    String ours = BALANCER_KEYS.get(key);
    if (ours != null) {
      mine.put(ours, value.matches("(?i)on|off") ? value.toLowerCase(Locale.ROOT) : value);
    }
    return ours != null;
  }

  /** {@code BalancerMember}; the member's URL is the word at an index. */
  void member(Directive directive, String balancerUrl, int at) {
    String url = directive.word(at);
    String target = Values.target(url);
    if (target == null || !balancerUrl.startsWith("balancer://")) {
      out.notTaken(directive, "members are http:// and unix:…|http://");
      return;
    }
    out.taken();
    String balancer = name(balancerUrl);
    String route =
        directive.from(at + 1).stream()
            .filter(word -> word.toLowerCase(Locale.ROOT).startsWith("route="))
            .map(word -> word.substring("route=".length()))
            .findFirst()
            .orElse("");
    String number = Integer.toString(1 + count(balancer));
    Draft member = out.file("member", balancer + "-" + (route.isEmpty() ? number : route));
    member.set("balancer", balancer).set("target", target);
    counts.merge(balancer, 1, Integer::sum);
    for (String word : directive.from(at + 1)) {
      if (!memberKey(member, word)) {
        out.notTaken(directive, "parameter " + word + " of a member");
      }
    }
  }

  private final Map<String, Integer> counts = new LinkedHashMap<>();

  private int count(String balancer) {
    return counts.getOrDefault(balancer, 0);
  }

  private static boolean memberKey(Draft member, String word) {
    int equals = word.indexOf('=');
    String key = word.substring(0, Math.max(0, equals)).toLowerCase(Locale.ROOT);
    String value = word.substring(equals + 1);
    if (MEMBER_KEYS.contains(key)) {
      member.set(key, value);
    } else if (key.equals("retry")) {
      member.set("retry", Values.duration(value, "s"));
    } else if (key.equals("hcmethod")) {
      boolean none = value.equalsIgnoreCase("none");
      member.set("health", none ? "off" : value.equalsIgnoreCase("tcp") ? "tcp" : "http");
    } else if (key.equals("hcinterval")) {
      member.set("health.interval", Values.duration(value, "s"));
    } else if (CHECK_KEYS.containsKey(key)) {
      member.set(CHECK_KEYS.get(key), value);
    } else {
      return false;
    }
    return true;
  }

  /** What a route to a balancer needs beside its target. */
  Map<String, String> options(String balancer) {
    return options.getOrDefault(Imported.name(balancer), Map.of());
  }

  /** Parameters of a balancer on a ProxyPass. */
  boolean routeParameter(Map<String, String> route, String word) {
    return parameter(route, word);
  }
}
