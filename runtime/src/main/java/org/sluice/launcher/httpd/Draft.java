package org.sluice.launcher.httpd;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One of our files that is being written: comments and keys in their order. */
final class Draft {
  private final List<String> comments = new ArrayList<>();
  private final Map<String, String> keys = new LinkedHashMap<>();
  private boolean off;

  Draft comment(String text) {
    comments.add("# " + text);
    return this;
  }

  /** Sets a key; a later value counts, as in httpd. */
  Draft set(String key, String value) {
    keys.put(key, value);
    return this;
  }

  /** Appends to a list. */
  Draft add(String key, String value) {
    keys.merge(key, value, (before, more) -> before + "," + more);
    return this;
  }

  /** Takes a key and its value out. */
  Draft remove(String key) {
    keys.remove(key);
    return this;
  }

  /** Takes a comment out. */
  Draft uncomment(String text) {
    comments.remove("# " + text);
    return this;
  }

  boolean has(String key) {
    return keys.containsKey(key);
  }

  String get(String key) {
    return keys.get(key);
  }

  /** Sets the keys that are not there yet. */
  Draft fill(Map<String, String> others) {
    others.forEach(keys::putIfAbsent);
    return this;
  }

  Map<String, String> keys() {
    return keys;
  }

  /** The file is written, but switched off. */
  Draft switchOff(String why) {
    if (!off) {
      comment("switched off: " + why);
    }
    off = true;
    return this;
  }

  boolean isOff() {
    return off;
  }

  String text() {
    StringBuilder out = new StringBuilder();
    comments.forEach(line -> out.append(line).append('\n'));
    keys.forEach((key, value) -> out.append(key).append('=').append(value).append('\n'));
    return out.toString();
  }
}
