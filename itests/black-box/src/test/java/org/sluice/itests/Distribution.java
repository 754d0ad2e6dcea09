package org.sluice.itests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.sluice.testing.Processes;
import org.sluice.testing.RunningProcess;

/** The packaged distribution and what else of the repository the tests use. */
final class Distribution {
  /** Top of the repository. */
  static final Path TOP = Path.of(System.getProperty("sluice.top", "../..")).toAbsolutePath();

  /** The unpacked distribution. */
  static final Path HOME = TOP.resolve("runtime/target/sluice").normalize();

  /** Version of all our bundles. */
  static final String VERSION = System.getProperty("sluice.version", "0.1.0");

  private static final Duration COMMAND_LIMIT = Duration.ofSeconds(60);

  private Distribution() {}

  /** Exit status and output (both streams) of a command. */
  record Result(int status, String text) {
    List<String> lines() {
      return text.lines().toList();
    }
  }

  /** A {@code bin/sluice} command line. */
  static List<String> command(String... words) {
    return command(HOME, words);
  }

  static List<String> command(Path home, String... words) {
    List<String> command = new ArrayList<>();
    command.add(home.resolve("bin/sluice").toString());
    command.addAll(List.of(words));
    return command;
  }

  /** Processes that run on the JVM that runs these tests. */
  static Processes processes() {
    return new Processes().with("JAVA_HOME", System.getProperty("java.home"));
  }

  /** Runs a command of {@code bin/sluice} to its end. */
  static Result run(String... words) throws IOException {
    try (Processes processes = processes()) {
      RunningProcess process = processes.start(command(words));
      process.endInput();
      int status = process.awaitExit(COMMAND_LIMIT);
      return new Result(status, String.join("\n", process.lines()));
    }
  }

  /** The jar of a stock bundle in the distribution. */
  static Path stock(String bundle) {
    return find(HOME.resolve("bundles"), bundle + "-" + VERSION + ".jar");
  }

  /** The jar of a module that tests install. */
  static Path plugin(String name) {
    Path module = TOP.resolve("itests/plugins/org.sluice.itests." + name);
    return find(module.resolve("target"), "org.sluice.itests." + name + "-" + VERSION + ".jar");
  }

  private static Path find(Path folder, String name) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> file.getFileName().toString().equals(name))
          .findFirst()
          .orElseThrow(() -> new AssertionError("no " + name + " under " + folder));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
