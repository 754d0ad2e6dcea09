package org.sluice.ssi.internal.expr;

import java.util.ArrayList;
import java.util.List;
import org.sluice.ssi.internal.expr.Expr.Word;

/** Words of the modern grammar: numbers, strings, variables, functions, and what joins them. */
final class WordParser {
  private final Reader in;

  WordParser(Reader in) {
    this.in = in;
  }

  /** Parts joined by {@code .}. */
  Word word() throws ExprException {
    Word first = part();
    List<Word> more = null;
    for (in.skipSpace(); in.peek() == '.'; in.skipSpace()) {
      in.next();
      if (more == null) {
        more = new ArrayList<>();
        more.add(first);
      }
      more.add(part());
    }
    return more == null ? first : joined(List.copyOf(more));
  }

  private static Word joined(List<Word> parts) {
    if (parts.size() == 1) {
      return parts.get(0);
    }
    return scope -> {
      StringBuilder out = new StringBuilder();
      for (Word part : parts) {
        out.append(part.text(scope));
      }
      return out.toString();
    };
  }

  private Word part() throws ExprException {
    in.skipSpace();
    char c = in.peek();
    if (c == '\'' || c == '"') {
      in.next();
      return string(c);
    }
    if (c == '%' && in.second() == '{') {
      in.next();
      in.next();
      return braces();
    }
    if (c == '$' && isDigit(in.second())) {
      in.next();
      return capture(in.next());
    }
    if (isDigit(c)) {
      return number();
    }
    String name = in.name();
    if (name.isEmpty()) {
      throw in.missing("a word");
    }
    if (!in.take("(")) {
      throw new ExprException("'" + name + "' is neither a string nor a function");
    }
    Word argument = word();
    if (!in.take(")")) {
      throw in.missing("')'");
    }
    return Functions.of(name, argument);
  }

  private Word number() {
    StringBuilder digits = new StringBuilder();
    while (isDigit(in.peek())) {
      digits.append(in.next());
    }
    String text = digits.toString();
    return scope -> text;
  }

  private static Word capture(char digit) {
    String name = String.valueOf(digit);
    return scope -> {
      String value = scope.variable(name);
      return value == null ? "" : value;
    };
  }

  /** A string up to {@code quote}, in which {@code %{…}} and {@code $N} are replaced. */
  private Word string(char quote) throws ExprException {
    List<Word> parts = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    for (; ; ) {
      if (in.atEnd()) {
        throw new ExprException("a string is not closed");
      }
      char c = in.next();
      if (c == quote) {
        flush(text, parts);
        return parts.isEmpty() ? scope -> "" : joined(List.copyOf(parts));
      }
      if (c == '\n') {
        throw new ExprException("a string holds a line end");
      }
      special(c, text, parts);
    }
  }

  private void special(char c, StringBuilder text, List<Word> parts) throws ExprException {
    if (c == '\\' && !in.atEnd()) {
      text.append(escaped());
    } else if (c == '%' && in.peek() == '{') {
      in.next();
      flush(text, parts);
      parts.add(braces());
    } else if (c == '$' && isDigit(in.peek())) {
      flush(text, parts);
      parts.add(capture(in.next()));
    } else {
      text.append(c);
    }
  }

  private static void flush(StringBuilder text, List<Word> parts) {
    if (text.length() > 0) {
      String literal = text.toString();
      parts.add(scope -> literal);
      text.setLength(0);
    }
  }

  private char escaped() throws ExprException {
    char c = in.next();
    switch (c) {
      case 'n':
        return '\n';
      case 'r':
        return '\r';
      case 't':
        return '\t';
      case 'b':
        return '\b';
      case 'f':
        return '\f';
      default:
        break;
    }
    if (c < '0' || c > '7') {
      return c;
    }
    int code = c - '0';
    for (int i = 0; i < 2 && in.peek() >= '0' && in.peek() <= '7'; i++) {
      code = code * 8 + in.next() - '0';
    }
    if (code > 255) {
      throw new ExprException("an octal escape is above 377");
    }
    return (char) code;
  }

  /** What follows <code>%{</code>: a variable of the server, or {@code function:text}. */
  private Word braces() throws ExprException {
    String name = in.name();
    char c = in.atEnd() ? 0 : in.next();
    if (c == '}') {
      return server(name);
    }
    if (c != ':' || name.isEmpty()) {
      throw new ExprException("%{ needs NAME} or function:text}");
    }
    List<Word> parts = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    for (; ; ) {
      if (in.atEnd()) {
        throw new ExprException("%{" + name + ": is not closed");
      }
      char next = in.next();
      if (next == '}') {
        flush(text, parts);
        return Functions.of(name, parts.isEmpty() ? scope -> "" : joined(List.copyOf(parts)));
      }
      special(next, text, parts);
    }
  }

  private static Word server(String name) throws ExprException {
    if (!ServerNames.ALL.contains(name.toUpperCase(java.util.Locale.ROOT))) {
      throw new ExprException(
          "%{" + name + "} is unknown; variables of the page are v('" + name + "')");
    }
    String known = name.toUpperCase(java.util.Locale.ROOT);
    return scope -> scope.server(known);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
