package org.sluice.ssi.internal.expr;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A regular expression of a page. The search has a budget of steps, so that one that backtracks
 * without end shows the error text instead of holding a worker.
 *
 * <p>Pages are written in the dialect of PCRE; where Java reads a bracket expression differently it
 * is translated.
 */
final class PageRegex {
  /** Characters looked at in one search; about ten milliseconds. */
  private static final int STEPS = 1_000_000;

  private static final String[][] CLASSES = {
    {"alpha", "a-zA-Z"},
    {"digit", "0-9"},
    {"alnum", "a-zA-Z0-9"},
    {"upper", "A-Z"},
    {"lower", "a-z"},
    {"space", "\\s\\x0b"},
    {"blank", " \\t"},
    {"punct", "\\p{Punct}"},
    {"xdigit", "0-9a-fA-F"},
    {"cntrl", "\\p{Cntrl}"},
    {"print", "\\p{Print}"},
    {"graph", "\\p{Graph}"},
    {"word", "\\w"}
  };

  private final Pattern pattern;
  private final String source;
  private final int groups;

  private PageRegex(Pattern pattern, String source) {
    this.pattern = pattern;
    this.source = source;
    this.groups = pattern.matcher("").groupCount();
  }

  static PageRegex compile(String source, boolean anyCase) throws ExprException {
    try {
      int flags = Pattern.UNIX_LINES | (anyCase ? Pattern.CASE_INSENSITIVE : 0);
      return new PageRegex(Pattern.compile(translated(source), flags), source);
    } catch (PatternSyntaxException e) {
      throw new ExprException("not a regular expression: /" + source + "/: " + e.getDescription());
    } catch (StackOverflowError e) {
      throw new ExprException("a regular expression that is nested too deeply");
    }
  }

  int groups() {
    return groups;
  }

  /** The groups of the first match, group 0 first, null for one without part; null for no match. */
  String[] find(String text) throws ExprException {
    Matcher matcher = pattern.matcher(new Budget(text));
    try {
      if (!matcher.find()) {
        return null;
      }
      String[] found = new String[groups + 1];
      for (int i = 0; i <= groups; i++) {
        found[i] = matcher.start(i) < 0 ? null : text.substring(matcher.start(i), matcher.end(i));
      }
      return found;
    } catch (OutOfSteps | StackOverflowError e) {
      throw new ExprException("/" + source + "/ did not come to an end within " + STEPS + " steps");
    }
  }

  /** Brackets: {@code [} is an ordinary character in them, {@code [:class:]} is a class. */
  private static String translated(String source) {
    if (source.indexOf('[') < 0) {
      return source;
    }
    StringBuilder out = new StringBuilder();
    boolean inside = false;
    for (int i = 0; i < source.length(); i++) {
      char c = source.charAt(i);
      if (c == '\\' && i + 1 < source.length()) {
        out.append(c).append(source.charAt(++i));
      } else if (!inside) {
        out.append(c);
        inside = c == '[';
        i = inside ? bracketStart(source, i, out) : i;
      } else if (c == '[') {
        i = posixClass(source, i, out);
      } else {
        inside = c != ']';
        out.append(c == '&' || c == '~' ? "\\" : "").append(c);
      }
    }
    return out.toString();
  }

  /** A circumflex and a first {@code ]} belong to the bracket's beginning. */
  private static int bracketStart(String source, int at, StringBuilder out) {
    int i = at;
    if (i + 1 < source.length() && source.charAt(i + 1) == '^') {
      out.append('^');
      i++;
    }
    if (i + 1 < source.length() && source.charAt(i + 1) == ']') {
      out.append("\\]");
      i++;
    }
    return i;
  }

  private static int posixClass(String source, int at, StringBuilder out) {
    for (String[] entry : CLASSES) {
      String word = "[:" + entry[0] + ":]";
      if (source.startsWith(word, at)) {
        out.append(entry[1]);
        return at + word.length() - 1;
      }
    }
    out.append("\\[");
    return at;
  }

  /** Thrown out of the middle of a search. */
  private static final class OutOfSteps extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OutOfSteps() {
      super(null, null, false, false);
    }
  }

  /** Counts the characters that a search looks at. */
  private static final class Budget implements CharSequence {
    private final String text;
    private long left;

    Budget(String text) {
      this.text = text;
      this.left = STEPS + 16L * text.length();
    }

    @Override
    public char charAt(int index) {
      if (--left < 0) {
        throw new OutOfSteps();
      }
      return text.charAt(index);
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public CharSequence subSequence(int from, int to) {
      return text.substring(from, to);
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
