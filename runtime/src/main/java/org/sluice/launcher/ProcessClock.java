package org.sluice.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * When this process began, as its user sees it: including the shell script, which the JVM replaced,
 * and the JVM's own start. The kernel counts both ages in hundredths of a second since boot, so the
 * answer is that exact.
 */
final class ProcessClock {
  private static final int TICKS_PER_SECOND = 100;
  private static final int START_TIME_AFTER_NAME = 19;

  private final long startedNanos;

  private ProcessClock(long startedNanos) {
    this.startedNanos = startedNanos;
  }

  static ProcessClock start() {
    return new ProcessClock(System.nanoTime() - ageMillis() * 1_000_000);
  }

  private static long ageMillis() {
    try {
      String stat = Files.readString(Path.of("/proc/self/stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      String uptime = Files.readString(Path.of("/proc/uptime"));
      double now = Double.parseDouble(uptime.substring(0, uptime.indexOf(' ')));
      double start = Long.parseLong(fields[START_TIME_AFTER_NAME]) / (double) TICKS_PER_SECOND;
      return Math.max(0, Math.round((now - start) * 1000));
    } catch (IOException | RuntimeException e) {
      return 0; // without /proc the clock starts here
    }
  }

  long elapsedMillis() {
    return (System.nanoTime() - startedNanos) / 1_000_000;
  }

  long startedEpochMillis() {
    return System.currentTimeMillis() - elapsedMillis();
  }
}
