package org.sluice.shell.internal;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.apache.felix.service.command.Descriptor;

/** Help of the built-in commands, read from the descriptors that Gogo's own help shows too. */
final class HelpText {
  private HelpText() {}

  /** Every command with a line of what it tells. */
  static String all(List<String> added) {
    StringBuilder out = new StringBuilder("Commands of Sluice (COMMAND --help tells more):\n\n");
    for (Method command : commands()) {
      row(out, usage(command), text(command));
    }
    added.forEach(name -> row(out, name, "the status source of that name"));
    return out.append("\nOther commands of the framework: felix:help").toString();
  }

  /** How to use one command. */
  static String of(String name) throws CommandFailure {
    for (Method command : commands()) {
      if (command.getName().equals(name)) {
        String options = name.equals("help") ? "" : "\n\n" + Query.OPTIONS;
        return "usage: " + usage(command) + "\n\n" + text(command) + options;
      }
    }
    throw new CommandFailure("no command of Sluice is called '" + name + "'", null);
  }

  private static List<Method> commands() {
    return Arrays.stream(SluiceCommands.class.getDeclaredMethods())
        .filter(method -> method.isAnnotationPresent(Descriptor.class))
        .sorted(Comparator.comparing(Method::getName))
        .toList();
  }

  private static String usage(Method command) {
    var last = command.getParameters()[command.getParameterCount() - 1];
    Descriptor arguments = last.getAnnotation(Descriptor.class);
    return command.getName() + (arguments == null ? "" : " " + arguments.value());
  }

  private static String text(Method command) {
    return command.getAnnotation(Descriptor.class).value();
  }

  private static void row(StringBuilder out, String usage, String text) {
    int room = TableText.WIDTH - 22;
    out.append(String.format(Locale.ROOT, "  %-18s  %s%n", usage, Text.shorten(text, room)));
  }
}
