package org.sluice.launcher;

import java.util.List;

/** {@code sluice check}: every error and warning of the configuration. */
final class CheckCommand implements Command {
  @Override
  public int run(Arguments arguments, Installation installation, Console console) throws Failure {
    List<String> findings = DryRun.ask(installation, Contract::check);
    findings.forEach(console::say);
    long errors = findings.stream().filter(line -> line.startsWith("error ")).count();
    if (findings.isEmpty()) {
      console.say("ok");
    }
    return errors == 0 ? 0 : Failure.FAILED;
  }
}
