package org.sluice.api.http;

import org.sluice.api.wire.Grammar;

/** Token rules of RFC 9110 section 5.6.2, without regular expressions or substrings. */
final class HeaderTokens {
  private HeaderTokens() {}

  /** Whether the comma separated {@code list} has {@code token} as a whole member. */
  static boolean contains(String list, String token) {
    int start = 0;
    while (start <= list.length()) {
      int comma = list.indexOf(',', start);
      int end = comma < 0 ? list.length() : comma;
      int from = start;
      int to = end;
      while (from < to && Grammar.isBlank(list.charAt(from))) {
        from++;
      }
      while (to > from && Grammar.isBlank(list.charAt(to - 1))) {
        to--;
      }
      if (to - from == token.length() && list.regionMatches(true, from, token, 0, token.length())) {
        return true;
      }
      start = end + 1;
    }
    return false;
  }
}
