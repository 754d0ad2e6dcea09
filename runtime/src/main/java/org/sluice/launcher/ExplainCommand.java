package org.sluice.launcher;

/** {@code sluice explain URL}: how a URL is served, asked of the running front if there is one. */
final class ExplainCommand implements Command {
  @Override
  public int run(Arguments arguments, Installation installation, Console console) throws Failure {
    if (arguments.rest().size() != 1) {
      throw new Failure(Failure.USAGE, "one URL is needed: sluice explain http://a.example/path");
    }
    String url = arguments.rest().get(0);
    boolean json = arguments.has("--json");
    if (BaseLock.mayBeRead(installation) && BaseLock.holder(installation).isPresent()) {
      String command = json ? "sluice:explain --json '" : "sluice:explain '";
      return new ShellClient(installation).exec(command + url.replace("'", "%27") + "'", console);
    }
    if (json) {
      throw new Failure("option --json is for a running front, and none runs in this base");
    }
    console.say(DryRun.ask(installation, contract -> contract.explain(url)));
    return 0;
  }
}
