package org.sluice.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * When this start began, as its user sees it: with the script {@code bin/sluice}, which the JVM
 * replaced, and the JVM's own start. The script leaves the moment in the environment, in seconds
 * since boot; without it the process's age counts. Both are in hundredths of a second.
 */
final class ProcessClock {
  /** Environment variable of {@code bin/sluice}: the first field of /proc/uptime when it began. */
  static final String BEGAN = "SLUICE_BEGAN";

  private static final int TICKS_PER_SECOND = 100;
  private static final int START_TIME_AFTER_NAME = 19;

  private final long startedNanos;

  private ProcessClock(long startedNanos) {
    this.startedNanos = startedNanos;
  }

  static ProcessClock start() {
    return new ProcessClock(System.nanoTime() - ageMillis(System.getenv(BEGAN)) * 1_000_000);
  }

  private static long ageMillis(String began) {
    try {
      String uptime = Files.readString(Path.of("/proc/uptime"));
      double now = Double.parseDouble(uptime.substring(0, uptime.indexOf(' ')));
      double start = began == null || began.isEmpty() ? processStart() : Double.parseDouble(began);
      return Math.max(0, Math.round((now - start) * 1000));
    } catch (IOException | RuntimeException e) {
      return 0; // without /proc the clock starts here
    }
  }

  private static double processStart() throws IOException {
    String stat = Files.readString(Path.of("/proc/self/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return Long.parseLong(fields[START_TIME_AFTER_NAME]) / (double) TICKS_PER_SECOND;
  }

  long elapsedMillis() {
    return (System.nanoTime() - startedNanos) / 1_000_000;
  }

  long startedEpochMillis() {
    return System.currentTimeMillis() - elapsedMillis();
  }
}
