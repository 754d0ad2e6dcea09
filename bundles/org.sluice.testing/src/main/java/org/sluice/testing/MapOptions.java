package org.sluice.testing;

import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.sluice.api.config.Options;

/**
 * Options from a map. Immutable; {@code with…} gives a changed copy (with fresh views).
 *
 * <p>A key is known when it is set or has a default ({@link #withDefault}, {@link #declared});
 * asking for another throws, as in the front. Empty values are: {@code ""}, {@code off}, 0, no
 * duration, an empty list, no path.
 */
public final class MapOptions implements Options {
  private static final Map<String, Duration> UNITS =
      Map.of(
          "ms", Duration.ofMillis(1),
          "s", Duration.ofSeconds(1),
          "m", Duration.ofMinutes(1),
          "h", Duration.ofHours(1),
          "d", Duration.ofDays(1));

  private final Map<String, String> set;
  private final Map<String, List<String>> guards;
  private final Map<String, String> defaults;
  private final Path base;
  private final Map<Class<?>, Object> views = new ConcurrentHashMap<>();

  private MapOptions(
      Map<String, String> set,
      Map<String, List<String>> guards,
      Map<String, String> defaults,
      Path base) {
    this.set = Collections.unmodifiableMap(set);
    this.guards = Collections.unmodifiableMap(guards);
    this.defaults = Collections.unmodifiableMap(defaults);
    this.base = base;
  }

  /**
   * Options with these keys set: key, value, key, value.
   *
   * @throws IllegalArgumentException if the count is odd
   */
  public static MapOptions of(String... keysAndValues) {
    if (keysAndValues.length % 2 != 0) {
      throw new IllegalArgumentException("keys and values must come in pairs");
    }
    Map<String, String> map = new TreeMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      map.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return of(map);
  }

  /** Options with these keys set. */
  public static MapOptions of(Map<String, String> map) {
    return new MapOptions(
        new TreeMap<>(map), Map.of(), new TreeMap<>(), Path.of("").toAbsolutePath());
  }

  /** The same with that key set. */
  public MapOptions with(String key, String value) {
    Map<String, String> map = new TreeMap<>(set);
    map.put(key, value);
    return new MapOptions(map, guards, defaults, base);
  }

  /** The same with a guard that holds several values, from the site inward. */
  public MapOptions withGuard(String key, String... values) {
    Map<String, String> map = new TreeMap<>(set);
    map.put(key, values[values.length - 1]);
    Map<String, List<String>> all = new TreeMap<>(guards);
    all.put(key, List.of(values));
    return new MapOptions(map, all, defaults, base);
  }

  /** The same with that default, which also makes the key known. */
  public MapOptions withDefault(String key, String value) {
    Map<String, String> map = new TreeMap<>(defaults);
    map.put(key, value);
    return new MapOptions(set, guards, map, base);
  }

  /** The same with another folder that relative paths start from. */
  public MapOptions withBase(Path newBase) {
    return new MapOptions(set, guards, defaults, newBase);
  }

  /**
   * The same with the keys and defaults that an annotation type declares, see {@link
   * org.sluice.api.config.OptionSet}. Members of a family ({@code …_any}) declare nothing to ask
   * for.
   */
  public MapOptions declared(Class<?> optionSet) {
    Map<String, String> map = new TreeMap<>(defaults);
    for (Method member : optionSet.getDeclaredMethods()) {
      if (member.getParameterCount() == 0 && !member.getName().endsWith("_any")) {
        map.put(key(member.getName()), text(member.getDefaultValue()));
      }
    }
    return new MapOptions(set, guards, map, base);
  }

  /** The key of a member: {@code _} is a dot, {@code __} an underscore, {@code $_$} a hyphen. */
  private static String key(String member) {
    return member.replace("$_$", "-").replace("__", "\0").replace('_', '.').replace('\0', '_');
  }

  private static String text(Object value) {
    if (value == null) {
      return "";
    }
    if (!value.getClass().isArray()) {
      return value instanceof Boolean flag ? (flag ? "on" : "off") : value.toString();
    }
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < Array.getLength(value); i++) {
      parts.add(String.valueOf(Array.get(value, i)));
    }
    return String.join(",", parts);
  }

  @Override
  public String text(String key) {
    String value = set.get(key);
    if (value == null || value.isEmpty()) {
      // "key=" goes back to the default.
      value = defaults.getOrDefault(key, value);
    }
    if (value == null) {
      throw new IllegalArgumentException("nobody declared the option " + key);
    }
    return value;
  }

  @Override
  public boolean flag(String key) {
    String value = text(key);
    return switch (value) {
      case "on" -> true;
      case "off", "" -> false;
      default -> throw bad(key, value, "on or off");
    };
  }

  @Override
  public long number(String key) {
    String value = text(key);
    return value.isEmpty() ? 0 : digits(key, value, value, "a whole number");
  }

  @Override
  public long size(String key) {
    String value = text(key);
    if (value.isEmpty()) {
      return 0;
    }
    int power = "kmg".indexOf(value.charAt(value.length() - 1)) + 1;
    String count = power == 0 ? value : value.substring(0, value.length() - 1);
    long bytes = digits(key, value, count, "a size such as 64k or 1m");
    return Math.multiplyExact(bytes, 1L << (10 * power));
  }

  @Override
  public Duration duration(String key) {
    String value = text(key);
    if (value.isEmpty()) {
      return Duration.ZERO;
    }
    String allowed = "a duration such as 200ms, 4s, 5m, 2h or 1d";
    int unit = 0;
    while (unit < value.length() && Character.isDigit(value.charAt(unit))) {
      unit++;
    }
    Duration one = UNITS.get(value.substring(unit));
    if (one == null) {
      throw bad(key, value, allowed);
    }
    return one.multipliedBy(digits(key, value, value.substring(0, unit), allowed));
  }

  private static long digits(String key, String value, String count, String allowed) {
    try {
      return Long.parseLong(count);
    } catch (NumberFormatException e) {
      throw bad(key, value, allowed);
    }
  }

  private static IllegalArgumentException bad(String key, String value, String allowed) {
    return new IllegalArgumentException(
        String.format(Locale.ROOT, "%s=%s: must be %s", key, value, allowed));
  }

  @Override
  public List<String> list(String key) {
    List<String> parts = new ArrayList<>();
    for (String part : text(key).split(",", -1)) {
      if (!part.isBlank()) {
        parts.add(part.strip());
      }
    }
    return List.copyOf(parts);
  }

  @Override
  public List<String> all(String key) {
    List<String> values = guards.get(key);
    return values == null ? Options.super.all(key) : values;
  }

  @Override
  public Path path(String key) {
    String value = text(key);
    return value.isEmpty() ? null : base.resolve(value).normalize();
  }

  @Override
  public Map<String, String> family(String prefix) {
    Map<String, String> family = new TreeMap<>();
    set.forEach(
        (key, value) -> {
          if (key.startsWith(prefix) && key.length() > prefix.length()) {
            family.put(key.substring(prefix.length()), value);
          }
        });
    return Collections.unmodifiableMap(family);
  }

  @Override
  public boolean isSet(String key) {
    return set.containsKey(key) && !set.get(key).isEmpty();
  }

  @Override
  public String origin(String key) {
    return isSet(key) ? "test" : "default";
  }

  @Override
  public <T> T view(Class<T> type, Function<Options, T> reader) {
    Object view = views.get(type);
    if (view == null) {
      // Not computeIfAbsent: a reader may ask for another view.
      Object made = reader.apply(this);
      Object earlier = views.putIfAbsent(type, made);
      view = earlier == null ? made : earlier;
    }
    return type.cast(view);
  }

  @Override
  public String toString() {
    return set.toString();
  }
}
