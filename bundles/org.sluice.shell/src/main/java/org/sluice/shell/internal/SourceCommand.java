package org.sluice.shell.internal;

import java.util.List;
import java.util.Map;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Function;

/** The command of a status source that some other bundle has added. */
final class SourceCommand implements Function {
  /** How to use commands of the distribution that take arguments, and what they do. */
  private static final Map<String, List<String>> USAGES =
      Map.of(
          "receiver",
          List.of(
              "drain|resume NAME",
              "Takes a receiver out, or back in. NAME is its path, its file's name, or the name"
                  + " that it\n"
                  + "says. What it has goes on; 'receivers' shows its state."),
          "handoff",
          List.of(
              "trace ROUTE [COUNT]",
              "Waits for the next hand-offs of a route, 10 s at most, and prints each step with its"
                  + " time in\n"
                  + "microseconds since the first."));

  private final String name;
  private final StatusSources sources;

  SourceCommand(String name, StatusSources sources) {
    this.name = name;
    this.sources = sources;
  }

  @Override
  public Object execute(CommandSession session, List<Object> words) throws CommandFailure {
    Query query = Query.parse(words);
    if (query.help()) {
      List<String> usage =
          USAGES.getOrDefault(
              name, List.of("[ARGUMENT]...", "The status source '" + name + "' as a table."));
      return "usage: "
          + name
          + " [--json] [--wide] "
          + usage.get(0)
          + "\n\n"
          + usage.get(1)
          + "\n\n"
          + Query.OPTIONS;
    }
    return Answers.of(sources.table(name, query.arguments()), query, false);
  }
}
