package org.sluice.launcher;

/** {@code sluice explain URL}: how a URL is served, asked of the running front if there is one. */
final class ExplainCommand implements Command {
  @Override
  public int run(Arguments arguments, Installation installation, Console console) throws Failure {
    if (arguments.rest().size() != 1) {
      throw new Failure(Failure.USAGE, "one URL is needed: sluice explain http://a.example/path");
    }
    String url = arguments.rest().get(0);
    if (BaseLock.holder(installation).isPresent()) {
      return new ShellClient(installation)
          .exec("sluice:explain '" + url.replace("'", "%27") + "'", console);
    }
    console.say(DryRun.ask(installation, contract -> contract.explain(url)));
    return 0;
  }
}
