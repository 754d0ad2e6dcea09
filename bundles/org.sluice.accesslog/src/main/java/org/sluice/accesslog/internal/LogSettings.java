package org.sluice.accesslog.internal;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.sluice.accesslog.internal.format.Formats;
import org.sluice.accesslog.internal.format.Mask;
import org.sluice.accesslog.internal.write.OutletSettings;
import org.sluice.accesslog.internal.write.Settings;
import org.sluice.log.api.LogTarget;

/** The settings of one log, by key; the core has checked types and ranges. Immutable. */
final class LogSettings {
  /** Keys that say what is written, not where to: a change of them leaves the writer alone. */
  private static final List<String> OF_LINES =
      List.of(
          "site",
          "routes",
          "status",
          "condition",
          "fallback",
          "sampling",
          "sampling.always",
          "mask",
          "line-limit",
          "format");

  private static final String FORMAT = "format.";

  private final String name;
  private final Map<String, String> values;

  LogSettings(String name, Map<String, String> values) {
    this.name = name;
    this.values = new TreeMap<>(values);
    this.values.values().removeIf(String::isEmpty);
  }

  String name() {
    return name;
  }

  Map<String, String> values() {
    return values;
  }

  private String get(String key, String byDefault) {
    return values.getOrDefault(key, byDefault);
  }

  /** NAME of the site, or null for all. */
  String site() {
    return values.get("site");
  }

  boolean isFallback() {
    return get("fallback", "off").equals("on");
  }

  /** Whether the file only defines names of formats. */
  boolean isOnlyNames() {
    return !values.containsKey("file")
        && !values.containsKey("writer")
        && values.keySet().stream().anyMatch(key -> key.startsWith(FORMAT));
  }

  /** Names of formats that it defines. */
  Map<String, String> formats() {
    Map<String, String> formats = new TreeMap<>();
    values.forEach(
        (key, value) -> {
          if (key.startsWith(FORMAT)) {
            formats.put(key.substring(FORMAT.length()), value);
          }
        });
    return formats;
  }

  /** Format or name of one. */
  String format() {
    return get("format", "combined");
  }

  /** Text of the format; own definitions win over {@code others}. */
  String formatText(Map<String, String> others) {
    Map<String, String> all = new TreeMap<>(others);
    all.putAll(formats());
    Formats formats = new Formats(all);
    String text = formats.text(format());
    return formats.isName(text) && !text.contains("%") ? formats.text(text) : text;
  }

  Mask mask() {
    List<String> names = new ArrayList<>();
    for (String part : get("mask", "").split(",", -1)) {
      if (!part.isBlank()) {
        names.add(part.strip());
      }
    }
    return Mask.of(names);
  }

  int lineLimit() {
    return (int) Settings.size(get("line-limit", "32k"));
  }

  LogTarget target(Path base) {
    Map<String, String> outside = new TreeMap<>(values);
    OF_LINES.forEach(outside::remove);
    outside.keySet().removeIf(key -> key.startsWith(FORMAT));
    return new LogTarget(name, base, get("file", ""), outside);
  }

  /** Name of the writer. */
  String writer() {
    return get("writer", get("file", "").startsWith("|") ? "pipe" : "file");
  }

  OutletSettings outlet() {
    return new OutletSettings(
        writer(),
        (int) Settings.size(get("buffer", "64k")),
        Settings.duration(get("flush", "1s")),
        (int) Settings.size(get("queue", "4m")),
        get("overflow", "drop").equals("block"),
        Settings.duration(get("overflow.wait", "5s")));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LogSettings that
        && name.equals(that.name)
        && values.equals(that.values);
  }

  @Override
  public int hashCode() {
    return name.hashCode() * 31 + values.hashCode();
  }
}
