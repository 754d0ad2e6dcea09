package org.sluice.fdpass.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.sluice.fdpass.internal.PacketReceivers.SOON;
import static org.sluice.fdpass.internal.PacketReceivers.get;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sluice.testing.Await;
import org.sluice.testing.Descriptors;
import org.sluice.testing.RawHttpClient;
import org.sluice.testing.RunningProcess;

/** Streams that were given away cost the front nothing, and outlive it. */
class GivenStreamsTest {
  private static final int STREAMS = Integer.getInteger("streams", 500);

  @TempDir private Path folder;

  @Test
  void streamsCostNothingAndOutliveTheFront() throws Exception {
    List<RawHttpClient> clients = new ArrayList<>();
    try (PacketReceivers world = new PacketReceivers(folder)) {
      world.front.keepExchanges = false;
      RunningProcess receiver = world.start("a.sock", "capacity=1000");
      world.route("one", "a.sock", "handoff.mode", "give");
      try (RawHttpClient warm = RawHttpClient.connect(world.front.port())) {
        warm.send(get("/one?body=3")).readResponse("GET");
      }
      Await.until(() -> world.front.connections() == 0, "no connection");
      int before = Descriptors.count(ProcessHandle.current().pid());
      for (int i = 0; i < STREAMS; i++) {
        RawHttpClient client = RawHttpClient.connect(world.front.port());
        clients.add(client.send(get("/one?hold")));
      }
      world.await("one", Step.GIVEN, STREAMS + 1);
      // The last one is counted first and let go of then.
      Await.until(() -> world.front.connections() == 0, "no connection");
      // Only our own ends, and whatever each other event loop needed: there is one for each core.
      int others = Math.max(1, Runtime.getRuntime().availableProcessors() - 1);
      Await.until(
          () -> Descriptors.count(ProcessHandle.current().pid()) - before - STREAMS <= 4 * others,
          "descriptors of the front");

      world.front.close();
      receiver.awaitLine("control closed", SOON);
      receiver.signal("USR1");
      receiver.awaitLine("answered " + STREAMS, SOON);
      for (RawHttpClient client : clients) {
        assertEquals("still", client.readResponse("GET").text());
      }
    } finally {
      for (RawHttpClient client : clients) {
        client.close();
      }
    }
  }
}
