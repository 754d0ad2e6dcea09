package org.sluice.core.internal.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.osgi.framework.Bundle;
import org.osgi.framework.FrameworkUtil;
import org.sluice.api.config.OptionType;
import org.sluice.api.config.Options;
import org.sluice.core.internal.config.keys.Catalog;
import org.sluice.core.internal.config.keys.KeySpec;
import org.sluice.core.internal.config.keys.Keys;

/**
 * Options of a site or route after inheritance. Values never change; what is kept beside them are
 * the plug-ins' views (dropped with their bundle) and the places for messages (which move when
 * lines are added above). Thread-safe.
 */
public final class EffectiveOptions implements Options {

  /**
   * One option for tables.
   *
   * @param key the key
   * @param text as written, before substitution
   * @param origin file and line; of a guard all of them, the innermost first
   */
  public record Setting(String key, String text, String origin) {}

  /** A plug-in's view. */
  private record View(Class<?> type, Object value) {}

  private static final View[] NO_VIEWS = {};

  private final Catalog catalog;
  private final Path base;
  private final SortedMap<String, OptionValue> values;

  /** The same by key: hooks ask for every request, and a tree compares strings for each answer. */
  private final Map<String, OptionValue> byKey;

  private volatile Map<String, OptionValue> places;
  private volatile View[] views = NO_VIEWS;

  /**
   * Options.
   *
   * @param catalog gives the defaults of keys that are not set, also of plug-ins that came later
   */
  EffectiveOptions(Catalog catalog, Path base, SortedMap<String, OptionValue> values) {
    this.catalog = catalog;
    this.base = base;
    this.values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
    this.byKey = new HashMap<>(values);
    this.places = this.values;
  }

  /** Options in which nothing is set. */
  public static EffectiveOptions none(Catalog catalog, Path base) {
    return new EffectiveOptions(catalog, base, new TreeMap<>());
  }

  @Override
  public String text(String key) {
    OptionValue value = byKey.get(key);
    return value != null ? value.text() : declared(key).defaultText();
  }

  @Override
  public boolean flag(String key) {
    return Boolean.TRUE.equals(typed(key, OptionType.FLAG));
  }

  @Override
  public long number(String key) {
    Object value = typed(key, OptionType.NUMBER);
    return value == null ? 0 : (Long) value;
  }

  @Override
  public long size(String key) {
    Object value = typed(key, OptionType.SIZE);
    return value == null ? 0 : (Long) value;
  }

  @Override
  public Duration duration(String key) {
    Object value = typed(key, OptionType.DURATION);
    return value == null ? Duration.ZERO : (Duration) value;
  }

  @Override
  public List<String> list(String key) {
    Object value = typed(key, OptionType.LIST);
    return value == null ? List.of() : ((List<?>) value).stream().map(String.class::cast).toList();
  }

  @Override
  public List<String> all(String key) {
    OptionValue value = byKey.get(key);
    return value != null ? value.all() : Options.super.all(key);
  }

  @Override
  public Path path(String key) {
    Object value = typed(key, OptionType.PATH);
    return value == null ? null : base.resolve((Path) value);
  }

  @Override
  public List<Path> paths(String key) {
    Path innermost = path(key);
    return innermost == null ? List.of() : all(key).stream().map(base::resolve).toList();
  }

  private Object typed(String key, OptionType type) {
    OptionValue value = byKey.get(key);
    KeySpec spec = value != null && value.spec() != null ? value.spec() : declared(key);
    if (spec.type() != type) {
      throw new IllegalArgumentException(key + " is a " + spec.type() + ", not a " + type);
    }
    return value != null ? value.parsed() : spec.defaultValue();
  }

  private KeySpec declared(String key) {
    KeySpec spec = catalog.keys().option(key);
    if (spec == null) {
      throw new IllegalArgumentException("nobody declared the option " + key);
    }
    return spec;
  }

  @Override
  public Map<String, String> family(String prefix) {
    Map<String, String> family = new TreeMap<>();
    for (Map.Entry<String, OptionValue> entry : values.tailMap(prefix).entrySet()) {
      if (!entry.getKey().startsWith(prefix)) {
        break;
      }
      family.put(entry.getKey().substring(prefix.length()), entry.getValue().text());
    }
    return Collections.unmodifiableMap(family);
  }

  @Override
  public boolean isSet(String key) {
    return byKey.containsKey(key);
  }

  @Override
  public String origin(String key) {
    OptionValue value = places.get(key);
    return value == null ? "default" : value.origin();
  }

  /** Everything that is set, in the order of the keys. */
  public List<Setting> settings() {
    List<Setting> settings = new ArrayList<>();
    places.forEach((key, value) -> settings.add(new Setting(key, value.shown(), value.origin())));
    return settings;
  }

  @Override
  public <T> T view(Class<T> type, Function<Options, T> reader) {
    for (View view : views) {
      if (view.type() == type) {
        return type.cast(view.value());
      }
    }
    return addView(type, reader);
  }

  private synchronized <T> T addView(Class<T> type, Function<Options, T> reader) {
    for (View view : views) {
      if (view.type() == type) {
        return type.cast(view.value());
      }
    }
    T made = reader.apply(this);
    View[] more = java.util.Arrays.copyOf(views, views.length + 1);
    more[views.length] = new View(type, made);
    views = more;
    return made;
  }

  /** Forgets the views of a bundle, so that its class loader can go; null forgets all. */
  public synchronized void dropViews(Bundle bundle) {
    List<View> left = new ArrayList<>();
    for (View view : views) {
      if (bundle != null && !bundle.equals(FrameworkUtil.getBundle(view.type()))) {
        left.add(view);
      }
    }
    views = left.toArray(NO_VIEWS);
  }

  /** Plug-ins that must be there for these options to hold, in order. */
  String[] guards(Keys keys) {
    Set<String> owners = new TreeSet<>();
    values.forEach(
        (key, value) -> {
          String owner = keys.guardOf(key);
          if (owner != null && value.claims()) {
            owners.add(owner);
          }
        });
    return owners.toArray(new String[0]);
  }

  /** Whether nothing effective differs. */
  boolean sameEffect(EffectiveOptions other) {
    if (values.size() != other.values.size()) {
      return false;
    }
    for (Map.Entry<String, OptionValue> entry : values.entrySet()) {
      if (!entry.getValue().sameEffect(other.values.get(entry.getKey()))) {
        return false;
      }
    }
    return true;
  }

  /** Takes over where the same values now stand. */
  void movedTo(EffectiveOptions sameValues) {
    places = sameValues.values;
  }
}
