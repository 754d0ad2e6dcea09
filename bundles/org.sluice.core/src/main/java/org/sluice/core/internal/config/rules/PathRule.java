package org.sluice.core.internal.config.rules;

import java.util.ArrayList;
import java.util.List;
import org.sluice.core.internal.config.keys.BadValueException;

/** Paths of routes. */
public final class PathRule {
  private PathRule() {}

  /** The path in one spelling: double slashes merged. */
  public static String parse(String text) throws BadValueException {
    if (!text.startsWith("/")) {
      throw new BadValueException("a path begins with /, for example /fd/");
    }
    if (text.indexOf('?') >= 0 || text.indexOf('#') >= 0) {
      throw new BadValueException("a path has no query and no fragment");
    }
    for (String segment : text.split("/", -1)) {
      if (segment.equals(".") || segment.equals("..")) {
        throw new BadValueException("a path has no . and no .. segments");
      }
    }
    return text.replaceAll("/{2,}", "/");
  }

  /** A warning about a path that may not mean what was meant, or null. */
  public static String doubt(String path) {
    if (path.indexOf('*') >= 0) {
      return "* is no wildcard here: path is a prefix, patterns stand in match=";
    }
    if (path.matches(".*%[0-9A-Fa-f]{2}.*")) {
      return "the path is compared with the decoded path of the request; write the character"
          + " itself instead of %XX";
    }
    return null;
  }

  /**
   * Every other prefix that covers all requests of this path, the longest first: of {@code /a/b}
   * {@code /a/}, {@code /a}, {@code /}.
   */
  public static List<String> above(String path) {
    List<String> above = new ArrayList<>();
    for (int i = path.length() - 1; i >= 0; i--) {
      if (path.charAt(i) == '/') {
        if (i + 1 < path.length()) {
          above.add(path.substring(0, i + 1));
        }
        if (i > 0) {
          above.add(path.substring(0, i));
        }
      }
    }
    return above;
  }

  /** Whether a request of {@code path} lies under the prefix: whole segments, as it is written. */
  public static boolean covers(String prefix, String path) {
    return path.startsWith(prefix)
        && (prefix.endsWith("/")
            || path.length() == prefix.length()
            || path.charAt(prefix.length()) == '/');
  }
}
