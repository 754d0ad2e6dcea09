package org.sluice.fdpass.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.sluice.fdpass.internal.PacketReceivers.get;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sluice.fdpass.internal.ScriptedReceiver.Control;
import org.sluice.fdpass.internal.ScriptedReceiver.Packet;
import org.sluice.testing.Await;
import org.sluice.testing.RawHttpClient;

/** What receivers say of their room, and what the front makes of it. */
class RoomTest {
  /** Long enough for what must not come, had it been sent. */
  private static final int NOTHING_MILLIS = 150;

  private PacketReceivers world;
  private final List<AutoCloseable> open = new ArrayList<>();
  @TempDir private Path folder;

  @BeforeEach
  void open() throws Exception {
    world = new PacketReceivers(folder);
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
    world.close();
  }

  private ScriptedReceiver receiver(String socket) throws IOException {
    ScriptedReceiver receiver = new ScriptedReceiver(world.path(socket));
    open.add(receiver);
    return receiver;
  }

  private RawHttpClient ask(String path) throws IOException {
    RawHttpClient client = RawHttpClient.connect(world.front.port());
    open.add(client);
    return client.send(get(path));
  }

  private static void answered(RawHttpClient client) throws IOException {
    assertEquals("abc", client.readResponse("GET").text());
  }

  /** As many clients at once as it has said, whatever it costs in further connections. */
  @Test
  void capacityIsThatOfTheConnection() throws Exception {
    ScriptedReceiver receiver = receiver("a.sock");
    world.route("one", "a.sock");
    List<RawHttpClient> clients = new ArrayList<>();
    clients.add(ask("/one"));
    Control first = receiver.accept("READY a 2 0");
    Packet one = first.client();
    // The event loops take turns: of the next three some have no connection, and wait for one.
    for (int i = 0; i < 3; i++) {
      clients.add(ask("/one"));
    }
    Packet two = first.client();
    assertFalse(first.hears(NOTHING_MILLIS), "it has room for two");
    one.done();
    Packet three = first.client();
    assertFalse(first.hears(NOTHING_MILLIS), "one has gone, one has come");
    two.done();
    Packet four = first.client();
    three.done();
    four.done();
    for (RawHttpClient client : clients) {
      answered(client);
    }
  }

  /** At most so many unacknowledged; each acknowledgement makes room for one that waits. */
  @Test
  void whoDoesNotAcknowledgeGetsNoMore() throws Exception {
    ScriptedReceiver receiver = receiver("a.sock");
    world.route("one", "a.sock");
    List<RawHttpClient> clients = new ArrayList<>();
    for (int i = 0; i < Controls.MOST_UNACKNOWLEDGED + 6; i++) {
      clients.add(ask("/one"));
    }
    List<Control> controls = new ArrayList<>();
    List<Packet> packets = new ArrayList<>();
    next(receiver, controls, packets, Controls.MOST_UNACKNOWLEDGED);
    packets.get(0).acknowledge();
    next(receiver, controls, packets, 1);
    for (int i = 1; i <= 5; i++) {
      packets.get(i).acknowledge();
    }
    next(receiver, controls, packets, 5);
    for (Packet packet : packets) {
      packet.done();
    }
    for (RawHttpClient client : clients) {
      answered(client);
    }
  }

  /** So many clients come, over whatever connections, and no more. */
  private static void next(
      ScriptedReceiver receiver, List<Control> controls, List<Packet> packets, int count)
      throws IOException {
    int wanted = packets.size() + count;
    Await.until(
        () -> {
          if (receiver.connects(0)) {
            controls.add(receiver.accept("READY a 1000 0"));
          }
          for (Control control : controls) {
            while (control.hears(0)) {
              packets.add(control.next());
            }
          }
          return packets.size() >= wanted;
        },
        wanted + " clients");
    for (Control control : controls) {
      assertFalse(control.hears(NOTHING_MILLIS), "no more before it acknowledges");
    }
    assertEquals(wanted, packets.size());
  }

  /** On both event loops some wait all the time; none of them is forgotten. */
  @Test
  void whoWaitsIsCalledWheneverThereIsRoom() throws Exception {
    world.start("a.sock", "quiet=1", "capacity=1000");
    world.route("lease", "a.sock", "handoff.queue-timeout", "10s");
    List<RawHttpClient> clients = new ArrayList<>();
    for (int i = 0; i < 3 * Controls.MOST_UNACKNOWLEDGED; i++) {
      RawHttpClient client = RawHttpClient.connect(world.front.port());
      open.add(client);
      clients.add(client);
    }
    for (int round = 0; round < 20; round++) {
      for (RawHttpClient client : clients) {
        client.send(get("/lease?body=3"));
      }
      for (RawHttpClient client : clients) {
        assertEquals(200, client.readResponse("GET").status());
      }
    }
    world.await("lease", Step.LEASED, 20L * clients.size());
    assertEquals(0, world.count("lease", Step.TIMED_OUT));
  }

  /** Clients that were given count only if the receiver says so. */
  @Test
  void openGivesAreWhatReadySays() throws Exception {
    ScriptedReceiver receiver = receiver("a.sock");
    world.route("give", "a.sock", "handoff.mode", "give");
    RawHttpClient first = ask("/give");
    Control control = receiver.accept("READY a 1 0");
    Packet one = control.client();
    control.say("READY a 1 1");
    Await.until(() -> world.count("give", Step.GIVEN) == 1, "given");
    // Its word comes in a packet of its own, behind the acknowledgement.
    Await.until(
        () -> world.front.state().receivers().iterator().next().inFlight() == 1, "one is open");
    RawHttpClient second = ask("/give");
    assertFalse(control.hears(NOTHING_MILLIS), "no room");
    one.write(ScriptedReceiver.ANSWER);
    one.closeClient();
    control.say("READY a 1 0");
    Packet two = control.client();
    two.write(ScriptedReceiver.ANSWER);
    two.closeClient();
    answered(first);
    answered(second);
  }

  @Test
  void drainIsForWhatComesAfterIt() throws Exception {
    ScriptedReceiver a = receiver("a.sock");
    ScriptedReceiver b = receiver("b.sock");
    world.route("a", "a.sock");
    world.route("b", "b.sock");
    world.route("two", "a.sock,b.sock");
    RawHttpClient client = ask("/a");
    Control control = a.accept("READY a 10 0");
    Packet lease = control.client();
    RawHttpClient other = ask("/b");
    Control spare = b.accept("READY b 10 0");
    spare.client().done();
    answered(other);

    control.say("DRAIN");
    lease.done();
    answered(client);
    for (int i = 0; i < 4; i++) {
      // Same connection, same event loop: b has room there.
      other.send(get("/two"));
      spare.client().done();
      answered(other);
    }
    assertFalse(a.connects(NOTHING_MILLIS), "it is not asked again while there is another");
    assertFalse(control.hears(0), "nor sent anything");
    control.say("READY a 10 0");
    client.send(get("/a"));
    control.client().done();
    answered(client);
  }

  /** A file that leaves a watched folder takes no clients away, and nothing of it stays. */
  @Test
  void receiversThatLeaveAFolderAreForgotten() throws Exception {
    Files.createDirectory(world.path("pool"));
    ScriptedReceiver a = receiver("pool/a.sock");
    world.route("pool", "pool/", "handoff.queue-timeout", "20s");
    RawHttpClient client = ask("/pool");
    Control control = a.accept("READY a 10 0");
    Packet lease = control.client();
    Files.delete(world.path("pool/a.sock"));
    ScriptedReceiver b = receiver("pool/b.sock");
    Await.until(() -> count("b.sock") == 1, "b is seen");
    RawHttpClient next = ask("/pool");
    b.accept("READY b 10 0").client().done();
    answered(next);
    assertEquals(1, count("a.sock"), "as long as it has a client");
    lease.done();
    answered(client);
    Packet end = control.next();
    assertEquals("", end.text());
    Await.until(() -> count("a.sock") == 0, "forgotten");
    assertEquals(1, count("b.sock"));
  }

  private long count(String socket) {
    return world.front.state().receivers().stream()
        .filter(receiver -> receiver.path.endsWith("/" + socket))
        .count();
  }

  /** A listener that hangs up before it says anything is found out at once, each time. */
  @Test
  void whoHangsUpBeforeReadyIsUnavailableEachTime() throws Exception {
    world.start("slam.sock", "slam=1");
    world.route("slam", "slam.sock", "handoff.queue-timeout", "60s");
    for (int i = 1; i <= 3; i++) {
      assertEquals(503, ask("/slam").readResponse("GET").status());
      world.await("slam", Step.UNAVAILABLE, i);
      // And not by the second that it has for its first word.
      String error = world.front.state().receivers().iterator().next().lastError();
      assertTrue(error.contains("closed the connection before READY"), error);
    }
  }
}
