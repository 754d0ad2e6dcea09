package org.sluice.launcher;

import java.util.Locale;

/** The commands, with what {@code sluice help} says about them. */
enum Commands {
  RUN(
      new RunCommand(),
      "[--shell]",
      "serve in the foreground until SIGTERM or Ctrl-C",
      """
      Prints the listeners' addresses once they are open. SIGTERM and SIGINT end it in order: no new
      connections, requests under way are finished, exit status 0. If it cannot start, the reason
      with file and key is printed and the exit status is 1.
        --shell   a Gogo shell on this terminal; leaving it ends the front\
      """),
  START(
      new StartCommand(),
      "[--timeout SECONDS]",
      "serve in the background",
      """
      Returns when the listeners are open (status 0) or the start has failed (status 1). Messages go
      to log/sluice.log, those before and beside logging to log/sluice.out.
        --timeout SECONDS   how long to wait (default 30)\
      """),
  STOP(
      new StopCommand(),
      "[--timeout SECONDS]",
      "end the front of this base in order",
      """
      Sends SIGTERM and waits until the process has ended. Status 0 when none is running (any more),
      1 when it still runs after the time.
        --timeout SECONDS   how long to wait (default 30)\
      """),
  STATUS(
      new StatusCommand(),
      "",
      "tell whether a front runs: process, uptime, addresses",
      """
      Status 0: running; 3: not running.\
      """),
  CHECK(
      new CheckCommand(),
      "",
      "check configuration and plug-ins without serving",
      """
      Reads etc/ and the bundles in deploy/ as run would, opens no listener, and prints every error
      and warning with file and key. Status 1 if there is an error. May be used beside a running front.\
      """),
  SHELL(
      new ShellCommand(),
      "[COMMAND...]",
      "the running front's shell, or one command of it",
      """
      With a command: prints its output and ends with its status. Without: a shell until "exit" or
      end of input. Connects to run/shell.sock.\
      """),
  EXPLAIN(
      new ExplainCommand(),
      "URL [--json]",
      "tell how a URL is served: site, route, options, handler",
      """
      Asks the running front, or reads etc/ as check does if none runs.
        --json   an array of objects, one a line; of a running front only\
      """),
  IMPORT(
      new ImportCommand(),
      "httpd FILE [--to FOLDER]",
      "write site and route files from another server's configuration",
      """
      Reads a configuration of Apache httpd with what it includes: virtual hosts, ProxyPass and its
      relatives, balancers, aliases, SSI, CGI, access rules, logs. Writes files as they belong into
      etc/, and says what it did not take over. Nothing that is there already is replaced.
        --to FOLDER   where to write (default import/ in the base)\
      """),
  OPTIMIZE(
      new OptimizeCommand(),
      "",
      "make later starts faster: an archive of loaded classes",
      """
      Starts a front of its own on a free port, lets the JVM write cache/sluice.jsa (JDK 25 and
      later: cache/sluice.aot), ends it. Later starts use the archive as long as it fits the JVM and
      the distribution.\
      """),
  DEMO(
      new DemoCommand(),
      "[--listen ADDRESS:PORT]",
      "serve a demonstration with a receiver of its own",
      """
      Makes a base in demo/ (or --base DIR) with a site and routes, starts the demo receiver as a
      second process, serves until Ctrl-C, and prints what to try.
        --listen ADDRESS:PORT   (default 127.0.0.1:8080)\
      """);

  @SuppressWarnings("ImmutableEnumChecker") // the commands have no state
  final Command command;

  private final String synopsis;
  private final String summary;
  private final String details;

  Commands(Command command, String synopsis, String summary, String details) {
    this.command = command;
    this.synopsis = synopsis;
    this.summary = summary;
    this.details = details;
  }

  static Commands named(String word) throws Failure {
    for (Commands each : values()) {
      if (each.word().equals(word)) {
        return each;
      }
    }
    throw new Failure(Failure.USAGE, "unknown command " + word + "; see sluice help");
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  String help() {
    return usageLine() + "\n\n" + summary + "\n\n" + details;
  }

  /**
   * Refuses words and options that the command would not look at: who writes {@code sluice run
   * /srv/front} does not mean the distribution's own base.
   */
  void accept(Arguments arguments) throws Failure {
    for (String option : arguments.options()) {
      if (!option.equals("--base") && !synopsis.contains(option)) {
        throw usage("option " + option + " is not one of sluice " + word());
      }
    }
    boolean takesWords = !synopsis.isEmpty() && !synopsis.startsWith("[--");
    if (!takesWords && !arguments.rest().isEmpty()) {
      throw usage("sluice " + word() + " takes no \"" + arguments.rest().get(0) + "\"");
    }
  }

  private Failure usage(String problem) {
    return new Failure(Failure.USAGE, problem + "; " + usageLine());
  }

  private String usageLine() {
    return ("usage: sluice " + word() + " [--base DIR] " + synopsis).trim();
  }

  /** The overview. */
  static String overview() {
    StringBuilder text = new StringBuilder("usage: sluice COMMAND [--base DIR] [OPTIONS]\n\n");
    for (Commands each : values()) {
      text.append("  ").append(each.word());
      text.append(" ".repeat(10 - each.word().length())).append(each.summary).append('\n');
    }
    return text.append("  help      this text, or \"help COMMAND\"\n  version   the version\n\n")
        .append(
            "A base is a folder with etc/, deploy/, run/, log/ and cache/; missing ones are"
                + " made.\n")
        .append("Without --base the distribution is its own. JVM options: etc/jvm.options.\n")
        .append("Exit status: 0 done, 1 failed, 2 wrong command line, 3 not running.")
        .toString();
  }
}
