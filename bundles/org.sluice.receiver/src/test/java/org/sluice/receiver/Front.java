package org.sluice.receiver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A front and its client in another process and another language (the script front.py), so that the
 * receiver is tested against the operating system's idea of a hand-off, not against our own.
 */
public final class Front implements Closeable {
  private static final long LIMIT_SECONDS = 30;

  private final Process process;
  private final BufferedReader output;

  private Front(Process process) {
    this.process = process;
    this.output = process.inputReader(StandardCharsets.UTF_8);
  }

  /** Skips the test, visibly, where a program is missing. */
  public static void assumeProgram(String... command) {
    boolean there;
    try {
      there =
          new ProcessBuilder(command)
                  .redirectErrorStream(true)
                  .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                  .start()
                  .waitFor()
              == 0;
    } catch (IOException e) {
      there = false;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    assumeTrue(there, command[0] + " is missing");
  }

  /** Sets the soft limit of a process: below what it has open, nothing more can be opened. */
  public static void limitDescriptors(Process process, int most)
      throws IOException, InterruptedException {
    String[] command = {"prlimit", "--pid", "" + process.pid(), "--nofile=" + most + ":"};
    assertEquals(0, new ProcessBuilder(command).inheritIO().start().waitFor());
  }

  /** Starts a scenario of the script. */
  public static Front start(Path socket, String scenario, int argument) throws IOException {
    return start("front.py", socket, scenario, argument);
  }

  /** Starts a scenario of the script for the dialect sluice. */
  public static Front packets(Path socket, String scenario, int argument) throws IOException {
    return start("packets.py", socket, scenario, argument);
  }

  private static Front start(String name, Path socket, String scenario, int argument)
      throws IOException {
    String script;
    try (InputStream in = Front.class.getResourceAsStream(name)) {
      script = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    return new Front(
        new ProcessBuilder(
                "python3", "-c", script, socket.toString(), scenario, String.valueOf(argument))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start());
  }

  /** Runs a scenario to its end; the words it printed. */
  public static List<String> run(Path socket, String scenario, int argument) throws IOException {
    try (Front front = start(socket, scenario, argument)) {
      return front.words();
    }
  }

  /** The next line that the script prints. */
  public String line() throws IOException {
    return output.readLine();
  }

  /** Sends the script an empty line. */
  public void say() throws IOException {
    say("");
  }

  /** Sends the script a line. */
  public void say(String line) throws IOException {
    process.getOutputStream().write((line + '\n').getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().flush();
  }

  /** The next line that the script prints, as words. */
  public List<String> words() throws IOException {
    String line = output.readLine();
    return line == null ? List.of() : new ArrayList<>(List.of(line.split(" ", -1)));
  }

  /** Ends the script's standard input. */
  public void goOn() throws IOException {
    process.getOutputStream().close();
  }

  /** A word that stands for bytes. */
  public static String text(String word) {
    return new String(Base64.getDecoder().decode(word), StandardCharsets.UTF_8);
  }

  /** Waits for a condition, at most half a minute. */
  public static void await(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    while (!condition.getAsBoolean()) {
      assertEquals(true, System.nanoTime() < end, what + " within " + LIMIT_SECONDS + " s");
      Thread.onSpinWait();
    }
  }

  @Override
  public void close() throws IOException {
    try {
      goOn();
      // What it still prints must not stop it.
      while (output.readLine() != null) {}
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
