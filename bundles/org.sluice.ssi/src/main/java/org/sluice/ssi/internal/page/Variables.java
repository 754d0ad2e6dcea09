package org.sluice.ssi.internal.page;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The variables of a base document and of everything it includes. Names compare without case. Those
 * of the request are computed when they are asked for; those that were set win. Safe for use by
 * more than one thread: a program that is fetched ahead reads them on its own.
 */
final class Variables {
  private final RequestVariables request;
  private final Map<String, Variable> set = new LinkedHashMap<>();

  /**
   * One that was set.
   *
   * @param name as it was written
   * @param value null when it was made undefined
   * @param client whether the value came from the client, at least in part
   */
  record Variable(String name, String value, boolean client) {}

  Variables(RequestVariables request) {
    this.request = request;
  }

  /** Value for that document, or null. */
  synchronized String get(String name, Page page) {
    String key = key(name);
    Variable variable = set.isEmpty() ? null : set.get(key);
    return variable != null ? variable.value() : request.get(key, page);
  }

  /** A variable of the request, whatever was set. */
  String ofRequest(String name, Page page) {
    return request.get(name, page);
  }

  /** Whether the value came from the client, at least in part. */
  synchronized boolean fromClient(String name) {
    String key = key(name);
    Variable variable = set.get(key);
    return variable != null ? variable.client() : !RequestVariables.ownWords(key);
  }

  synchronized void set(String name, String value, boolean client) {
    set.put(key(name), new Variable(name, value, client));
  }

  /** All that are defined, those of the request first. */
  synchronized Map<String, String> copy(Page page) {
    Map<String, String> all = new LinkedHashMap<>();
    Map<String, Variable> left = new HashMap<>(set);
    for (String name : request.names()) {
      Variable variable = left.remove(name);
      put(all, name, variable != null ? variable.value() : request.get(name, page));
    }
    set.forEach(
        (key, variable) -> {
          if (left.containsKey(key)) {
            put(all, variable.name(), variable.value());
          }
        });
    return all;
  }

  private static void put(Map<String, String> all, String name, String value) {
    if (value != null) {
      all.put(name, value);
    }
  }

  /** Upper case of ASCII letters; the same object when there is nothing to change. */
  static String key(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c >= 'a' && c <= 'z') {
        char[] upper = name.toCharArray();
        for (int j = i; j < upper.length; j++) {
          if (upper[j] >= 'a' && upper[j] <= 'z') {
            upper[j] -= 32;
          }
        }
        return new String(upper);
      }
    }
    return name;
  }
}
