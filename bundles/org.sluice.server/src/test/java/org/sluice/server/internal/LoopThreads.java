package org.sluice.server.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What the kernel says of a server's event loops, see proc(5): whether they sleep or spin. */
final class LoopThreads {
  private static final int LOOKS = 50;

  private LoopThreads() {}

  /** Waits until every loop of the process was asleep in many looks one after the other. */
  static void awaitSleep(long pid) {
    int[] asleep = new int[1];
    TestServer.until(
        "the event loops sleep",
        () -> {
          asleep[0] = areAsleep(pid) ? asleep[0] + 1 : 0;
          return asleep[0] == LOOKS;
        });
  }

  private static boolean areAsleep(long pid) {
    try (Stream<Path> tasks = Files.list(Path.of("/proc/" + pid + "/task"))) {
      List<Path> loops = tasks.filter(LoopThreads::isLoop).toList();
      return !loops.isEmpty() && loops.stream().allMatch(LoopThreads::isAsleep);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isLoop(Path task) {
    return read(task.resolve("comm")).startsWith("sluice-loop");
  }

  private static boolean isAsleep(Path task) {
    String stat = read(task.resolve("stat"));
    return stat.startsWith("S ", stat.lastIndexOf(')') + 2);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      // A thread that ended between two looks.
      return "";
    }
  }
}
