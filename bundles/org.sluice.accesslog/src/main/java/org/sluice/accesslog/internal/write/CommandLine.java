package org.sluice.accesslog.internal.write;

import java.util.ArrayList;
import java.util.List;

/** The command of a piped log, as words. */
final class CommandLine {
  private CommandLine() {}

  /**
   * Takes {@code |program args}, {@code ||program args} (no shell) or {@code |$command} (through
   * the shell) apart.
   *
   * @throws IllegalArgumentException {@code file: …} if there is no program, or a quote is not
   *     closed
   */
  static List<String> parse(String file) {
    String text = file.substring(file.startsWith("||") ? 2 : 1).strip();
    boolean shell = !file.startsWith("||") && text.startsWith("$");
    List<String> words = shell ? List.of("sh", "-c", text.substring(1).strip()) : split(text);
    if (words.isEmpty() || words.get(words.size() - 1).isEmpty()) {
      throw new IllegalArgumentException("file: behind | a program is missing");
    }
    return words;
  }

  /** Words at blanks; both kinds of quotes and backslash as a shell has them, and nothing else. */
  private static List<String> split(String text) {
    List<String> words = new ArrayList<>();
    StringBuilder word = null;
    char quote = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quote == 0 && (c == ' ' || c == '\t')) {
        if (word != null) {
          words.add(word.toString());
          word = null;
        }
        continue;
      }
      word = word == null ? new StringBuilder() : word;
      if (c == quote) {
        quote = 0;
      } else if (quote == 0 && (c == '"' || c == '\'')) {
        quote = c;
      } else if (c == '\\' && quote != '\'' && i + 1 < text.length()) {
        word.append(text.charAt(++i));
      } else {
        word.append(c);
      }
    }
    if (quote != 0) {
      throw new IllegalArgumentException("file: a quote " + quote + " is not closed");
    }
    if (word != null) {
      words.add(word.toString());
    }
    return words;
  }
}
