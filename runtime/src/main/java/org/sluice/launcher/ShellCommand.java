package org.sluice.launcher;

/** {@code sluice shell}: the running front's shell over its local socket. */
final class ShellCommand implements Command {
  @Override
  public int run(Arguments arguments, Installation installation, Console console) throws Failure {
    ShellClient client = new ShellClient(installation);
    if (arguments.rest().isEmpty()) {
      return client.interactive(console);
    }
    return client.exec(String.join(" ", arguments.rest()), console);
  }
}
