package org.sluice.fdpass.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sluice.testing.Await;
import org.sluice.testing.Processes;
import org.sluice.testing.RawHttpClient;
import org.sluice.testing.RunningProcess;

/** Routes whose receivers may take different times to read their message. */
class LingeringTest {
  @TempDir private Path folder;

  /** One event loop has to watch both; there are few, so some of these are on the same one. */
  @Test
  void aShortWaitEndsBeforeALongOneThatBeganEarlier() throws Exception {
    String script = Path.of(getClass().getResource("/receiver.py").toURI()).toString();
    String socket = folder.resolve("r.sock").toString();
    try (Processes processes = new Processes();
        EngineFront front = new EngineFront(0)) {
      RunningProcess receiver = processes.start("python3", script, "serve", socket);
      receiver.awaitLine("ready", Await.LIMIT);
      receiver.signal("STOP");
      front.route("long", "fd:" + socket, "flusher", "raw", "handoff.linger", "10m");
      front.route("short", "fd:" + socket, "flusher", "raw", "handoff.linger", "50ms");
      int n = 2 * Runtime.getRuntime().availableProcessors();
      RawHttpClient[] clients = new RawHttpClient[2 * n];
      for (int i = 0; i < clients.length; i++) {
        clients[i] = RawHttpClient.connect(front.port());
        clients[i].send(PacketReceivers.get(i < n ? "/long" : "/short"));
      }
      Await.until(() -> front.count("short", Step.UNCONFIRMED) == n, "the short ones");
      assertEquals(0, front.count("long", Step.UNCONFIRMED));
      receiver.signal("CONT");
      Await.until(() -> front.count("long", Step.GIVEN) == n, "the long ones");
      for (RawHttpClient client : clients) {
        assertTrue(client.readToEnd().length > 0);
        client.close();
      }
    }
  }
}
