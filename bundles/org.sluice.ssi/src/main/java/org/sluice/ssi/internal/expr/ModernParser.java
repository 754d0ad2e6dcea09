package org.sluice.ssi.internal.expr;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.sluice.ssi.internal.expr.Expr.Word;
import org.sluice.ssi.internal.text.Networks;
import org.sluice.ssi.internal.text.Wildcards;

/**
 * The grammar of 2.4 ({@code ssi.parser=expr}), by recursive descent: {@code not} binds tightest,
 * then {@code and}, then {@code or}. Words are in {@link WordParser}.
 */
final class ModernParser {
  private static final Set<String> STRING_OPERATORS = Set.of("==", "=", "!=", "<", "<=", ">", ">=");
  private static final Set<String> FILE_TESTS = Set.of("-d", "-e", "-f", "-s", "-L", "-h", "-x");

  private final Reader in;
  private final WordParser words;

  ModernParser(String text) {
    in = new Reader(text);
    words = new WordParser(in);
  }

  Expr parse() throws ExprException {
    Expr whole = or();
    in.skipSpace();
    if (!in.atEnd()) {
      throw in.unexpected();
    }
    return whole;
  }

  private Expr or() throws ExprException {
    Expr left = and();
    while (in.take("||") || in.takeWord("or")) {
      Expr first = left;
      Expr second = and();
      left = scope -> first.test(scope) || second.test(scope);
    }
    return left;
  }

  private Expr and() throws ExprException {
    Expr left = not();
    while (in.take("&&") || in.takeWord("and")) {
      Expr first = left;
      Expr second = not();
      left = scope -> first.test(scope) && second.test(scope);
    }
    return left;
  }

  private Expr not() throws ExprException {
    if (in.take("!") || in.takeWord("not")) {
      Expr inner = not();
      return scope -> !inner.test(scope);
    }
    return primary();
  }

  private Expr primary() throws ExprException {
    if (in.take("(")) {
      Expr inner = or();
      if (!in.take(")")) {
        throw in.missing("')'");
      }
      return inner;
    }
    if (in.takeWord("true")) {
      return scope -> true;
    }
    if (in.takeWord("false")) {
      return scope -> false;
    }
    String unary = in.unary();
    return unary != null ? unary(unary) : comparison(words.word());
  }

  private Expr unary(String operator) throws ExprException {
    if (FILE_TESTS.contains(operator)) {
      throw new ExprException(operator + ": files cannot be tested in a page");
    }
    Word word = words.word();
    return switch (operator) {
      case "-n" -> scope -> !word.text(scope).isEmpty();
      case "-z" -> scope -> word.text(scope).isEmpty();
      case "-T" -> scope -> isTrue(word.text(scope));
      case "-R" -> scope -> scope.clientIn(word.text(scope));
      case "-A", "-U" -> scope -> scope.accessible(word.text(scope));
      case "-F" -> scope -> scope.fileAccessible(word.text(scope));
      default -> throw new ExprException("unknown operator " + operator);
    };
  }

  private static boolean isTrue(String text) {
    return !(text.isEmpty()
        || text.equals("0")
        || text.equalsIgnoreCase("off")
        || text.equalsIgnoreCase("false")
        || text.equalsIgnoreCase("no"));
  }

  private Expr comparison(Word left) throws ExprException {
    String operator = in.operator();
    if (operator == null) {
      throw in.missing("an operator");
    }
    if (operator.equals("=~") || operator.equals("!~")) {
      return matching(left, operator.equals("=~"));
    }
    if (operator.equals("in") || operator.equals("-in")) {
      return membership(left);
    }
    Word right = words.word();
    if (STRING_OPERATORS.contains(operator)) {
      return strings(left, operator, right);
    }
    return switch (operator) {
      case "-ipmatch" -> scope -> inNetwork(left.text(scope), right.text(scope));
      case "-strmatch" ->
          scope -> Wildcards.match(right.text(scope), left.text(scope), false, false);
      case "-strcmatch" ->
          scope -> Wildcards.match(right.text(scope), left.text(scope), false, true);
      case "-fnmatch" -> scope -> Wildcards.match(right.text(scope), left.text(scope), true, false);
      default -> numbers(left, operator.startsWith("-") ? operator.substring(1) : operator, right);
    };
  }

  private static boolean inNetwork(String address, String network) throws ExprException {
    java.net.InetAddress given = Networks.address(address);
    if (given == null) {
      throw new ExprException("-ipmatch: not an address: " + address);
    }
    try {
      return Networks.contains(network, given);
    } catch (IllegalArgumentException e) {
      throw new ExprException("-ipmatch: " + e.getMessage());
    }
  }

  private static Expr strings(Word left, String operator, Word right) {
    return switch (operator) {
      case "==", "=" -> scope -> left.text(scope).equals(right.text(scope));
      case "!=" -> scope -> !left.text(scope).equals(right.text(scope));
      case "<" -> scope -> left.text(scope).compareTo(right.text(scope)) < 0;
      case "<=" -> scope -> left.text(scope).compareTo(right.text(scope)) <= 0;
      case ">" -> scope -> left.text(scope).compareTo(right.text(scope)) > 0;
      default -> scope -> left.text(scope).compareTo(right.text(scope)) >= 0;
    };
  }

  private static Expr numbers(Word left, String operator, Word right) throws ExprException {
    return switch (operator) {
      case "eq" -> scope -> compare(left, right, scope) == 0;
      case "ne" -> scope -> compare(left, right, scope) != 0;
      case "lt" -> scope -> compare(left, right, scope) < 0;
      case "le" -> scope -> compare(left, right, scope) <= 0;
      case "gt" -> scope -> compare(left, right, scope) > 0;
      case "ge" -> scope -> compare(left, right, scope) >= 0;
      default -> throw new ExprException("unknown operator -" + operator);
    };
  }

  private static int compare(Word left, Word right, Scope scope) throws ExprException {
    return Long.compare(number(left.text(scope)), number(right.text(scope)));
  }

  /** The leading whole number, as the C library reads it: 0 for garbage, clamped to 64 bits. */
  static long number(String text) {
    int i = 0;
    while (i < text.length() && (text.charAt(i) == ' ' || isControlSpace(text.charAt(i)))) {
      i++;
    }
    boolean minus = i < text.length() && text.charAt(i) == '-';
    if (i < text.length() && (minus || text.charAt(i) == '+')) {
      i++;
    }
    long value = 0;
    for (; i < text.length() && text.charAt(i) >= '0' && text.charAt(i) <= '9'; i++) {
      int digit = text.charAt(i) - '0';
      if (value > (Long.MAX_VALUE - digit) / 10) {
        return minus ? Long.MIN_VALUE : Long.MAX_VALUE;
      }
      value = value * 10 + digit;
    }
    return minus ? -value : value;
  }

  private static boolean isControlSpace(char c) {
    return c >= '\t' && c <= '\r';
  }

  private Expr matching(Word left, boolean wanted) throws ExprException {
    PageRegex regex = in.regex();
    return scope -> {
      String[] groups = regex.find(left.text(scope));
      if (regex.groups() > 0 || groups == null) {
        scope.matched(groups);
      }
      return (groups != null) == wanted;
    };
  }

  private Expr membership(Word left) throws ExprException {
    if (!in.take("{")) {
      throw new ExprException("behind 'in' comes {word, word}; no function gives a list in a page");
    }
    List<Word> members = new ArrayList<>();
    do {
      members.add(words.word());
    } while (in.take(","));
    if (!in.take("}")) {
      throw in.missing("'}'");
    }
    return scope -> {
      String text = left.text(scope);
      for (Word member : members) {
        if (member.text(scope).equals(text)) {
          return true;
        }
      }
      return false;
    };
  }
}
