package org.sluice.ssi.internal.expr;

/** Looks at an expression of the modern grammar from left to right. */
final class Reader {
  private static final String[] SYMBOLS = {"=~", "!~", "==", "!=", "<=", ">=", "=", "<", ">"};
  private static final String REGEX_DELIMITERS = "/#$%^,;:_?|-!.'\"";

  private final String text;
  private int at;

  Reader(String text) {
    this.text = text;
  }

  boolean atEnd() {
    return at >= text.length();
  }

  /** The next character, or 0 at the end. */
  char peek() {
    return atEnd() ? 0 : text.charAt(at);
  }

  /** The character behind the next, or 0. */
  char second() {
    return at + 1 < text.length() ? text.charAt(at + 1) : 0;
  }

  char next() {
    return text.charAt(at++);
  }

  void skipSpace() {
    while (!atEnd() && (peek() == ' ' || (peek() >= '\t' && peek() <= '\r'))) {
      at++;
    }
  }

  /** Takes a symbol behind white space. */
  boolean take(String symbol) {
    skipSpace();
    if (!text.startsWith(symbol, at)) {
      return false;
    }
    // "!" must not take the beginning of "!=" or "!~"; those never stand where it may.
    at += symbol.length();
    return true;
  }

  /** Takes a word of letters, if it ends there. */
  boolean takeWord(String word) {
    skipSpace();
    int end = at + word.length();
    if (!text.startsWith(word, at) || (end < text.length() && isName(text.charAt(end)))) {
      return false;
    }
    at = end;
    return true;
  }

  /** Takes the longest name; empty when there is none. */
  String name() {
    int from = at;
    while (!atEnd() && isName(peek())) {
      at++;
    }
    return text.substring(from, at);
  }

  /** Takes a unary operator such as {@code -n}, or gives null. */
  String unary() {
    skipSpace();
    if (peek() != '-' || !isLetter(second())) {
      return null;
    }
    if (at + 2 < text.length() && isName(text.charAt(at + 2))) {
      return null;
    }
    at += 2;
    return text.substring(at - 2, at);
  }

  /** Takes a binary operator, or gives null. */
  String operator() {
    skipSpace();
    for (String symbol : SYMBOLS) {
      if (text.startsWith(symbol, at)) {
        at += symbol.length();
        return symbol;
      }
    }
    int from = at;
    if (peek() == '-') {
      at++;
    }
    String name = name();
    if (name.isEmpty()) {
      at = from;
      return null;
    }
    boolean known =
        switch (name) {
          case "eq", "ne", "lt", "le", "gt", "ge", "in" -> true;
          case "ipmatch", "strmatch", "strcmatch", "fnmatch" -> text.charAt(from) == '-';
          default -> text.charAt(from) == '-';
        };
    if (!known) {
      at = from;
      return null;
    }
    return text.substring(from, at);
  }

  /** Takes {@code /…/i} or {@code m#…#i}. */
  PageRegex regex() throws ExprException {
    skipSpace();
    char delimiter = atEnd() ? 0 : next();
    if (delimiter == 'm' && !atEnd()) {
      delimiter = next();
      if (REGEX_DELIMITERS.indexOf(delimiter) < 0) {
        throw new ExprException("m needs one of " + REGEX_DELIMITERS + " around the expression");
      }
    } else if (delimiter != '/') {
      throw new ExprException("a regular expression is missing behind =~ or !~");
    }
    int end = text.indexOf(delimiter, at);
    if (end < 0) {
      throw new ExprException("the regular expression has no closing " + delimiter);
    }
    String source = text.substring(at, end);
    at = end + 1;
    boolean anyCase = false;
    while (peek() == 'i') {
      anyCase = true;
      at++;
    }
    return PageRegex.compile(source, anyCase);
  }

  ExprException missing(String what) {
    return new ExprException(what + " is missing " + place());
  }

  ExprException unexpected() {
    return new ExprException("nothing more was expected " + place());
  }

  private String place() {
    return atEnd() ? "at the end" : "before '" + text.substring(at) + "'";
  }

  static boolean isName(char c) {
    return isLetter(c) || (c >= '0' && c <= '9') || c == '_';
  }

  private static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }
}
