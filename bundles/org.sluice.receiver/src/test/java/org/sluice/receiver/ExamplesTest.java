package org.sluice.receiver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The receivers in C and Python, each built and run as its README says. */
@Timeout(60)
class ExamplesTest {
  private static final Path EXAMPLES = Path.of("../../examples/receivers").toAbsolutePath();

  @TempDir Path folder;

  enum Language {
    C,
    PYTHON
  }

  private List<String> command(Language language, String name, String... arguments)
      throws Exception {
    Front.assumeProgram("python3", "-c", "import socket; socket.send_fds");
    List<String> command = new ArrayList<>();
    if (language == Language.C) {
      Front.assumeProgram("cc", "--version");
      Path program = folder.resolve("receiver");
      String source = EXAMPLES.resolve(name + ".c").toString();
      Process compiler =
          new ProcessBuilder("cc", "-O2", "-Wall", "-Werror", "-o", program.toString(), source)
              .inheritIO()
              .start();
      assertEquals(0, compiler.waitFor());
      command.add(program.toString());
    } else {
      command.addAll(List.of("python3", EXAMPLES.resolve(name + ".py").toString()));
    }
    command.add(folder.resolve("app.sock").toString());
    command.addAll(List.of(arguments));
    return command;
  }

  private Process start(List<String> command) throws IOException {
    Process process =
        new ProcessBuilder(command).redirectError(folder.resolve("errors").toFile()).start();
    assertEquals("listening " + folder.resolve("app.sock"), process.inputReader().readLine());
    return process;
  }

  private List<String> run(String scenario, int argument) throws IOException {
    return Front.run(folder.resolve("app.sock"), scenario, argument);
  }

  @ParameterizedTest
  @EnumSource(Language.class)
  void writesItsTextAndRefusesWhatIsNotAgreed(Language language) throws Exception {
    Process receiver = start(command(language, "receiver", "hello"));
    try {
      assertEquals(
          "rw-------",
          java.nio.file.attribute.PosixFilePermissions.toString(
              Files.getPosixFilePermissions(folder.resolve("app.sock"))));
      List<String> words = run("one", 0);
      assertEquals(List.of("end", "non-blocking"), words.subList(0, 2));
      assertEquals(List.of("end", "aGVsbG8="), words.subList(3, 5));
      assertEquals(List.of("end", "end", "aGVsbG8="), run("message", 0));
      for (int count : new int[] {0, 2, 61, 253}) {
        assertEquals(List.of("end", "end", ""), run("descriptors", count));
      }
      run("pipe", 0);
      run("empty", 0);
      run("gone", 0);
      long before = sockets(receiver);
      assertEquals(List.of("100"), run("many", 100));
      Front.await("no descriptor left", () -> sockets(receiver) <= before);
    } finally {
      receiver.destroy();
    }
  }

  @ParameterizedTest
  @EnumSource(Language.class)
  void writesAsManyBytesAsAsked(Language language) throws Exception {
    Process receiver = start(command(language, "receiver", "-n", "1000000"));
    try {
      assertEquals("x".repeat(1_000_000), Front.text(run("one", 0).get(4)));
      assertEquals(List.of("end", "1000000"), run("upload", 0));
    } finally {
      receiver.destroy();
    }
  }

  @ParameterizedTest
  @EnumSource(Language.class)
  void replacesADeadReceiverOnly(Language language) throws Exception {
    List<String> command = command(language, "receiver");
    Process first = start(command);
    Process second = new ProcessBuilder(command).redirectErrorStream(true).start();
    assertTrue(second.inputReader().readLine().endsWith("a receiver listens there already"));
    assertNotEquals(0, second.waitFor());
    first.destroyForcibly();
    assertTrue(first.waitFor(20, TimeUnit.SECONDS));
    Process third = start(command);
    third.destroyForcibly();
    Path file = folder.resolve("app.sock");
    assertTrue(third.waitFor(20, TimeUnit.SECONDS));
    Files.delete(file);
    Files.writeString(file, "precious");
    assertNotEquals(0, new ProcessBuilder(command).start().waitFor());
    assertEquals("precious", Files.readString(file));
  }

  /** The dialect sluice: leases and gives, packets that are cut or in a file, nothing left over. */
  @ParameterizedTest
  @EnumSource(Language.class)
  void lends(Language language) throws Exception {
    Process receiver = start(command(language, "sluice"));
    try {
      String keep = language == Language.C ? "DONE %d 200 78 13 5 keep" : null;
      try (Front front = Front.packets(folder.resolve("app.sock"), "lease", 3)) {
        assertEquals("READY example 100 0", front.line());
        for (int id = 1; id <= 3; id++) {
          assertEquals("ACK " + id, front.line());
          String done = front.line();
          if (keep == null) {
            assertTrue(done.matches("DONE " + id + " 200 [0-9]+ [0-9]+ 5 keep"), done);
          } else {
            assertEquals(keep.formatted(id), done);
          }
        }
        List<String> words = front.words();
        assertEquals("end", words.get(0));
        assertEquals(3, Front.text(words.get(1)).split("HTTP/1.1 200 OK", -1).length - 1);
      }
      try (Front front = Front.packets(folder.resolve("app.sock"), "largest", 0)) {
        for (int id = 1; id <= 2; id++) {
          assertEquals("ACK " + id, front.line());
          assertTrue(front.line().matches("DONE " + id + " 200 [0-9]+ [0-9]+ 0 keep.*"));
        }
      }
      try (Front front = Front.packets(folder.resolve("app.sock"), "gift", 0)) {
        assertEquals("ACK 1", front.line());
        assertTrue(front.line().matches("END memo-1 200 [0-9]+ [0-9]+"));
        assertEquals("end", front.words().get(0));
      }
      try (Front front = Front.packets(folder.resolve("app.sock"), "several", 0)) {
        assertEquals("PASS 1 nofd end ", front.line());
        assertEquals("PASS 2 nofd end ", front.line());
        assertEquals("PASS 3 nofd end ", front.line());
        assertEquals("ACK 4", front.line());
      }
      Front.await("only the listening socket is left", () -> sockets(receiver) == 1);
      assertTrue(receiver.isAlive());
    } finally {
      receiver.destroy();
    }
  }

  private static long sockets(Process process) {
    try (var paths = Files.list(Path.of("/proc", String.valueOf(process.pid()), "fd"))) {
      return paths.filter(ExamplesTest::isSocket).count();
    } catch (IOException e) {
      return -1;
    }
  }

  private static boolean isSocket(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
    } catch (IOException e) {
      return false;
    }
  }
}
