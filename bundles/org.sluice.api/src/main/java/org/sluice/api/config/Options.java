package org.sluice.api.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Effective options of a site or route: parsed and checked when the configuration was read, so that
 * reading one never fails for a bad value. Immutable; any thread.
 *
 * <p>A key that is not set gives its declared default. Asking for a key that nobody declared, or
 * with another type than it was declared with, throws {@link IllegalArgumentException}: it is a bug
 * of the plug-in.
 */
@ProviderType
public interface Options {

  /** The value as text; empty when neither set nor defaulted. */
  String text(String key);

  /** A boolean: {@code on} or {@code off}. */
  boolean flag(String key);

  /** A whole number. */
  long number(String key);

  /** A size in bytes ({@code 64k}, {@code 1m}, {@code 1g}: powers of 1,024). */
  long size(String key);

  /** A duration ({@code 200ms}, {@code 4s}, {@code 5m}, {@code 2h}, {@code 1d}). */
  Duration duration(String key);

  /** A comma separated list without its blanks; empty when not set. */
  List<String> list(String key);

  /**
   * Every value of a guard that holds here, from the site inward: each of them must be satisfied,
   * since a value further in never replaces one further out. For any other key the one value, or
   * none.
   */
  default List<String> all(String key) {
    String value = text(key);
    return value.isEmpty() ? List.of() : List.of(value);
  }

  /** A path, resolved against the base; null when not set. */
  Path path(String key);

  /**
   * As {@link #all(String)} for a guard that is a path: every one that holds here, from the site
   * inward, resolved against the base.
   */
  default List<Path> paths(String key) {
    Path path = path(key);
    return path == null ? List.of() : List.of(path);
  }

  /**
   * All set keys of a family such as {@code header.}, the family's prefix taken off, in the order
   * of their names.
   */
  Map<String, String> family(String prefix);

  /** Whether the key is set here or inherited, not merely defaulted. */
  boolean isSet(String key);

  /** File and line the value came from, for messages; {@code default} when it is not set. */
  String origin(String key);

  /**
   * The plug-in's own view of these options, made once by {@code reader} and kept with these
   * options as long as the plug-in's bundle is there: {@code options.view(FdOptions.class,
   * FdOptions::new)}. The hot path reads fields of the view instead of keys.
   */
  <T> T view(Class<T> type, Function<Options, T> reader);
}
