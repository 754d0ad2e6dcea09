package org.sluice.fdpass.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How many descriptors this process may have (RLIMIT_NOFILE). */
final class OpenFiles {
  private static final Path LIMITS = Path.of("/proc/self/limits");
  private static final String LINE = "Max open files";
  private static final int USUAL = 1_024;

  private OpenFiles() {}

  /** The soft limit; the usual one if it cannot be told. */
  static int limit() {
    try {
      for (String line : Files.readAllLines(LIMITS)) {
        if (line.startsWith(LINE)) {
          String soft = line.substring(LINE.length()).strip().split(" ", 2)[0];
          return soft.equals("unlimited") ? Integer.MAX_VALUE : clamp(Long.parseLong(soft));
        }
      }
    } catch (IOException | NumberFormatException e) {
      return USUAL;
    }
    return USUAL;
  }

  private static int clamp(long limit) {
    return (int) Math.min(Integer.MAX_VALUE, limit);
  }
}
