package org.sluice.ssi.internal.text;

import java.util.Locale;

/** Wildcard patterns of expressions: {@code * ? [a-z] [!a] \x}. Linear but for one mark. */
public final class Wildcards {
  private Wildcards() {}

  /**
   * Whether the whole text matches.
   *
   * @param path whether a slash is matched by a slash only
   * @param anyCase whether case does not matter
   */
  public static boolean match(String pattern, String text, boolean path, boolean anyCase) {
    return anyCase
        ? match(pattern.toLowerCase(Locale.ROOT), text.toLowerCase(Locale.ROOT), path)
        : match(pattern, text, path);
  }

  private static boolean match(String pattern, String text, boolean path) {
    int p = 0;
    int t = 0;
    int star = -1;
    int mark = 0;
    while (t < text.length()) {
      int next = p < pattern.length() ? one(pattern, p, text.charAt(t), path) : -1;
      if (p < pattern.length() && pattern.charAt(p) == '*') {
        star = p++;
        mark = t;
      } else if (next >= 0) {
        p = next;
        t++;
      } else if (star >= 0 && !(path && text.charAt(mark) == '/')) {
        p = star + 1;
        t = ++mark;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }

  /** Index behind the one-character pattern at {@code p} if it matches, else -1. */
  private static int one(String pattern, int p, char c, boolean path) {
    char w = pattern.charAt(p);
    if (w == '?') {
      return path && c == '/' ? -1 : p + 1;
    }
    if (w == '[') {
      int close = pattern.indexOf(']', p + 2);
      if (close > 0) {
        return !(path && c == '/') && inSet(pattern, p + 1, close, c) ? close + 1 : -1;
      }
    }
    if (w == '\\' && p + 1 < pattern.length()) {
      return pattern.charAt(p + 1) == c ? p + 2 : -1;
    }
    return w == c ? p + 1 : -1;
  }

  private static boolean inSet(String pattern, int from, int to, char c) {
    boolean not = pattern.charAt(from) == '!' || pattern.charAt(from) == '^';
    boolean found = false;
    for (int i = not ? from + 1 : from; i < to; i++) {
      char low = pattern.charAt(i);
      if (i + 2 < to && pattern.charAt(i + 1) == '-') {
        found |= c >= low && c <= pattern.charAt(i + 2);
        i += 2;
      } else {
        found |= c == low;
      }
    }
    return found != not;
  }
}
