package org.sluice.shell.internal;

import java.util.List;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Function;

/** The command of a status source that some other bundle has added. */
final class SourceCommand implements Function {
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
      return "usage: "
          + name
          + " [--json] [--wide] [ARGUMENT]...\n\nThe status source '"
          + name
          + "' as a table.\n\n"
          + Query.OPTIONS;
    }
    return Answers.of(sources.table(name, query.arguments()), query, false);
  }
}
