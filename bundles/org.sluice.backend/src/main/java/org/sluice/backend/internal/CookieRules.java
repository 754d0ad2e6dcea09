package org.sluice.backend.internal;

import java.util.ArrayList;
import java.util.List;

/** Rewrites and filters cookies: {@code backend.cookie-path}, {@code -domain}, {@code -remove}. */
final class CookieRules {
  private final List<String[]> paths;
  private final List<String[]> domains;
  private final List<String> removed;

  private CookieRules(List<String[]> paths, List<String[]> domains, List<String> removed) {
    this.paths = paths;
    this.domains = domains;
    this.removed = removed;
  }

  /** Rules of options; null when there are none. */
  static CookieRules of(List<String> paths, List<String> domains, List<String> removed) {
    if (paths.isEmpty() && domains.isEmpty() && removed.isEmpty()) {
      return null;
    }
    return new CookieRules(
        pairs("backend.cookie-path", paths), pairs("backend.cookie-domain", domains), removed);
  }

  private static List<String[]> pairs(String key, List<String> entries) {
    List<String[]> pairs = new ArrayList<>();
    for (String entry : entries) {
      String[] pair = entry.strip().split("[ \t]+");
      if (pair.length != 2) {
        throw new IllegalArgumentException(
            key + ": an entry is INTERNAL PUBLIC, with a blank between them: " + entry);
      }
      pairs.add(pair);
    }
    return pairs;
  }

  /** The value of Set-Cookie for the client; null when it must not pass. */
  String setCookie(String value) {
    int end = value.indexOf(';');
    String first = end < 0 ? value : value.substring(0, end);
    if (isRemoved(name(first))) {
      return null;
    }
    if (end < 0 || (paths.isEmpty() && domains.isEmpty())) {
      return value;
    }
    // The first pair is the cookie itself, whatever its name is.
    StringBuilder out = new StringBuilder(first);
    for (String attribute : value.substring(end + 1).split(";", -1)) {
      out.append(';').append(attribute(attribute));
    }
    return out.toString();
  }

  private String attribute(String text) {
    int equals = text.indexOf('=');
    if (equals < 0) {
      return text;
    }
    String name = text.substring(0, equals).strip();
    String value = text.substring(equals + 1).strip();
    if (name.equalsIgnoreCase("path")) {
      return replaced(text, equals, value, paths, false);
    }
    return name.equalsIgnoreCase("domain") ? replaced(text, equals, value, domains, true) : text;
  }

  private static String replaced(
      String text, int equals, String value, List<String[]> rules, boolean ignoreCase) {
    for (String[] rule : rules) {
      if (value.regionMatches(ignoreCase, 0, rule[0], 0, rule[0].length())) {
        return text.substring(0, equals + 1) + rule[1];
      }
    }
    return text;
  }

  /** The value of Cookie for the backend; empty when nothing is left. */
  String cookie(String value) {
    if (removed.isEmpty()) {
      return value;
    }
    StringBuilder out = new StringBuilder(value.length());
    for (String pair : value.split(";", -1)) {
      String text = pair.strip();
      if (!text.isEmpty() && !isRemoved(name(text))) {
        out.append(out.length() == 0 ? "" : "; ").append(text);
      }
    }
    return out.toString();
  }

  private static String name(String pair) {
    int equals = pair.indexOf('=');
    return (equals < 0 ? pair : pair.substring(0, equals)).strip();
  }

  private boolean isRemoved(String name) {
    for (String rule : removed) {
      boolean all = rule.endsWith("*");
      if (all ? name.startsWith(rule.substring(0, rule.length() - 1)) : name.equals(rule)) {
        return true;
      }
    }
    return false;
  }
}
