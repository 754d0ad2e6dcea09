package org.sluice.fdpass.internal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.sluice.fdpass.internal.PacketReceivers.SOON;
import static org.sluice.fdpass.internal.PacketReceivers.get;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.testing.Await;
import org.sluice.testing.RawHttpClient;
import org.sluice.testing.RawResponse;
import org.sluice.testing.RunningProcess;

/** The failure table of design and documentation, for receivers that acknowledge. */
class AcknowledgementTest {
  private PacketReceivers world;
  @TempDir private Path folder;

  @BeforeEach
  void open() throws Exception {
    world = new PacketReceivers(folder);
  }

  @AfterEach
  void close() {
    world.close();
  }

  private RawHttpClient client() throws IOException {
    return RawHttpClient.connect(world.front.port());
  }

  private RawResponse answer(String request) throws IOException {
    try (RawHttpClient client = client()) {
      client.send(request);
      return client.readResponse("GET");
    }
  }

  private void reset(String request) throws IOException {
    try (RawHttpClient client = client()) {
      client.send(request);
      assertThrows(IOException.class, client::readToEnd, request);
    }
  }

  @Test
  void whoDiesUnacknowledgedHasWrittenNothing() throws Exception {
    world.start("a.sock");
    world.start("b.sock", "name=b");
    world.route("one", "a.sock");
    world.route("two", "a.sock,b.sock");

    // Both die of it, one after the other, and nobody else may answer.
    assertEquals(503, answer(get("/two?die")).status());
    assertTrue(world.count("two", Step.PASSED_OVER) >= 2);
    world.start("a.sock");
    assertEquals("abc", answer(get("/two?body=3")).text());
    assertEquals(503, answer(get("/one?die")).status());
    assertEquals(1, world.count("one", Step.UNAVAILABLE));
  }

  @Test
  void whoPassesIsFollowedByTheNext() throws Exception {
    world.start("a.sock");
    world.route("one", "a.sock");

    assertEquals(503, answer(get("/one?pass")).status());
    // One that wrote before it declined has lied, and nobody else may write.
    reset(get("/one?pass&liar"));
    world.await("one", Step.DOUBTED, 1);
    assertEquals("abc", answer(get("/one?body=3")).text());
  }

  @Test
  void whoSleepsIsStalledUntilItAnswers() throws Exception {
    RunningProcess receiver = world.start("a.sock");
    world.route("one", "a.sock", "handoff.ack-timeout", "300ms", "handoff.queue-timeout", "200ms");
    world.route("two", "a.sock", "handoff.mode", "give", "handoff.ack-timeout", "300ms");

    reset(get("/one?noack&stop"));
    world.await("one", Step.STALLED, 1);
    // Nothing is sent to it, however long it takes.
    assertEquals(503, answer(get("/one")).status());
    world.await("one", Step.TIMED_OUT, 1);
    assertEquals("stalled", world.front.state().receivers().iterator().next().state());

    // Under load it may be found stalled before it has stopped, and would miss the signal.
    Await.until(() -> PacketReceivers.isStopped(receiver), "it has stopped");
    receiver.signal("CONT");
    receiver.awaitLine("notice GONE 1", SOON);
    Await.until(() -> answer(get("/one?body=3")).status() == 200, "answers again");
    assertEquals("abc", answer(get("/two?body=3")).text());
  }

  /** The kernel sends it after 200 ms by itself: a try that took as long says nothing. */
  @Test
  void aHeadDoesNotWaitForWhoTakesItsTime() throws Exception {
    world.start("a.sock");
    world.route("one", "a.sock", "flusher", "flush");

    Await.until(() -> millisToHead("/one?noack&hold") < 150, "a head in less than 150 ms");

    assertEquals(0, world.count("one", Step.GIVEN));
  }

  private long millisToHead(String path) throws IOException {
    long began = System.nanoTime();
    try (RawHttpClient client = client()) {
      client.send(get(path));
      client.readHead();
    }
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
  }

  @Test
  void clientsOfWhoDiesWithALeaseCanTell() throws Exception {
    world.start("a.sock");
    world.route("one", "a.sock");

    reset(get("/one?diebusy"));
    world.await("one", Step.LOST, 1);
  }

  @Test
  void leasesEndInTime() throws Exception {
    RunningProcess receiver = world.start("a.sock");
    world.route("one", "a.sock", "handoff.lease-timeout", "200ms");

    reset(get("/one?hold"));
    world.await("one", Step.OVERDUE, 1);
    receiver.awaitLine("notice GONE 1", SOON);
  }

  @Test
  void violationsEndTheConnectionInOrder() throws Exception {
    String[] violations = {"garbage", "unknown", "empty", "long"};
    for (int i = 0; i < violations.length; i++) {
      RunningProcess receiver = world.start(i + ".sock");
      world.route("v" + i, i + ".sock");
      try (RawHttpClient held = client();
          RawHttpClient client = client()) {
        held.send(get("/v" + i + "?hold"));
        receiver.awaitLine("tell ACK 1", SOON);
        client.send(get("/v" + i + "?" + violations[i]));
        // Whoever held a lease has been told that it is its own now.
        receiver.awaitLine("notice YOURS 1", SOON);
        assertTrue(new String(held.readToEnd(), ISO_8859_1).endsWith("\r\n\r\nyours"));
      }
      assertEquals("abc", answer(get("/v" + i + "?body=3")).text(), violations[i]);
      assertEquals(1, controls(i + ".sock").violations(), violations[i]);
    }
  }

  private Controls controls(String socket) {
    for (Receiver receiver : world.front.state().receivers()) {
      if (receiver.path.endsWith("/" + socket)) {
        return receiver.controls();
      }
    }
    throw new AssertionError(socket);
  }

  @Test
  void secondAnswersAreCountedAndIgnored() throws Exception {
    world.start("a.sock");
    world.route("one", "a.sock");

    assertEquals("abc", answer(get("/one?twice&body=3")).text());
    Await.until(() -> controls("a.sock").lateReports() == 1, "late report");
    assertEquals("abc", answer(get("/one?body=3")).text());
    assertEquals(0, controls("a.sock").violations());
  }

  @Test
  void clientsThatLeaveAreReported() throws Exception {
    RunningProcess receiver = world.start("a.sock");
    world.route("one", "a.sock");
    try (RawHttpClient client = client()) {
      client.send(get("/one?hold"));
      receiver.awaitLine("tell ACK 1", SOON);
      client.reset();
    }
    receiver.awaitLine("notice GONE 1", SOON);
    world.await("one", Step.CLIENT_GONE, 1);
  }

  @Test
  void capacityHoldsBack() throws Exception {
    RunningProcess receiver = world.start("a.sock", "capacity=1");
    world.route("one", "a.sock", "handoff.queue-timeout", "300ms");
    // The receiver serves one connection after the other, so more connections are no more room.
    try (RawHttpClient first = client();
        RawHttpClient second = client()) {
      first.send(get("/one?hold"));
      receiver.awaitLine("tell ACK", SOON);
      assertNotNull(second);
      first.reset();
    }
    receiver.awaitLine("notice GONE", SOON);
    assertEquals("abc", answer(get("/one?body=3")).text());
  }

  @Test
  void longPacketsGoThroughAFile() throws Exception {
    RunningProcess receiver = world.start("a.sock");
    world.route("one", "a.sock");
    StringBuilder request = new StringBuilder("GET /one?body=3 HTTP/1.1\r\nHost: x\r\n");
    for (int i = 0; i < 20; i++) {
      request.append("X-").append(i).append(": ").append("v".repeat(4_000)).append("\r\n");
    }
    assertEquals("abc", answer(request.append("\r\n").toString()).text());
    receiver.awaitLine("spilled [0-9]{5}", SOON);
  }

  @Test
  void whoSaysNothingOrIsNoPacketSocketIsUnavailable() throws Exception {
    world.start("a.sock", "mute=1");
    world.route("mute", "a.sock");
    world.route("absent", "absent.sock");
    String script = Path.of(getClass().getResource("/receiver.py").toURI()).toString();
    world
        .processes()
        .start("python3", script, "serve", world.path("c.sock").toString())
        .awaitLine("ready", SOON);
    world.route("stream", "c.sock");

    assertEquals(503, answer(get("/mute")).status());
    assertEquals(503, answer(get("/absent")).status());
    assertEquals(503, answer(get("/stream")).status());
    String reason = world.front.exchanges.get(2).failure().getMessage();
    assertTrue(reason.contains("is a socket of another type"), reason);
    assertTrue(
        world.front.exchanges.get(0).failure().getMessage().contains("did not say READY"),
        world.front.exchanges.get(0).failure().getMessage());
  }

  @Test
  void anotherFileIsAnotherReceiver() throws Exception {
    RunningProcess before = world.start("a.sock", "name=before");
    world.route("one", "a.sock");
    assertEquals("abc", answer(get("/one?body=3")).text());
    world.start("a.sock", "name=after");
    Await.until(
        () -> {
          answer(get("/one?body=3"));
          String name = null;
          for (ControlConnection each : controls("a.sock").connections()) {
            name = each.state() == ControlConnection.State.OPEN ? each.name() : name;
          }
          return "after".equals(name);
        },
        "the new receiver");
    Await.until(
        () -> {
          answer(get("/one?body=3"));
          return before.lines().contains("control closed");
        },
        "the old one is let go");
  }

  @Test
  void leasesBecomeTheReceiversWhenTheFrontLeaves() throws Exception {
    RunningProcess receiver = world.start("a.sock");
    world.route("one", "a.sock");
    try (RawHttpClient client = client()) {
      client.send(get("/one?hold"));
      receiver.awaitLine("tell ACK 1", SOON);
      world.front.state().leave();
      receiver.awaitLine("notice YOURS 1", SOON);
      assertTrue(new String(client.readToEnd(), ISO_8859_1).endsWith("\r\n\r\nyours"));
    }
    world.await("one", Step.YOURS, 1);
    // Requests that are under way are still served, and their leases given at once.
    assertEquals("yours", answer(get("/one?hold")).text());
  }

  /** Such as the program that asked for the hand-off, of whose bundle there is a newer version. */
  @Test
  void aLeaseBecomesTheReceiversWhenAPluginOfItLeaves() throws Exception {
    RunningProcess receiver = world.start("a.sock");
    world.route("one", "a.sock");
    world.front.state().graceNanos = 1;
    try (RawHttpClient client = client()) {
      client.send(get("/one?hold"));
      // It waits no more; that its acknowledgement has been read is known by the outcome only.
      receiver.awaitLine("tell ACK 1", SOON);
      Await.until(
          () -> {
            world.front.exchanges.get(0).pluginLeaves();
            return world.count("one", Step.YOURS) == 1;
          },
          "it is the receiver's");
      receiver.awaitLine("notice YOURS 1", SOON);
      assertTrue(new String(client.readToEnd(), ISO_8859_1).endsWith("\r\n\r\nyours"));
    }
    assertEquals("abc", answer(get("/one?body=3")).text());
  }

  /** The request waits with whoever comes next, and its body is where it was. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 3\r\n\r\nabc",
        "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
        "Content-Length: 3\r\nExpect: 100-continue\r\n\r\nabc"
      })
  void whoWaitsInLineStartsOverWhenAPluginLeaves(String body) throws Exception {
    RunningProcess receiver = world.start("a.sock", "capacity=0");
    world.route("one", "a.sock", "handoff.queue-timeout", "30s");
    try (RawHttpClient client = client()) {
      client.send("POST /one?echo HTTP/1.1\r\nHost: x\r\n" + body);
      Await.until(() -> world.front.exchanges.size() == 1, "it is there");
      Await.until(
          () -> {
            world.front.exchanges.get(0).pluginLeaves();
            return world.front.handled() > 2;
          },
          "it starts over, twice");
      receiver.signal("HUP");
      assertEquals("POST:abc", client.readResponse("POST").text());
    }
    assertEquals(0, world.count("one", Step.UNAVAILABLE));
  }

  /** Otherwise its time would never be over. */
  @Test
  void whoStartsOverHasWaitedBefore() throws Exception {
    world.start("a.sock", "capacity=0");
    world.route("one", "a.sock", "handoff.queue-timeout", "400ms");
    try (RawHttpClient client = client()) {
      client.send(get("/one"));
      Await.until(() -> world.front.exchanges.size() == 1, "it is there");
      Await.until(
          () -> {
            world.front.exchanges.get(0).pluginLeaves();
            return world.count("one", Step.TIMED_OUT) == 1;
          },
          "its time is over");
      assertEquals(503, client.readResponse("GET").status());
      assertTrue(world.front.handled() > 1);
    }
  }

  @Test
  void shortLeasesEndByThemselvesWhenTheFrontLeaves() throws Exception {
    world.start("a.sock");
    world.route("one", "a.sock");
    world.front.state().graceNanos = java.util.concurrent.TimeUnit.MINUTES.toNanos(10);
    try (RawHttpClient client = RawHttpClient.connect(world.front.port())) {
      // The receiver has answered, and waits for the next request before it says DONE.
      assertEquals("abc", client.send(get("/one?body=3&greedy")).readResponse("GET").text());
      world.front.state().leave();
      assertEquals("abcd", client.send(get("/one?body=4")).readResponse("GET").text());
    }
    world.await("one", Step.LEASED, 2);
    assertEquals(0, world.count("one", Step.YOURS));
  }
}
