package org.sluice.accesslog.internal.filter;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.sluice.accesslog.internal.item.Variables;
import org.sluice.accesslog.internal.write.Settings;
import org.sluice.log.api.LogEntry;

/** Which exchanges a log takes: by route, status, condition, then one of so many. */
public final class Filter {
  private final Set<String> routes;
  private final boolean routesExcluded;
  private final StatusList statuses;
  private final boolean statusesExcluded;
  private final Condition condition;
  private final long sampling;
  private final StatusList always;
  private final AtomicLong counter = new AtomicLong();

  /**
   * Of a log's settings.
   *
   * @throws IllegalArgumentException {@code KEY: what is wrong and what is allowed}
   */
  public Filter(Map<String, String> settings) {
    List<String> names = list(settings, "routes");
    routesExcluded = !names.isEmpty() && names.get(0).startsWith("!");
    routes = names.isEmpty() ? null : new HashSet<>(plain("routes", names, routesExcluded));
    List<String> wanted = list(settings, "status");
    statusesExcluded = !wanted.isEmpty() && wanted.get(0).startsWith("!");
    statuses = wanted.isEmpty() ? null : statuses("status", wanted, statusesExcluded);
    condition = condition(settings.getOrDefault("condition", ""));
    String thinned = settings.getOrDefault("sampling", "");
    sampling = thinned.isEmpty() ? 1 : Settings.number(thinned);
    List<String> kept = list(settings, "sampling.always");
    always = kept.isEmpty() ? null : statuses("sampling.always", kept, false);
  }

  private static List<String> list(Map<String, String> settings, String key) {
    List<String> parts = new ArrayList<>();
    for (String part : settings.getOrDefault(key, "").split(",", -1)) {
      if (!part.isBlank()) {
        parts.add(part.strip());
      }
    }
    return parts;
  }

  /** The list without the sign in front of its first part. */
  private static List<String> plain(String key, List<String> parts, boolean excluded) {
    List<String> plain = new ArrayList<>(parts);
    if (excluded) {
      plain.set(0, parts.get(0).substring(1).strip());
    }
    for (String part : plain) {
      if (part.isEmpty() || part.startsWith("!")) {
        throw new IllegalArgumentException(
            key + ": a ! stands once, in front of the list, and means all but these");
      }
    }
    return plain;
  }

  private static StatusList statuses(String key, List<String> parts, boolean excluded) {
    try {
      return StatusList.of(plain(key, parts, excluded));
    } catch (IllegalArgumentException e) {
      String text = e.getMessage();
      throw new IllegalArgumentException(text.startsWith(key) ? text : key + ": " + text, e);
    }
  }

  private static Condition condition(String text) {
    if (text.isEmpty()) {
      return null;
    }
    if (text.startsWith("env=")) {
      boolean absent = text.startsWith("env=!");
      String name = text.substring(absent ? 5 : 4).strip();
      if (name.isEmpty()) {
        throw new IllegalArgumentException("condition: behind env= a name is missing");
      }
      return entry -> (Variables.of(entry.first(), entry.first(), name) == null) == absent;
    }
    try {
      return Expression.parse(text.startsWith("expr=") ? text.substring(5) : text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("condition: " + e.getMessage(), e);
    }
  }

  /** Whether the exchange is wanted. What a condition throws is the caller's to report. */
  public boolean takes(LogEntry entry) {
    if (routes != null) {
      var match = entry.first().match();
      if (routes.contains(match == null ? "" : match.route().name()) == routesExcluded) {
        return false;
      }
    }
    if (statuses != null && statuses.contains(entry.status()) == statusesExcluded) {
      return false;
    }
    if (condition != null && !condition.test(entry)) {
      return false;
    }
    return sampling <= 1
        || (always != null && always.contains(entry.status()))
        || counter.getAndIncrement() % sampling == 0;
  }
}
