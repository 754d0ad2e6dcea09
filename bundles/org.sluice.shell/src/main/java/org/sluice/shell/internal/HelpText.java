package org.sluice.shell.internal;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.apache.felix.service.command.Descriptor;
import org.sluice.api.status.Table;

/** Help of the built-in commands, read from the descriptors that Gogo's own help shows too. */
final class HelpText {
  private HelpText() {}

  /** Every command with what it tells. */
  static String all(List<String> added) {
    List<List<Object>> rows = new ArrayList<>();
    commands().forEach(command -> rows.add(List.of(usage(command), text(command))));
    added.forEach(name -> rows.add(List.of(name, "the status source of that name")));
    Table table = new Table(List.of("command", "what it tells"), rows);
    return TableText.wrapped(table, TableText.WIDTH)
        + "\n\n"
        + "Every command but help knows --help, --json and --wide. felix:help lists other"
        + " commands.";
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
}
