package org.sluice.launcher;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** {@code sluice start}: {@code run} in the background. */
final class StartCommand implements Command {
  private static final int POLL_MILLIS = 25;

  @Override
  public int run(Arguments arguments, Installation installation, Console console) throws Failure {
    int seconds = arguments.seconds("--timeout", 30);
    BaseFolder.prepare(installation);
    Optional<BaseLock.Holder> running = BaseLock.holder(installation);
    if (running.isPresent()) {
      console.say("already running, process " + running.get().pid());
      return 0;
    }
    BaseLock.forget(installation);
    Path output = installation.log().resolve("sluice.out");
    Process process = spawn(installation, output);
    BaseLock.Holder holder = awaitReady(installation, process, output, seconds);
    console.say("ready " + String.join(" ", holder.addresses()) + ", process " + holder.pid());
    return 0;
  }

  /** {@code nohup}: the end of the terminal is not the end of the front. */
  private static Process spawn(Installation installation, Path output) throws Failure {
    try {
      Files.deleteIfExists(output);
      String base = installation.base().toString();
      return new ProcessBuilder("nohup", installation.script().toString(), "run", "--base", base)
          .redirectInput(Path.of("/dev/null").toFile())
          .redirectOutput(output.toFile())
          .redirectErrorStream(true)
          .start();
    } catch (IOException e) {
      throw new Failure("cannot start: " + e.getMessage(), e);
    }
  }

  private static BaseLock.Holder awaitReady(
      Installation installation, Process process, Path output, int seconds) throws Failure {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    try {
      while (System.nanoTime() < deadline) {
        Optional<BaseLock.Holder> holder = BaseLock.holder(installation);
        if (holder.isPresent() && holder.get().ready()) {
          return holder.get();
        }
        if (process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
          throw new Failure("did not start, status " + process.exitValue() + lastLines(output));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new Failure(
        "not ready within "
            + seconds
            + " s, goes on as process "
            + process.pid()
            + lastLines(output));
  }

  private static String lastLines(Path output) {
    try {
      List<String> lines = Files.readAllLines(output, StandardCharsets.UTF_8);
      List<String> last = lines.subList(Math.max(0, lines.size() - 10), lines.size());
      return "; " + output + " ends with:\n" + String.join("\n", last);
    } catch (IOException e) {
      return "; see " + output;
    }
  }
}
