package org.sluice.itests;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.sluice.testing.Processes;
import org.sluice.testing.RunningProcess;

/** Programs that not every machine has; a test that needs one is skipped where it is absent. */
final class Tools {
  private static final Path RECEIVERS = Distribution.TOP.resolve("examples/receivers");

  private Tools() {}

  private static boolean present(String program) {
    for (String folder : System.getenv("PATH").split(":")) {
      if (Files.isExecutable(Path.of(folder, program))) {
        return true;
      }
    }
    return false;
  }

  /** A program by its name; skips the test where it is absent. */
  static String need(String program) {
    assumeTrue(present(program), program + " is not on the PATH");
    return program;
  }

  /** Compiles {@code examples/receivers/receiver.c}; skips the test where there is no compiler. */
  static Path receiverInC() throws IOException {
    assumeTrue(present("gcc"), "gcc is not on the PATH: the receiver in C is not tested");
    Path program =
        Path.of("target", "receiver-c-" + ProcessHandle.current().pid()).toAbsolutePath();
    if (!Files.exists(program)) {
      try (Processes processes = new Processes()) {
        RunningProcess gcc =
            processes.start(
                "gcc",
                "-O2",
                "-Wall",
                "-Wextra",
                "-Werror",
                "-o",
                program.toString(),
                RECEIVERS.resolve("receiver.c").toString());
        if (gcc.awaitExit(Duration.ofSeconds(60)) != 0) {
          throw new AssertionError(gcc.toString());
        }
      }
    }
    return program;
  }

  /** {@code examples/receivers/receiver.py}; skips the test where there is no Python. */
  static Path receiverInPython() {
    python();
    return RECEIVERS.resolve("receiver.py");
  }

  /** A receiver in Python of that name in {@code examples/receivers}. */
  static Path receiverInPython(String name) {
    python();
    return RECEIVERS.resolve(name + ".py");
  }

  /** Skips the test where there is no Python. */
  static String python() {
    assumeTrue(present("python3"), "python3 is not on the PATH");
    return "python3";
  }

  /** Skips the test where there is no PHP. */
  static String php() {
    assumeTrue(present("php"), "php is not on the PATH: no application in PHP is tested");
    return "php";
  }

  /** A script of the test resources. */
  static Path script(String name) {
    return Path.of("src", "test", "resources", name).toAbsolutePath();
  }

  /** Skips the test for users who may not change owners. */
  static void needsRoot() throws IOException {
    assumeTrue(
        Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid")),
        "only root can give files away");
  }

  /** {@code jcmd} of the JVM that runs the tests and the front; skips where it is a mere JRE. */
  static Path jcmd() {
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    assumeTrue(Files.isExecutable(jcmd), "no jcmd in this JVM's bin/");
    return jcmd;
  }
}
