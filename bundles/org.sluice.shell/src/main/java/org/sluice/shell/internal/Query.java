package org.sluice.shell.internal;

import java.util.ArrayList;
import java.util.List;

/**
 * What the operator typed behind a command.
 *
 * @param json whether the answer is JSON
 * @param wide whether nothing is shortened
 * @param help whether only the help is wanted
 * @param arguments the rest
 */
record Query(boolean json, boolean wide, boolean help, List<String> arguments) {
  static final String OPTIONS =
      """
        --json  an array of objects, nothing shortened
        --wide  a table as wide as it needs to be
        --help  this text""";

  /** Sorts what a command without declared parameters was called with. */
  static Query parse(List<Object> words) throws CommandFailure {
    boolean json = false;
    boolean wide = false;
    boolean help = false;
    List<String> arguments = new ArrayList<>();
    for (Object word : words) {
      String text = String.valueOf(word);
      switch (text) {
        case "--json" -> json = true;
        case "--wide" -> wide = true;
        case "--help" -> help = true;
        default -> arguments.add(text);
      }
    }
    return new Query(json, wide, help, checked(arguments));
  }

  /** Refuses what looks like an option: no argument of a command begins with a hyphen. */
  static List<String> checked(List<String> arguments) throws CommandFailure {
    for (String argument : arguments) {
      if (argument.startsWith("-")) {
        throw new CommandFailure(
            "unknown option " + argument + "; allowed: --json, --wide, --help", null);
      }
    }
    return List.copyOf(arguments);
  }
}
