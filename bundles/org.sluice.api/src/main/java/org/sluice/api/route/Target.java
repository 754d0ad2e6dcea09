package org.sluice.api.route;

import java.util.Locale;
import java.util.Objects;

/**
 * A target: scheme and the text behind the first colon, as configured. Targets come from route
 * files only, never from a client.
 */
public final class Target {
  private final String scheme;
  private final String rest;

  private Target(String scheme, String rest) {
    this.scheme = scheme;
    this.rest = rest;
  }

  /**
   * Parses {@code scheme:rest}; schemes compare without case (RFC 3986 section 3.1).
   *
   * @throws IllegalArgumentException if there is no scheme
   */
  public static Target parse(String text) {
    int colon = text.indexOf(':');
    String scheme = colon < 0 ? "" : text.substring(0, colon).toLowerCase(Locale.ROOT);
    if (!isScheme(scheme)) {
      throw new IllegalArgumentException(
          "a target is scheme:rest, for example fd:run/app.sock; this has no scheme: " + text);
    }
    return new Target(scheme, text.substring(colon + 1));
  }

  /** RFC 3986 section 3.1: a letter, then letters, digits, plus, hyphen, full stop. */
  private static boolean isScheme(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean letter = c >= 'a' && c <= 'z';
      if (!letter && (i == 0 || !((c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.'))) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  /** The scheme in lower case, for example {@code fd}. */
  public String scheme() {
    return scheme;
  }

  /** What follows the colon, unchanged; may be empty. */
  public String rest() {
    return rest;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Target that && scheme.equals(that.scheme) && rest.equals(that.rest);
  }

  @Override
  public int hashCode() {
    return Objects.hash(scheme, rest);
  }

  @Override
  public String toString() {
    return scheme + ":" + rest;
  }
}
