package org.sluice.launcher;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The words after a command's name: options with and without a value, then the rest. */
final class Arguments {
  private static final Set<String> WITH_VALUE = Set.of("--base", "--listen", "--timeout", "--to");
  private static final Set<String> FLAGS = Set.of("--shell", "--json", "--help", "-h");

  private final Map<String, String> options = new HashMap<>();
  private final List<String> rest = new ArrayList<>();

  private Arguments() {}

  /**
   * Reads the words after a command's name.
   *
   * @param verbatim whether everything from the first word that is no option on belongs to the
   *     rest, as in a shell command that has options of its own; else options may stand anywhere
   *     before {@code --}
   */
  static Arguments parse(List<String> words, boolean verbatim) throws Failure {
    Arguments parsed = new Arguments();
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      int equals = word.indexOf('=');
      String name = word.startsWith("--") && equals > 0 ? word.substring(0, equals) : word;
      if (word.equals("--") || (verbatim && !word.startsWith("-"))) {
        parsed.rest.addAll(words.subList(word.equals("--") ? i + 1 : i, words.size()));
        break;
      } else if (!word.startsWith("-")) {
        parsed.rest.add(word);
      } else if (FLAGS.contains(word)) {
        parsed.options.put(word, "");
      } else if (!WITH_VALUE.contains(name)) {
        throw new Failure(Failure.USAGE, "unknown option " + word + "; see sluice help");
      } else if (equals > 0) {
        parsed.options.put(name, word.substring(equals + 1));
      } else if (++i < words.size()) {
        parsed.options.put(name, words.get(i));
      } else {
        throw new Failure(Failure.USAGE, "option " + word + " needs a value; see sluice help");
      }
    }
    return parsed;
  }

  /** Names of the options that were given. */
  Set<String> options() {
    return options.keySet();
  }

  boolean has(String flag) {
    return options.containsKey(flag);
  }

  /** The option's value, or the default. */
  String option(String name, String otherwise) {
    return options.getOrDefault(name, otherwise);
  }

  /** An option in whole seconds, at least 1. */
  int seconds(String name, int otherwise) throws Failure {
    String value = option(name, Integer.toString(otherwise));
    String digits = value.endsWith("s") ? value.substring(0, value.length() - 1) : value;
    try {
      int seconds = Integer.parseInt(digits);
      if (seconds > 0) {
        return seconds;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw new Failure(
        Failure.USAGE,
        "option " + name + "=" + value + ": a number of seconds from 1, such as 30 or 30s");
  }

  List<String> rest() {
    return rest;
  }
}
