package org.sluice.launcher;

/** One word of the command line, such as {@code run}. */
interface Command {

  /**
   * Does it; called once, on the main thread, with the base as working directory.
   *
   * @return the exit status
   * @throws Failure to end with a message on standard error
   */
  int run(Arguments arguments, Installation installation, Console console) throws Failure;
}
