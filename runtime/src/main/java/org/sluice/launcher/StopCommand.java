package org.sluice.launcher;

import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** {@code sluice stop}: SIGTERM to the front of this base, and a wait until it has ended. */
final class StopCommand implements Command {
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
    try {
      process.onExit().get(seconds, TimeUnit.SECONDS);
      console.say("stopped, process " + pid);
      return 0;
    } catch (TimeoutException e) {
      throw new Failure(
          "process "
              + pid
              + " still finishes requests after "
              + seconds
              + " s; wait with sluice status,"
              + " or end it at once: kill -9 "
              + pid,
          e);
    } catch (InterruptedException | ExecutionException e) {
      Thread.currentThread().interrupt();
      throw new Failure("interrupted while waiting for process " + pid, e);
    }
  }
}
