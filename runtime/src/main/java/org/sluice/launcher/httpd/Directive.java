package org.sluice.launcher.httpd;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One directive or section of an httpd configuration.
 *
 * @param name as written, of a section without angle brackets
 * @param words arguments without their quotes
 * @param children of a section; empty for a directive
 * @param place file and line
 */
record Directive(String name, List<String> words, List<Directive> children, String place) {

  /**
   * A section or directive without children yet.
   *
   * @param notes gets a line where a quote has no end
   */
  static Directive of(String line, String place, List<String> notes) {
    boolean section = line.startsWith("<");
    String text = section ? line.substring(1, line.lastIndexOf('>')) : line;
    List<String> words = new ArrayList<>();
    if (!split(text, words)) {
      notes.add(place + "  " + line + ": the quote has no end; taken to the end of the line");
    }
    String name = words.isEmpty() ? "" : words.remove(0);
    return new Directive(name, words, new ArrayList<>(), place);
  }

  /**
   * Splits at blanks; quotes keep together, a backslash before a quote is no end of it.
   *
   * @return whether each quote has its end; httpd takes one without to the end of the line
   */
  private static boolean split(String text, List<String> words) {
    boolean closed = true;
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i);
      if (Character.isWhitespace(c)) {
        i++;
      } else if (c == '"' || c == '\'') {
        StringBuilder word = new StringBuilder();
        i++;
        while (i < text.length() && text.charAt(i) != c) {
          boolean escaped = text.charAt(i) == '\\' && i + 1 < text.length();
          if (escaped && (text.charAt(i + 1) == c || text.charAt(i + 1) == '\\')) {
            i++;
          }
          word.append(text.charAt(i++));
        }
        closed = i++ < text.length();
        words.add(word.toString());
      } else {
        int end = i;
        while (end < text.length() && !Character.isWhitespace(text.charAt(end))) {
          end++;
        }
        words.add(text.substring(i, end));
        i = end;
      }
    }
    return closed;
  }

  /** The name in lower case: httpd does not mind. */
  String key() {
    return name.toLowerCase(Locale.ROOT);
  }

  /** The argument at an index, or the empty text. */
  String word(int index) {
    return index < words.size() ? words.get(index) : "";
  }

  /** All arguments from an index on. */
  List<String> from(int index) {
    return index < words.size() ? words.subList(index, words.size()) : List.of();
  }

  /** For the report. */
  String shown() {
    return name + (words.isEmpty() ? "" : " " + String.join(" ", words));
  }
}
