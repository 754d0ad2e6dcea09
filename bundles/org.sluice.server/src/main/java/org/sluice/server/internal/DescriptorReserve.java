package org.sluice.server.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Descriptors that new clients do not get. Who was accepted needs some to be served with: for a
 * file, a program, a connection to a receiver; and so do the shell and {@code etc/}. Without a
 * reserve each one that becomes free goes to the next client in the kernel's queue.
 */
final class DescriptorReserve {
  private static final Path LIMITS = Path.of("/proc/self/limits");
  private static final String LINE = "Max open files";
  private static final int LEAST = 16;
  private static final int MOST = 512;
  private static final int PART = 16;

  private DescriptorReserve() {}

  /**
   * The first number that is no client's. The kernel gives the lowest one that is free, so a new
   * connection with such a number tells that all below are in use.
   */
  static int begin() {
    int limit = limit();
    return limit - Math.max(LEAST, Math.min(MOST, limit / PART));
  }

  /** RLIMIT_NOFILE; more than there can be if it cannot be told. */
  private static int limit() {
    try {
      for (String line : Files.readAllLines(LIMITS)) {
        if (line.startsWith(LINE)) {
          String soft = line.substring(LINE.length()).strip().split(" ", 2)[0];
          return (int) Math.min(Integer.MAX_VALUE, Long.parseLong(soft));
        }
      }
    } catch (IOException | NumberFormatException e) {
      // "unlimited", or no /proc
    }
    return Integer.MAX_VALUE;
  }
}
