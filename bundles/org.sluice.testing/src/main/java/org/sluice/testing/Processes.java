package org.sluice.testing;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Starts real processes and leaves none behind: {@link #close()}, and at the latest the end of this
 * JVM, kills every one that still runs, with its children.
 */
public final class Processes implements AutoCloseable {
  private final List<RunningProcess> started = new ArrayList<>();
  private final Map<String, String> environment = new LinkedHashMap<>();
  private final Thread atExit = new Thread(this::killAll, "kill-started-processes");
  private Path directory;

  /** Nothing started yet. */
  public Processes() {
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /** Working directory of what is started from here on; this JVM's otherwise. */
  public Processes in(Path newDirectory) {
    directory = newDirectory;
    return this;
  }

  /** Adds a variable to the environment of what is started from here on. */
  public Processes with(String name, String value) {
    environment.put(name, value);
    return this;
  }

  /** Starts a program. Both its outputs are collected; its standard input is a pipe. */
  public RunningProcess start(String... command) throws IOException {
    return start(List.of(command));
  }

  /** As {@link #start(String...)}. */
  public synchronized RunningProcess start(List<String> command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    if (directory != null) {
      builder.directory(directory.toFile());
    }
    RunningProcess process = new RunningProcess(command, builder.start());
    started.add(process);
    return process;
  }

  private synchronized void killAll() {
    started.forEach(RunningProcess::kill);
    started.clear();
  }

  /** Kills what still runs and waits until it is gone. */
  @Override
  public void close() {
    killAll();
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      // The JVM is ending, the hook runs anyway.
    }
  }
}
