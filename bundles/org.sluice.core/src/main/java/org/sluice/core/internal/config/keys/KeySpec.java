package org.sluice.core.internal.config.keys;

import java.util.List;
import java.util.Objects;
import org.sluice.api.config.OptionType;
import org.sluice.core.internal.config.read.Nearest;

/**
 * Declaration of one key or family of keys: type, range, default, place. Immutable.
 *
 * @param key the key; of a family its prefix with the dot, for example {@code header.}
 * @param type how values are parsed
 * @param defaultText the default as it would be written; empty for none
 * @param min smallest value as it would be written; empty for none
 * @param max largest value; empty for none
 * @param choices of a {@link OptionType#CHOICE}
 * @param scope where it may stand
 * @param guard whether values add up along the path and a route needs the owner's plug-in
 * @param owner {@code core} or the plug-in's name
 * @param meaning one line for documentation; may be empty
 * @param check further rule; null for none
 */
public record KeySpec(
    String key,
    OptionType type,
    String defaultText,
    String min,
    String max,
    List<String> choices,
    Scope scope,
    boolean guard,
    String owner,
    String meaning,
    Check check) {

  /** Owner of the keys that need no plug-in. */
  public static final String CORE = "core";

  /** A rule beyond type and range. */
  @FunctionalInterface
  public interface Check {
    /**
     * Looks at a value of the right type.
     *
     * @param name of a family's key what follows the prefix, else empty
     * @throws BadValueException with what is allowed
     */
    void check(String name, Object value) throws BadValueException;
  }

  /** Whether the declaration is of a family. */
  public boolean family() {
    return key.endsWith(".");
  }

  /** Whether it declares this key. */
  public boolean covers(String candidate) {
    return family()
        ? candidate.length() > key.length() && candidate.startsWith(key)
        : candidate.equals(key);
  }

  /** Parses and checks a value that is not empty. */
  public Object parse(String actualKey, String text) throws BadValueException {
    Object value = Values.parse(type, text);
    if (type == OptionType.CHOICE && !choices.contains(text)) {
      throw new BadValueException(
          "allowed are " + String.join(", ", choices) + Nearest.hint(text, choices));
    }
    if (isOutside(value)) {
      throw new BadValueException("out of range; " + range());
    }
    if (check != null) {
      check.check(family() ? actualKey.substring(key.length()) : "", value);
    }
    return value;
  }

  private boolean isOutside(Object value) throws BadValueException {
    return (!min.isEmpty() && Values.compare(value, Values.parse(type, min)) < 0)
        || (!max.isEmpty() && Values.compare(value, Values.parse(type, max)) > 0);
  }

  private String range() {
    return min.isEmpty()
        ? "allowed is up to " + max
        : max.isEmpty() ? "allowed is " + min + " and more" : "allowed is " + min + " to " + max;
  }

  /** The parsed default, or null when there is none. */
  public Object defaultValue() {
    try {
      return defaultText.isEmpty() ? null : parse(key, defaultText);
    } catch (BadValueException impossible) {
      throw new IllegalStateException("default of " + key, impossible);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof KeySpec that
        && key.equals(that.key)
        && type == that.type
        && defaultText.equals(that.defaultText)
        && min.equals(that.min)
        && max.equals(that.max)
        && choices.equals(that.choices)
        && scope == that.scope
        && guard == that.guard
        && owner.equals(that.owner);
  }

  @Override
  public int hashCode() {
    return Objects.hash(key, type, owner);
  }
}
