package org.sluice.cgi.internal.process;

import java.util.List;

/**
 * What to start. All texts hold one byte per character, U+0001 to U+00FF, so that every byte
 * reaches the program as it is, whatever the locale of the JVM.
 *
 * @param arguments program (an absolute path) and its arguments; not empty
 * @param environment name, value, name, value: everything the program gets
 * @param directory working directory
 * @param input whether standard input is a pipe; else it is at its end at once
 */
public record SpawnPlan(
    List<String> arguments, List<String> environment, String directory, boolean input) {
  /** The same with other arguments. */
  public SpawnPlan withArguments(List<String> newArguments) {
    return new SpawnPlan(newArguments, environment, directory, input);
  }
}
