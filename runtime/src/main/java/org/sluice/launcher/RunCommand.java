package org.sluice.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** {@code sluice run}: a front in the foreground. */
final class RunCommand implements Command {
  private static final int READY_WITHIN_SECONDS = 60;

  @Override
  public int run(Arguments arguments, Installation installation, Console console) throws Failure {
    try (BaseLock lock = take(installation, console)) {
      return serve(lock, installation, console, arguments.has("--shell"), addresses -> {});
    }
  }

  /** What follows once the front serves. */
  interface WhenReady {
    /** Gets the listeners' addresses after they were printed; a failure ends the front. */
    void accept(List<String> addresses) throws Failure;
  }

  /** Makes the base complete and takes it, unless it is not fit to run in. */
  static BaseLock take(Installation installation, Console console) throws Failure {
    BaseFolder.prepare(installation);
    BaseFolder.check(installation);
    BaseFolder.warning(installation).ifPresent(console::warning);
    if (isRoot()) {
      console.warning(
          "running as root: every plug-in and every CGI program has all rights; use a user of its"
              + " own");
    }
    return BaseLock.take(installation, ProcessClock.start().startedEpochMillis());
  }

  /** Serves until the framework ends, in a base that was taken. */
  static int serve(
      BaseLock lock, Installation installation, Console console, boolean shell, WhenReady whenReady)
      throws Failure {
    ProcessClock clock = ProcessClock.start();
    try (Front front = Front.open(installation, config(installation, clock, shell))) {
      EndInOrder end = EndInOrder.install(front);
      try {
        boolean whole = front.raise(Front.SERVING, front.contract()::isReady);
        List<String> addresses = front.contract().awaitReady(READY_WITHIN_SECONDS);
        lock.ready(addresses);
        front.contract().follow(new Listening(lock, addresses));
        String where = addresses.isEmpty() ? "without a listener" : String.join(" ", addresses);
        console.say("ready " + where + " in " + clock.elapsedMillis() + " ms");
        ArchiveState.ofThisStart().good();
        front.problems().forEach(console::warning);
        whenReady.accept(addresses);
        if (whole) {
          front.raise(Front.ALL);
        } else {
          front.raiseLater(Front.ALL);
        }
        front.awaitEnd();
        return 0;
      } finally {
        end.done();
      }
    } catch (IOException e) {
      throw new Failure(installation.run() + ": " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure("interrupted", e);
    }
  }

  private static Map<String, String> config(
      Installation installation, ProcessClock clock, boolean shell) {
    Path storage = installation.cache().resolve("framework");
    Map<String, String> config =
        FrameworkConfig.of(
            installation, FrameworkConfig.Mode.RUN, storage, clock.startedEpochMillis());
    if (shell) {
      config.put("gosh.args", "");
    }
    return config;
  }

  private static boolean isRoot() {
    try {
      return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    } catch (IOException | UnsupportedOperationException e) {
      return "root".equals(System.getProperty("user.name"));
    }
  }
}
