package org.sluice.shell.internal;

import java.util.List;
import java.util.Set;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.apache.felix.service.command.annotations.GogoCommand;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.sluice.api.status.Table;

/**
 * The commands of scope {@code sluice}. Each prints the status source of its name; Gogo finds the
 * methods by the function names, and both {@code help} and {@code --help} read their descriptors.
 */
@Component(service = SluiceCommands.class)
@GogoCommand(
    scope = SluiceCommands.SCOPE,
    function = {
      "status",
      "sites",
      "routes",
      "plugins",
      "plugin",
      "receivers",
      "handoffs",
      "explain",
      "help"
    })
public final class SluiceCommands {
  static final String SCOPE = "sluice";

  /** Names that no status source turns into a command. */
  static final Set<String> RESERVED =
      Set.of(
          "status",
          "sites",
          "routes",
          "plugins",
          "plugin",
          "receivers",
          "handoffs",
          "explain",
          "help",
          "impact");

  private static final String JSON = "an array of objects, nothing shortened";
  private static final String WIDE = "a table as wide as it needs to be";
  private static final String HELP = "how to use the command";

  /** Reports are wrapped, not shortened: what they say in full is what they are for. */
  private static final Set<String> REPORTS = Set.of("status", "explain", "impact");

  /** What these are asked about is counted by their commands. */
  private static final Set<String> WITH_ARGUMENT = Set.of("explain", "impact");

  private final StatusSources sources;

  /** Called by Declarative Services. */
  @Activate
  public SluiceCommands(@Reference StatusSources sources) {
    this.sources = sources;
  }

  /** The front as a whole. */
  @Descriptor(
      "the front as a whole: version, uptime, listeners, requests, problems of the configuration")
  public String status(
      @Descriptor(JSON) @Parameter(names = "--json", presentValue = "true", absentValue = "false")
          boolean json,
      @Descriptor(WIDE) @Parameter(names = "--wide", presentValue = "true", absentValue = "false")
          boolean wide,
      @Descriptor(HELP) @Parameter(names = "--help", presentValue = "true", absentValue = "false")
          boolean help,
      String... arguments)
      throws CommandFailure {
    return answer("status", json, wide, help, arguments);
  }

  /** The sites. */
  @Descriptor("host names, listeners, document root, routes, state and file of each site")
  public String sites(
      @Descriptor(JSON) @Parameter(names = "--json", presentValue = "true", absentValue = "false")
          boolean json,
      @Descriptor(WIDE) @Parameter(names = "--wide", presentValue = "true", absentValue = "false")
          boolean wide,
      @Descriptor(HELP) @Parameter(names = "--help", presentValue = "true", absentValue = "false")
          boolean help,
      String... arguments)
      throws CommandFailure {
    return answer("sites", json, wide, help, arguments);
  }

  /** The routes. */
  @Descriptor("site, path, match, target, state and file of each route")
  public String routes(
      @Descriptor(JSON) @Parameter(names = "--json", presentValue = "true", absentValue = "false")
          boolean json,
      @Descriptor(WIDE) @Parameter(names = "--wide", presentValue = "true", absentValue = "false")
          boolean wide,
      @Descriptor(HELP) @Parameter(names = "--help", presentValue = "true", absentValue = "false")
          boolean help,
      String... arguments)
      throws CommandFailure {
    return answer("routes", json, wide, help, arguments);
  }

  /** The plug-ins. */
  @Descriptor(
      "kind, name, state, ranking, bundle, use and errors of each plug-in, refused ones too")
  public String plugins(
      @Descriptor(JSON) @Parameter(names = "--json", presentValue = "true", absentValue = "false")
          boolean json,
      @Descriptor(WIDE) @Parameter(names = "--wide", presentValue = "true", absentValue = "false")
          boolean wide,
      @Descriptor(HELP) @Parameter(names = "--help", presentValue = "true", absentValue = "false")
          boolean help,
      String... arguments)
      throws CommandFailure {
    return answer("plugins", json, wide, help, arguments);
  }

  /** What an installation would do. */
  @Descriptor(
      "what an installation of JAR would refresh; the path as the front sees it, a relative one from"
          + " its base")
  public String plugin(
      @Descriptor(JSON) @Parameter(names = "--json", presentValue = "true", absentValue = "false")
          boolean json,
      @Descriptor(WIDE) @Parameter(names = "--wide", presentValue = "true", absentValue = "false")
          boolean wide,
      @Descriptor(HELP) @Parameter(names = "--help", presentValue = "true", absentValue = "false")
          boolean help,
      @Descriptor("impact JAR") String... arguments)
      throws CommandFailure {
    if (help) {
      return HelpText.of("plugin");
    }
    if (arguments.length != 2 || !arguments[0].equals("impact")) {
      throw new CommandFailure("usage: plugin impact JAR", null);
    }
    return answer("impact", json, wide, false, arguments[1]);
  }

  /** The receivers. */
  @Descriptor(
      "state, hand-offs in flight, given and failed, time to connect, last error of each receiver")
  public String receivers(
      @Descriptor(JSON) @Parameter(names = "--json", presentValue = "true", absentValue = "false")
          boolean json,
      @Descriptor(WIDE) @Parameter(names = "--wide", presentValue = "true", absentValue = "false")
          boolean wide,
      @Descriptor(HELP) @Parameter(names = "--help", presentValue = "true", absentValue = "false")
          boolean help,
      String... arguments)
      throws CommandFailure {
    return answer("receivers", json, wide, help, arguments);
  }

  /** The hand-offs. */
  @Descriptor("what became of hand-offs: counts by route, dialect and outcome")
  public String handoffs(
      @Descriptor(JSON) @Parameter(names = "--json", presentValue = "true", absentValue = "false")
          boolean json,
      @Descriptor(WIDE) @Parameter(names = "--wide", presentValue = "true", absentValue = "false")
          boolean wide,
      @Descriptor(HELP) @Parameter(names = "--help", presentValue = "true", absentValue = "false")
          boolean help,
      String... arguments)
      throws CommandFailure {
    return answer("handoffs", json, wide, help, arguments);
  }

  /** How a URL is served. */
  @Descriptor(
      "how a URL is served: site, route, each option with the file it came from, hooks, handler,"
          + " flusher, dialect")
  public String explain(
      @Descriptor(JSON) @Parameter(names = "--json", presentValue = "true", absentValue = "false")
          boolean json,
      @Descriptor(WIDE) @Parameter(names = "--wide", presentValue = "true", absentValue = "false")
          boolean wide,
      @Descriptor(HELP) @Parameter(names = "--help", presentValue = "true", absentValue = "false")
          boolean help,
      @Descriptor("URL") String... arguments)
      throws CommandFailure {
    if (!help && arguments.length != 1) {
      throw new CommandFailure("usage: explain 'http://a.example/path'", null);
    }
    return answer("explain", json, wide, help, arguments);
  }

  /** What there is. */
  @Descriptor("the commands, or how to use one")
  public String help(
      @Descriptor(HELP) @Parameter(names = "--help", presentValue = "true", absentValue = "false")
          boolean help,
      @Descriptor("[COMMAND]") String... arguments)
      throws CommandFailure {
    if (help || arguments.length == 0) {
      return HelpText.all(sources.commandNames());
    }
    if (sources.commandNames().contains(arguments[0])) {
      return String.valueOf(
          new SourceCommand(arguments[0], sources).execute(null, List.of("--help")));
    }
    return HelpText.of(arguments[0]);
  }

  private String answer(
      String source, boolean json, boolean wide, boolean help, String... arguments)
      throws CommandFailure {
    if (help) {
      return HelpText.of(source);
    }
    Query query = new Query(json, wide, false, Query.checked(List.of(arguments)));
    if (!query.arguments().isEmpty() && !WITH_ARGUMENT.contains(source)) {
      throw new CommandFailure(source + " takes no '" + query.arguments().get(0) + "'", null);
    }
    Table table = sources.table(source, query.arguments());
    return Answers.of(table, query, REPORTS.contains(source));
  }
}
