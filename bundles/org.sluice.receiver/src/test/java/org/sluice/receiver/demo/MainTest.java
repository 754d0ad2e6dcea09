package org.sluice.receiver.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.newsclub.net.unix.DescriptorSockets;
import org.sluice.receiver.Front;

/**
 * The demo as a process of its own, on a class path of nothing but this library and the natives.
 */
@Timeout(60)
class MainTest {
  @TempDir Path folder;

  @BeforeAll
  static void needsPython() {
    Front.assumeProgram("python3", "-c", "import socket; socket.send_fds");
  }

  private List<String> java(String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-cp");
    command.add(origin(Main.class) + File.pathSeparator + origin(DescriptorSockets.class));
    command.add(Main.class.getName());
    command.addAll(List.of(arguments));
    return command;
  }

  private static String origin(Class<?> type) throws Exception {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
  }

  private static Process start(List<String> command) throws IOException {
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  @Test
  void answersWithItsOwnNumberAndEndsOnSigterm() throws Exception {
    Path socket = folder.resolve("demo.sock");
    Process demo = start(java(socket.toString()));
    try {
      assertEquals("listening " + socket, demo.inputReader().readLine());
      List<String> words = Front.run(socket, "one", 0);
      String[] lines = Front.text(words.get(4)).split("\n", -1);
      assertEquals("end", words.get(3));
      assertEquals("Hello from process " + demo.pid() + ".", lines[0]);
      assertEquals(9, lines.length);
      assertTrue(lines[7].startsWith("5/5  "), lines[7]);
    } finally {
      demo.destroy();
    }
    assertTrue(demo.waitFor(20, TimeUnit.SECONDS));
    assertFalse(Files.exists(socket));
  }

  @Test
  void writesTheHeadIfAsked() throws Exception {
    Path socket = folder.resolve("demo.sock");
    Process demo = start(java(socket.toString(), "--full"));
    try {
      demo.inputReader().readLine();
      String response = Front.text(Front.run(socket, "one", 0).get(4));
      assertTrue(
          response.startsWith(
              "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\n"
                  + "Connection: close\r\n\r\nHello from process "),
          response);
    } finally {
      demo.destroy();
    }
  }

  @Test
  void clientCanTellThatItDied() throws Exception {
    Path socket = folder.resolve("demo.sock");
    Process demo = start(java(socket.toString()));
    demo.inputReader().readLine();
    try (Front front = Front.start(socket, "begun", 0)) {
      front.words();
      demo.destroyForcibly();
      assertTrue(demo.waitFor(20, TimeUnit.SECONDS));
      front.goOn();
      assertEquals("reset", front.words().get(0));
    }
    // What it left behind is replaced by the next one.
    Process next = start(java(socket.toString()));
    assertEquals("listening " + socket, next.inputReader().readLine());
    next.destroy();
  }

  @Test
  void endsWithItsParent() throws Exception {
    Path socket = folder.resolve("demo.sock");
    List<String> command =
        new ArrayList<>(List.of("sh", "-c", "\"$@\" & echo $!; read line", "sh"));
    command.addAll(java(socket.toString()));
    Process shell = start(command);
    ProcessHandle demo = ProcessHandle.of(Long.parseLong(shell.inputReader().readLine())).get();
    try {
      assertEquals("listening " + socket, shell.inputReader().readLine());
      shell.getOutputStream().close();
      demo.onExit().get(20, TimeUnit.SECONDS);
      assertFalse(Files.exists(socket));
    } finally {
      demo.destroyForcibly();
    }
  }

  /** T12: descriptors that arrive when the table is full are closed, not forgotten. */
  @Test
  void fullDescriptorTableLeaksNothing() throws Exception {
    Path socket = folder.resolve("demo.sock");
    List<String> command = new ArrayList<>(List.of("sh", "-c", "ulimit -n 120; exec \"$@\"", "sh"));
    command.addAll(java(socket.toString()));
    Process demo = start(command);
    try {
      assertEquals("listening " + socket, demo.inputReader().readLine());
      Front.run(socket, "one", 0);
      long before = descriptors(demo);
      for (int i = 0; i < 3; i++) {
        assertEquals("end", Front.run(socket, "descriptors", 250).get(0));
      }
      assertEquals("end", Front.run(socket, "one", 0).get(3));
      Front.await("descriptors back to " + before, () -> descriptors(demo) <= before);
    } finally {
      demo.destroy();
    }
  }

  /** T12: what it has no descriptor for waits, and is served later. */
  @Test
  void fullDescriptorTableStopsNothing() throws Exception {
    Front.assumeProgram("prlimit", "--version");
    Path socket = folder.resolve("demo.sock");
    Process demo = new ProcessBuilder(java(socket.toString())).redirectErrorStream(true).start();
    try {
      assertEquals("listening " + socket, demo.inputReader().readLine());
      Front.run(socket, "one", 0); // Classes are files here, and loaded by now.
      Front.limitDescriptors(demo, 1);
      // Its descriptor was set aside before; the client that comes with it finds none.
      List<String> words = Front.run(socket, "one", 0);
      assertEquals(List.of("end", "end", ""), List.of(words.get(0), words.get(3), words.get(4)));
      String warning = "";
      while (!warning.contains("cannot accept")) {
        warning = demo.inputReader().readLine();
      }
      try (Front waits = Front.start(socket, "one", 0)) {
        Front.limitDescriptors(demo, 1_000);
        assertEquals("end", waits.words().get(0));
      }
    } finally {
      demo.destroy();
    }
  }

  private static long descriptors(Process process) {
    try (var paths = Files.list(Path.of("/proc", String.valueOf(process.pid()), "fd"))) {
      return paths.count();
    } catch (IOException e) {
      return Long.MAX_VALUE;
    }
  }

  @Test
  void usage() throws Exception {
    Process demo = new ProcessBuilder(java("--full")).redirectErrorStream(true).start();
    assertEquals("usage: Main SOCKET [--full] [LEASE-SOCKET]", demo.inputReader().readLine());
    assertEquals(2, demo.waitFor());
  }
}
