package org.sluice.accesslog.internal.filter;

/** Characters of an expression, read from left to right. One thread. */
final class Tokens {
  private final String text;
  private int at;

  Tokens(String text) {
    this.text = text;
  }

  /** The next character that is no blank, not taken; 0 at the end. */
  char peek() {
    while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
      at++;
    }
    return at < text.length() ? text.charAt(at) : 0;
  }

  /** Takes {@code symbol} if it comes next. */
  boolean take(String symbol) {
    peek();
    if (text.startsWith(symbol, at)) {
      at += symbol.length();
      return true;
    }
    return false;
  }

  /** Takes {@code word} if it comes next and ends there. */
  boolean takeWord(String word) {
    peek();
    int end = at + word.length();
    if (text.startsWith(word, at) && (end >= text.length() || !isName(text.charAt(end)))) {
      at = end;
      return true;
    }
    return false;
  }

  void expect(String symbol) {
    if (!take(symbol)) {
      throw error("'" + symbol + "' is expected");
    }
  }

  /** A run of letters, digits and underscores; empty if none comes next. */
  String name() {
    peek();
    int start = at;
    while (at < text.length() && isName(text.charAt(at))) {
      at++;
    }
    return text.substring(start, at);
  }

  private static boolean isName(char c) {
    return Character.isLetterOrDigit(c) || c == '_';
  }

  /** The next character as it is. */
  char next() {
    if (at >= text.length()) {
      throw error("the end comes too early");
    }
    return text.charAt(at++);
  }

  /** What comes up to {@code end}, which is taken too. */
  String upTo(char end) {
    int stop = text.indexOf(end, at);
    if (stop < 0) {
      throw error("'" + end + "' is missing");
    }
    String part = text.substring(at, stop);
    at = stop + 1;
    return part;
  }

  boolean atEnd() {
    return peek() == 0;
  }

  IllegalArgumentException error(String what) {
    String where = at >= text.length() ? "at the end" : "before '" + text.substring(at) + "'";
    return new IllegalArgumentException(what + " " + where);
  }
}
