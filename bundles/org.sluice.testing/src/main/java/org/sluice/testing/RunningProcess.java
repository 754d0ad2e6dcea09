package org.sluice.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A process started by {@link Processes}; its outputs are collected line by line. Thread-safe. */
public final class RunningProcess {
  private final List<String> command;
  private final Process process;
  private final List<String> lines = new ArrayList<>();
  private boolean ended;

  RunningProcess(List<String> command, Process process) {
    this.command = command;
    this.process = process;
    Thread reader = new Thread(this::collect, "output-of-" + process.pid());
    reader.setDaemon(true);
    reader.start();
  }

  private void collect() {
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        synchronized (this) {
          lines.add(line);
          notifyAll();
        }
      }
    } catch (IOException e) {
      // The pipe went away with the process.
    }
    synchronized (this) {
      ended = true;
      notifyAll();
    }
  }

  /** Its process id. */
  public long pid() {
    return process.pid();
  }

  /** Whether it still runs. */
  public boolean alive() {
    return process.isAlive();
  }

  /** Everything it has written so far, both outputs mixed. */
  public synchronized List<String> lines() {
    return List.copyOf(lines);
  }

  /**
   * Waits for a line that the expression finds something in, from the first line on.
   *
   * @return the match, with its groups
   * @throws AssertionError if the process ends or the limit passes before
   */
  public synchronized Matcher awaitLine(String regex, Duration limit) {
    Pattern pattern = Pattern.compile(regex);
    long end = System.nanoTime() + limit.toNanos();
    for (int i = 0; ; i++) {
      while (i == lines.size()) {
        long millis = (end - System.nanoTime()) / 1_000_000;
        if (ended || millis <= 0) {
          throw new AssertionError(
              (ended ? "ended" : "not within " + limit) + " without '" + regex + "': " + this);
        }
        waitFor(millis);
      }
      Matcher matcher = pattern.matcher(lines.get(i));
      if (matcher.find()) {
        return matcher;
      }
    }
  }

  @SuppressWarnings("WaitNotInLoop") // Every caller loops.
  private synchronized void waitFor(long millis) {
    try {
      wait(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** Writes a line to its standard input. */
  public void type(String line) throws IOException {
    process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().flush();
  }

  /** Ends its standard input. */
  public void endInput() throws IOException {
    process.getOutputStream().close();
  }

  /** Sends a signal by name ({@code TERM}, {@code STOP}, {@code CONT}) or number. */
  public void signal(String name) throws IOException {
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid())).inheritIO().start();
    try {
      if (kill.waitFor() != 0) {
        throw new IOException("cannot send " + name + " to " + this);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /**
   * Waits until it ends by itself and its output is read.
   *
   * @return its exit status
   * @throws AssertionError if it still runs when the limit passes
   */
  public int awaitExit(Duration limit) {
    try {
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError("still runs after " + limit + ": " + this);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
    // A child of it may hold the pipe open: what comes later is not waited for long.
    synchronized (this) {
      long end = System.nanoTime() + Duration.ofSeconds(1).toNanos();
      for (long left = 1000; !ended && left > 0; left = (end - System.nanoTime()) / 1_000_000) {
        waitFor(left);
      }
    }
    return process.exitValue();
  }

  /** Waits until it ends by itself; false if it still runs after that time. */
  public boolean endsWithin(Duration limit) {
    try {
      return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** Kills it and its descendants (SIGKILL) and waits until they are gone. */
  public void kill() {
    List<ProcessHandle> all =
        Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
    all.forEach(ProcessHandle::destroyForcibly);
    for (ProcessHandle handle : all) {
      handle.onExit().orTimeout(5, TimeUnit.SECONDS).exceptionally(e -> handle).join();
    }
  }

  @Override
  public synchronized String toString() {
    return String.join(" ", command) + " (pid " + pid() + ")\n" + String.join("\n", lines);
  }
}
