package org.sluice.server.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A full descriptor table (T12): a process of its own, because the limit is the process's. */
class DescriptorShortageTest {
  private static final int LIMIT = 120;

  @Test
  void pausesAndResumes(@TempDir Path dir) throws Exception {
    Path log = dir.resolve("log");
    Process process =
        new ProcessBuilder(
                "sh",
                "-c",
                "ulimit -n " + LIMIT + " && exec \"$@\"",
                "sh",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                DescriptorShortageMain.class.getName())
            .redirectError(log.toFile())
            .start();
    List<RawClient> clients = new ArrayList<>();
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))) {
      String port = out.readLine();
      assertTrue(port != null, () -> "the server did not start: " + text(log));
      InetSocketAddress address =
          new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(port));
      for (int i = 0; i < LIMIT + 30; i++) {
        clients.add(new RawClient(address).get("/"));
      }
      TestServer.until("the warning", () -> text(log).contains("cannot accept"));
      LoopThreads.awaitSleep(process.pid());
      // Those who were accepted are answered; as they leave, the others come in.
      for (RawClient client : clients) {
        assertEquals("x", client.read().body);
        client.close();
      }
      try (RawClient late = new RawClient(address)) {
        assertEquals("x", late.get("/").read().body);
      }
      assertEquals(1, text(log).split("cannot accept", -1).length - 1, text(log));
      assertFalse(text(log).contains("Too many open files"), text(log));
      process.getOutputStream().close();
      assertTrue(process.waitFor(10, TimeUnit.SECONDS));
    } finally {
      for (RawClient client : clients) {
        client.close();
      }
      process.destroyForcibly();
    }
  }

  private static String text(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return "";
    }
  }
}
