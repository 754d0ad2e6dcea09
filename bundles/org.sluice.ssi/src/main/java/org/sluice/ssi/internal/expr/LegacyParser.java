package org.sluice.ssi.internal.expr;

import java.util.ArrayList;
import java.util.List;

/**
 * The grammar of before 2.4 ({@code ssi.parser=legacy}): unquoted words, {@code =} with strings and
 * regular expressions, {@code &&} and {@code ||} of one priority that group to the right.
 */
final class LegacyParser {
  private enum Kind {
    STRING,
    REGEX,
    EQ,
    NE,
    LT,
    LE,
    GT,
    GE,
    NOT,
    AND,
    OR,
    OPEN,
    CLOSE,
    ACCESS
  }

  private record Token(Kind kind, String text) {}

  /** A part, and whether a regular expression is in it: then it is evaluated in any case. */
  private record Node(Expr expr, boolean regex) {}

  private final String text;
  private final List<Token> tokens = new ArrayList<>();
  private int at;

  LegacyParser(String text) {
    this.text = text;
  }

  Expr parse() throws ExprException {
    tokenize();
    at = 0;
    if (tokens.isEmpty()) {
      return scope -> false;
    }
    Node node = expression();
    if (at < tokens.size()) {
      throw peek() == Kind.CLOSE
          ? new ExprException("a ')' has no '('")
          : new ExprException("it does not end where it should, at '" + tokens.get(at).text + "'");
    }
    return node.expr;
  }

  private Kind peek() {
    return at < tokens.size() ? tokens.get(at).kind : null;
  }

  private Node expression() throws ExprException {
    Node left = unit();
    Kind operator = peek();
    if (operator != Kind.AND && operator != Kind.OR) {
      return left;
    }
    at++;
    Node right = expression();
    boolean and = operator == Kind.AND;
    boolean always = right.regex;
    Expr l = left.expr;
    Expr r = right.expr;
    Expr both =
        scope -> {
          boolean first = l.test(scope);
          if (first != and && !always) {
            return first;
          }
          boolean second = r.test(scope);
          return and ? first && second : first || second;
        };
    return new Node(both, left.regex || right.regex);
  }

  private Node unit() throws ExprException {
    Kind kind = peek();
    if (kind == Kind.NOT) {
      at++;
      Node node = peek() == Kind.STRING ? truth(string()) : unit();
      Kind next = peek();
      if (next != null && next != Kind.AND && next != Kind.OR && next != Kind.CLOSE) {
        throw new ExprException("a negation is not a string; write !(a = b)");
      }
      Expr inner = node.expr;
      return new Node(scope -> !inner.test(scope), node.regex);
    }
    if (kind == Kind.OPEN) {
      return parenthesis();
    }
    if (kind == Kind.ACCESS) {
      at++;
      String url = string();
      return new Node(scope -> scope.accessible(scope.expand(url)), false);
    }
    return comparison();
  }

  private Node parenthesis() throws ExprException {
    at++;
    Node inner;
    if (peek() == Kind.CLOSE) {
      inner = new Node(scope -> true, false);
    } else {
      inner = expression();
    }
    if (peek() != Kind.CLOSE) {
      throw new ExprException("a '(' has no ')'");
    }
    at++;
    return inner;
  }

  private Node comparison() throws ExprException {
    String left = string();
    Kind operator = peek();
    if (operator == null
        || operator.ordinal() < Kind.EQ.ordinal()
        || operator.ordinal() > Kind.GE.ordinal()) {
      return truth(left);
    }
    at++;
    if (peek() == Kind.REGEX) {
      return matching(left, operator);
    }
    String right = string();
    return new Node(
        scope -> compare(operator, scope.expand(left).compareTo(scope.expand(right))), false);
  }

  private static Node truth(String text) {
    return new Node(scope -> !scope.expand(text).isEmpty(), false);
  }

  private Node matching(String left, Kind operator) throws ExprException {
    PageRegex regex = PageRegex.compile(tokens.get(at++).text, false);
    if (operator != Kind.EQ && operator != Kind.NE) {
      throw new ExprException("a regular expression follows = or != only");
    }
    return new Node(
        scope -> {
          String[] groups = regex.find(scope.expand(left));
          scope.matched(groups);
          return (groups != null) == (operator == Kind.EQ);
        },
        true);
  }

  private static boolean compare(Kind operator, int order) {
    return switch (operator) {
      case EQ -> order == 0;
      case NE -> order != 0;
      case LT -> order < 0;
      case LE -> order <= 0;
      case GT -> order > 0;
      default -> order >= 0;
    };
  }

  /** Adjacent strings are one, with one blank between them. */
  private String string() throws ExprException {
    if (peek() != Kind.STRING) {
      throw new ExprException(
          at < tokens.size()
              ? "a string is missing before '" + tokens.get(at).text + "'"
              : "a string is missing at its end");
    }
    StringBuilder joined = new StringBuilder(tokens.get(at++).text);
    while (peek() == Kind.STRING) {
      joined.append(' ').append(tokens.get(at++).text);
    }
    return joined.toString();
  }

  private void tokenize() throws ExprException {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (isSpace(c)) {
        at++;
      } else if (!operator(c)) {
        if (c == '/') {
          quoted('/', Kind.REGEX);
        } else if (c == '\'') {
          quoted('\'', Kind.STRING);
        } else if (text.startsWith("-A", at)
            && (at + 2 == text.length() || isSpace(text.charAt(at + 2)))) {
          add(Kind.ACCESS, 2);
          accessArgument();
        } else {
          word();
        }
      }
    }
  }

  /** A URL behind -A may begin with a slash without being a regular expression. */
  private void accessArgument() {
    while (at < text.length() && isSpace(text.charAt(at))) {
      at++;
    }
    if (at < text.length() && text.charAt(at) == '/') {
      word();
    }
  }

  private boolean operator(char c) {
    char next = at + 1 < text.length() ? text.charAt(at + 1) : 0;
    switch (c) {
      case '(' -> add(Kind.OPEN, 1);
      case ')' -> add(Kind.CLOSE, 1);
      case '=' -> add(Kind.EQ, next == '=' ? 2 : 1);
      case '!' -> add(next == '=' ? Kind.NE : Kind.NOT, next == '=' ? 2 : 1);
      case '<' -> add(next == '=' ? Kind.LE : Kind.LT, next == '=' ? 2 : 1);
      case '>' -> add(next == '=' ? Kind.GE : Kind.GT, next == '=' ? 2 : 1);
      case '&', '|' -> {
        if (next != c) {
          return false;
        }
        add(c == '&' ? Kind.AND : Kind.OR, 2);
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private void add(Kind kind, int size) {
    tokens.add(new Token(kind, text.substring(at, at + size)));
    at += size;
  }

  private void quoted(char quote, Kind kind) throws ExprException {
    StringBuilder out = new StringBuilder();
    for (int i = at + 1; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == quote) {
        at = i + 1;
        tokens.add(new Token(kind, out.toString()));
        return;
      }
      if (c == '\\' && i + 1 < text.length()) {
        // It takes the next character as it is, in regular expressions, too: there it is doubled.
        out.append(text.charAt(++i));
      } else {
        out.append(c);
      }
    }
    throw new ExprException("a " + quote + " is not closed");
  }

  private void word() {
    StringBuilder out = new StringBuilder();
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '\\') {
        at++;
        if (at < text.length()) {
          out.append(text.charAt(at++));
        }
        continue;
      }
      boolean doubled = at + 1 < text.length() && text.charAt(at + 1) == c;
      if (isSpace(c) || "()=!<>".indexOf(c) >= 0 || (doubled && (c == '&' || c == '|'))) {
        break;
      }
      out.append(c);
      at++;
    }
    tokens.add(new Token(Kind.STRING, out.toString()));
  }

  private static boolean isSpace(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
  }
}
