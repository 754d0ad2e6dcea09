package org.sluice.backend.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.sluice.api.http.Headers;

/**
 * What a route adds to, sets in and removes from the fields of a message: {@code
 * header.request.set.NAME} and the like. Immutable.
 */
final class HeaderFilter {
  private final Set<String> removed = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
  private final List<String> written = new ArrayList<>();

  private HeaderFilter() {}

  /** Keys below {@code header.request.}; null when there are none. */
  static HeaderFilter ofRequests(Map<String, String> family) {
    HeaderFilter filter = new HeaderFilter();
    family.forEach(
        (key, value) -> {
          if (key.startsWith("request.")) {
            filter.key(key.substring("request.".length()), value);
          }
        });
    return filter.orNull();
  }

  /** Keys below {@code header.response.} and {@code header.}; null when there are none. */
  static HeaderFilter ofResponses(Map<String, String> family) {
    HeaderFilter filter = new HeaderFilter();
    family.forEach(
        (key, value) -> {
          if (key.startsWith("response.")) {
            filter.key(key.substring("response.".length()), value);
          } else if (!key.startsWith("request.")) {
            filter.key(key, value);
          }
        });
    return filter.orNull();
  }

  private HeaderFilter orNull() {
    return removed.isEmpty() && written.isEmpty() ? null : this;
  }

  private void key(String key, String value) {
    int dot = key.indexOf('.');
    String verb = dot < 0 ? "" : key.substring(0, dot).toLowerCase(Locale.ROOT);
    String name = key.substring(dot + 1);
    switch (verb) {
      case "remove" -> {
        if (!value.equals("off")) {
          removed.add(name);
        }
      }
      case "set" -> {
        removed.add(name);
        write(name, value);
      }
      case "add" -> write(name, value);
      default -> write(key, value);
    }
  }

  private void write(String name, String value) {
    written.add(name);
    written.add(value);
  }

  boolean removes(String name) {
    return removed.contains(name);
  }

  /** Names and values to write behind what was left, in turn. */
  List<String> written() {
    return written;
  }

  void writeTo(Headers.Builder out) {
    for (int i = 0; i < written.size(); i += 2) {
      out.add(written.get(i), written.get(i + 1));
    }
  }
}
