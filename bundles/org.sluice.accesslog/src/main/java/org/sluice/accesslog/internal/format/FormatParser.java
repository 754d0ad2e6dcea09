package org.sluice.accesslog.internal.format;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes a format apart: literal bytes and directives.
 *
 * <pre>
 * directive = "%" *modifier item
 * modifier  = "!" | "&lt;" | "&gt;" | "," | DIGITS | "{" arg "}"
 * item      = ONE-CHARACTER | "^" TWO-CHARACTERS | "(" name ")"
 * </pre>
 */
final class FormatParser {
  private final String text;
  private final List<Object> parts = new ArrayList<>();
  private final ByteArrayOutputStream literal = new ByteArrayOutputStream();
  private int at;

  private FormatParser(String text) {
    this.text = text;
  }

  /**
   * Parts in order: {@code byte[]} and {@link Directive}.
   *
   * @throws IllegalArgumentException saying what is wrong
   */
  static List<Object> parse(String text) {
    return new FormatParser(text).run();
  }

  private List<Object> run() {
    while (at < text.length()) {
      int c = text.codePointAt(at);
      at += Character.charCount(c);
      if (c == '\\') {
        backslash();
      } else if (c == '%') {
        directive();
      } else {
        literal.writeBytes(Character.toString(c).getBytes(StandardCharsets.UTF_8));
      }
    }
    flush();
    return parts;
  }

  private void flush() {
    if (literal.size() > 0) {
      parts.add(literal.toByteArray());
      literal.reset();
    }
  }

  /** {@code \"} is what a quote looks like in a format copied from httpd's configuration. */
  private void backslash() {
    char next = at < text.length() ? text.charAt(at) : 0;
    int byNext =
        switch (next) {
          case 'n' -> '\n';
          case 't' -> '\t';
          case 'r' -> '\r';
          case '\\' -> '\\';
          case '"' -> '"';
          default -> -1;
        };
    if (byNext < 0) {
      literal.write('\\');
      return;
    }
    literal.write(byNext);
    at++;
  }

  private void directive() {
    int start = at - 1;
    String argument = null;
    List<Integer> statuses = null;
    boolean negated = false;
    char side = 0;
    while (true) {
      if (at >= text.length()) {
        throw new IllegalArgumentException(
            "the item of '" + text.substring(start) + "' is missing; write %% for a percent sign");
      }
      char c = text.charAt(at);
      if (c == '{') {
        int end = text.indexOf('}', at);
        if (end < 0) {
          throw new IllegalArgumentException("'" + text.substring(start) + "' lacks its }");
        }
        argument = text.substring(at + 1, end);
        at = end;
      } else if (c == '!') {
        negated = !negated;
      } else if (c == '<' || c == '>') {
        side = c;
      } else if (c >= '0' && c <= '9') {
        statuses = statuses == null ? new ArrayList<>() : statuses;
        statuses.add(status(start));
        continue;
      } else if (c != ',') {
        break;
      }
      at++;
    }
    String name = name(start);
    if (name.equals("%")) {
      literal.write('%');
      return;
    }
    flush();
    int[] list = statuses == null ? null : statuses.stream().mapToInt(i -> i).toArray();
    parts.add(new Directive(name, argument, list, negated, side));
  }

  private int status(int start) {
    int from = at;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    String digits = text.substring(from, at);
    if (digits.length() != 3) {
      throw new IllegalArgumentException(
          "'" + text.substring(start, at) + "': a status has three digits, not '" + digits + "'");
    }
    return Integer.parseInt(digits);
  }

  private String name(int start) {
    char c = text.charAt(at);
    int end;
    if (c == '^') {
      end = at + 3;
      if (end > text.length()) {
        throw new IllegalArgumentException(
            "'" + text.substring(start) + "': two characters follow ^, as in %^FB");
      }
    } else if (c == '(') {
      end = text.indexOf(')', at) + 1;
      if (end == 0 || end == at + 2) {
        throw new IllegalArgumentException("'" + text.substring(start) + "' names no item (…)");
      }
      String name = text.substring(at + 1, end - 1);
      at = end;
      return name;
    } else {
      end = at + Character.charCount(text.codePointAt(at));
    }
    String name = text.substring(at, end);
    at = end;
    return name;
  }
}
