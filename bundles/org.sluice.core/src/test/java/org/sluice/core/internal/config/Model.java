package org.sluice.core.internal.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/** The rules of matching and inheritance once more, as plainly as possible and without an index. */
final class Model {

  /** A route file. Null members are keys that are not there. */
  record Spec(
      String name,
      String site,
      String path,
      String match,
      int order,
      String target,
      String body,
      String guard) {

    String text() {
      StringBuilder out = new StringBuilder("path=" + path + "\n");
      line(out, "site", site);
      line(out, "match", match);
      line(out, "order", match == null ? null : String.valueOf(order));
      line(out, "target", target);
      line(out, "limit.body", body);
      line(out, "opening.only", guard);
      return out.toString();
    }

    private static void line(StringBuilder out, String key, String value) {
      if (value != null) {
        out.append(key).append('=').append(value).append('\n');
      }
    }
  }

  private final String site;
  private final String siteBody;
  private final String siteGuard;
  private final List<Spec> routes;

  Model(String site, String siteBody, String siteGuard, List<Spec> all) {
    this.site = site;
    this.siteBody = siteBody;
    this.siteGuard = siteGuard;
    this.routes = all.stream().filter(r -> r.site() == null || r.site().equals(site)).toList();
  }

  /** Whole segments, as the prefix is written. */
  private static boolean covers(String prefix, String path) {
    return Pattern.matches(Pattern.quote(prefix) + (prefix.endsWith("/") ? ".*" : "(/.*)?"), path);
  }

  /** The route of a request, or null. */
  Spec find(String path) {
    return routes.stream()
        .filter(r -> covers(r.path(), path))
        .filter(r -> r.match() == null || Pattern.compile(r.match()).matcher(path).find())
        .filter(r -> deciding(r) != null)
        .min(
            Comparator.comparing((Spec r) -> -r.path().length())
                .thenComparing(r -> r.site() == null)
                .thenComparing(r -> r.match() == null)
                .thenComparing(Spec::order)
                .thenComparing(Spec::name))
        .orElse(null);
  }

  /** The route itself, then the plain ones along its path, nearest first, the site's own first. */
  private List<Spec> chain(Spec route) {
    List<Spec> chain = new ArrayList<>(routes);
    chain.removeIf(r -> r == route || r.match() != null || !covers(r.path(), route.path()));
    chain.sort(
        Comparator.comparing((Spec r) -> -r.path().length()).thenComparing(r -> r.site() == null));
    chain.add(0, route);
    return chain;
  }

  /** The route that names the target. */
  Spec deciding(Spec route) {
    return chain(route).stream().filter(r -> r.target() != null).findFirst().orElse(null);
  }

  /** The text of limit.body, {@code 1g} by default. */
  String body(Spec route) {
    List<String> values = new ArrayList<>(chain(route).stream().map(Spec::body).toList());
    values.add(siteBody);
    String first = values.stream().filter(v -> v != null).findFirst().orElse("");
    return first.isEmpty() ? "1g" : first;
  }

  /** Each guard from the site inward. */
  List<String> guards(Spec route) {
    List<String> values = new ArrayList<>(chain(route).stream().map(Spec::guard).toList());
    values.add(siteGuard);
    values.removeIf(v -> v == null || v.isEmpty());
    java.util.Collections.reverse(values);
    return values;
  }
}
