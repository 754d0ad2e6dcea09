package org.sluice.itests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Threads of a front, from Linux' {@code /proc/PID/task}. */
final class FrontThreads {
  /**
   * Of these there are so many and no more, but one may begin with the first work for it, however
   * late that is: one for each event loop, the workers for what blocks, the JVM's compilers.
   */
  private static final Pattern BOUNDED =
      Pattern.compile("sluice-(loop|worker)-.*|C[12] Compiler.*");

  private FrontThreads() {}

  /** Names of the threads that do not come from a bounded set, as the kernel cuts them. */
  static List<String> others(long pid) throws IOException {
    List<String> names = new ArrayList<>();
    try (Stream<Path> tasks = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
      for (Path task : (Iterable<Path>) tasks::iterator) {
        String name = name(task);
        if (!name.isEmpty() && !BOUNDED.matcher(name).matches()) {
          names.add(name);
        }
      }
    }
    return names;
  }

  /** Nothing if the thread has ended meanwhile. */
  private static String name(Path task) {
    try {
      return Files.readString(task.resolve("comm")).strip();
    } catch (IOException e) {
      return "";
    }
  }
}
