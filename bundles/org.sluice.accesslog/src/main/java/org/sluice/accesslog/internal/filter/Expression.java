package org.sluice.accesslog.internal.filter;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.sluice.log.api.LogEntry;

/**
 * Conditions in the expression syntax of httpd: comparisons of texts and integers, regular
 * expressions, lists, {@code ! && ||} with brackets. Parsed once. Words are in {@link Words}.
 *
 * <p>There are no operators that ask the file system, and none that make a request.
 */
final class Expression {
  private static final String DELIMITERS = "/#$%^,;:_?|-!.'\"";

  private final Tokens in;
  private final Words words;

  private Expression(String text) {
    in = new Tokens(text);
    words = new Words(in);
  }

  /**
   * Parses an expression.
   *
   * @throws IllegalArgumentException saying what is wrong, and where
   */
  static Condition parse(String text) {
    Expression expression = new Expression(text);
    Condition whole = expression.any();
    if (!expression.in.atEnd()) {
      throw expression.in.error("an operator is expected");
    }
    return whole;
  }

  private Condition any() {
    Condition left = all();
    while (in.take("||") || in.takeWord("or")) {
      Condition a = left;
      Condition b = all();
      left = entry -> a.test(entry) || b.test(entry);
    }
    return left;
  }

  private Condition all() {
    Condition left = not();
    while (in.take("&&") || in.takeWord("and")) {
      Condition a = left;
      Condition b = not();
      left = entry -> a.test(entry) && b.test(entry);
    }
    return left;
  }

  private Condition not() {
    if (in.take("!") || in.takeWord("not")) {
      Condition inner = not();
      return entry -> !inner.test(entry);
    }
    if (in.take("(")) {
      Condition inner = any();
      in.expect(")");
      return inner;
    }
    if (in.takeWord("true")) {
      return entry -> true;
    }
    if (in.takeWord("false")) {
      return entry -> false;
    }
    return in.peek() == '-' ? unary() : comparison(words.word());
  }

  private Condition unary() {
    in.expect("-");
    String name = in.name();
    Word word = words.word();
    return switch (name) {
      case "n" -> entry -> !word.of(entry).isEmpty();
      case "z" -> entry -> word.of(entry).isEmpty();
      case "T" -> entry -> isTrue(word.of(entry));
      case "R" -> Network.of(Words.constant(word, in))::hasClient;
      default -> throw in.error("-" + name + " is not known; allowed are -n, -z, -T and -R");
    };
  }

  private static boolean isTrue(String text) {
    return !text.isEmpty()
        && !text.equals("0")
        && !text.equalsIgnoreCase("off")
        && !text.equalsIgnoreCase("false")
        && !text.equalsIgnoreCase("no");
  }

  private Condition comparison(Word left) {
    for (String symbol : new String[] {"=~", "!~", "==", "!=", "<=", ">=", "=", "<", ">"}) {
      if (in.take(symbol)) {
        if (symbol.endsWith("~")) {
          boolean wanted = symbol.equals("=~");
          Pattern pattern = pattern();
          return entry -> pattern.matcher(left.of(entry)).find() == wanted;
        }
        Word right = words.word();
        return texts(left, symbol, right);
      }
    }
    boolean hyphen = in.take("-");
    String name = in.name();
    return switch (name) {
      case "eq", "ne", "lt", "le", "gt", "ge" -> numbers(left, name, words.word());
      case "in" -> list(left);
      case "ipmatch" -> {
        Network network = Network.of(Words.constant(words.word(), in));
        yield entry -> network.contains(left.of(entry));
      }
      case "strmatch", "strcmatch", "fnmatch" -> {
        Pattern pattern = wildcard(Words.constant(words.word(), in), name);
        yield entry -> pattern.matcher(left.of(entry)).matches();
      }
      default ->
          throw in.error(
              (name.isEmpty()
                      ? "a comparison"
                      : "'"
                          + (hyphen ? "-" : "")
                          + name
                          + "' is unknown: one of == != < <= > >= -eq -ne -lt -le -gt -ge =~ !~ -in"
                          + " -ipmatch -strmatch -strcmatch -fnmatch")
                  + " is expected");
    };
  }

  private static Condition texts(Word left, String symbol, Word right) {
    return entry -> {
      int order = left.of(entry).compareTo(right.of(entry));
      return switch (symbol) {
        case "==", "=" -> order == 0;
        case "!=" -> order != 0;
        case "<" -> order < 0;
        case "<=" -> order <= 0;
        case ">" -> order > 0;
        default -> order >= 0;
      };
    };
  }

  private static Condition numbers(Word left, String name, Word right) {
    return entry -> {
      int order = Long.compare(Words.number(left.of(entry)), Words.number(right.of(entry)));
      return switch (name) {
        case "eq" -> order == 0;
        case "ne" -> order != 0;
        case "lt" -> order < 0;
        case "le" -> order <= 0;
        case "gt" -> order > 0;
        default -> order >= 0;
      };
    };
  }

  private Condition list(Word left) {
    in.expect("{");
    List<Word> all = new ArrayList<>();
    do {
      all.add(words.word());
    } while (in.take(","));
    in.expect("}");
    return entry -> contains(all, left.of(entry), entry);
  }

  private static boolean contains(List<Word> all, String text, LogEntry entry) {
    for (Word word : all) {
      if (word.of(entry).equals(text)) {
        return true;
      }
    }
    return false;
  }

  private Pattern pattern() {
    char delimiter = in.peek() == 'm' ? second() : in.next();
    if (DELIMITERS.indexOf(delimiter) < 0) {
      throw in.error("a regular expression stands between slashes, or m and one of " + DELIMITERS);
    }
    StringBuilder source = new StringBuilder();
    char c = in.next();
    while (c != delimiter) {
      if (c == '\\') {
        char escaped = in.next();
        if (escaped != delimiter) {
          source.append('\\');
        }
        c = escaped;
      }
      source.append(c);
      c = in.next();
    }
    int flags = in.take("i") ? Pattern.CASE_INSENSITIVE : 0;
    try {
      return Pattern.compile(source.toString(), flags);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "the regular expression " + source + " is wrong: " + e.getDescription(), e);
    }
  }

  private char second() {
    in.next();
    return in.next();
  }

  private static Pattern wildcard(String glob, String name) {
    StringBuilder source = new StringBuilder();
    String any = name.equals("fnmatch") ? "[^/]" : ".";
    for (int i = 0; i < glob.length(); i++) {
      char c = glob.charAt(i);
      switch (c) {
        case '*' -> source.append(any).append('*');
        case '?' -> source.append(any);
        default -> source.append(Pattern.quote(String.valueOf(c)));
      }
    }
    int flags = Pattern.DOTALL | (name.equals("strcmatch") ? Pattern.CASE_INSENSITIVE : 0);
    return Pattern.compile(source.toString(), flags);
  }
}
