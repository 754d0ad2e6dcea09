package org.sluice.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** {@code sluice stop}: SIGTERM to the front of this base, and a wait until it has ended. */
final class StopCommand implements Command {
  private static final int POLL_MILLIS = 100;

  @Override
  public int run(Arguments arguments, Installation installation, Console console) throws Failure {
    int seconds = arguments.seconds("--timeout", 30);
    Optional<BaseLock.Holder> holder = BaseLock.holder(installation);
    if (holder.isEmpty()) {
      console.say("not running");
      return 0;
    }
    long pid = holder.get().pid();
    ProcessHandle process =
        ProcessHandle.of(pid)
            .orElseThrow(
                () -> new Failure("process " + pid + " holds the base but cannot be found"));
    if (!process.destroy()) {
      throw new Failure("process " + pid + " cannot be told to stop: it belongs to another user");
    }
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (!hasEnded(process)) {
      if (System.nanoTime() > deadline) {
        throw new Failure(
            "process "
                + pid
                + " still finishes requests after "
                + seconds
                + " s; wait with sluice status,"
                + " or end it at once: kill -9 "
                + pid);
      }
    }
    console.say("stopped, process " + pid);
    return 0;
  }

  /** Waits a moment. */
  private static boolean hasEnded(ProcessHandle process) throws Failure {
    try {
      process.onExit().get(POLL_MILLIS, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return isZombie(process.pid());
    } catch (InterruptedException | ExecutionException e) {
      Thread.currentThread().interrupt();
      throw new Failure("interrupted while waiting for process " + process.pid(), e);
    }
  }

  /** Its parent has not asked for its exit status; the JVM takes it for alive. */
  private static boolean isZombie(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      return stat.startsWith("Z", stat.lastIndexOf(')') + 2);
    } catch (IOException e) {
      return false; // gone, which the next look finds, or there is no /proc
    }
  }
}
