package org.sluice.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessesTest {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  @Test
  void talksWithAProcess(@TempDir Path folder) throws IOException {
    try (Processes processes = new Processes().in(folder).with("WORD", "w")) {
      RunningProcess sh =
          processes.start("sh", "-c", "echo ready $WORD; pwd; read x; echo got $x >&2; exit 3");
      assertEquals("w", sh.awaitLine("ready (.*)", LIMIT).group(1));
      sh.type("hello");
      assertEquals(3, sh.awaitExit(LIMIT));
      assertEquals(List.of("ready w", folder.toRealPath().toString(), "got hello"), sh.lines());
      assertThrows(AssertionError.class, () -> sh.awaitLine("never", LIMIT));
    }
  }

  @Test
  void leavesNothingBehind() throws IOException {
    RunningProcess sh;
    ProcessHandle child;
    try (Processes processes = new Processes()) {
      sh = processes.start("sh", "-c", "sleep 1000 & echo child $!; wait");
      long pid = Long.parseLong(sh.awaitLine("child (\\d+)", LIMIT).group(1));
      child = ProcessHandle.of(pid).orElseThrow();
      assertThrows(AssertionError.class, () -> sh.awaitExit(Duration.ofMillis(50)));
    }
    assertFalse(sh.alive());
    assertFalse(child.isAlive());
  }

  @Test
  void signals() throws IOException {
    try (Processes processes = new Processes()) {
      RunningProcess sh =
          processes.start(
              "sh", "-c", "trap 'echo term; exit 0' TERM; echo up; while :; do sleep 0.05; done");
      sh.awaitLine("up", LIMIT);
      sh.signal("TERM");
      assertEquals(0, sh.awaitExit(LIMIT));
      assertTrue(sh.lines().contains("term"));
    }
  }

  @Test
  void countsDescriptors() throws IOException {
    long self = ProcessHandle.current().pid();
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Socket client = new Socket(listener.getInetAddress(), listener.getLocalPort());
        Socket server = listener.accept()) {
      assertEquals(1, Descriptors.connections(self, server.getLocalPort(), client.getLocalPort()));
      assertTrue(Descriptors.sockets(self) >= 3);
      assertTrue(Descriptors.count(self) > Descriptors.sockets(self));
      int port = client.getLocalPort();
      server.close();
      assertEquals(0, Descriptors.connections(self, listener.getLocalPort(), port));
    }
    assertThrows(IOException.class, () -> Descriptors.of(Integer.MAX_VALUE));
  }
}
