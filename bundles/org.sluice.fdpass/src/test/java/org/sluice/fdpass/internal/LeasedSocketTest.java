package org.sluice.fdpass.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.sluice.fdpass.internal.PacketReceivers.SOON;
import static org.sluice.fdpass.internal.PacketReceivers.get;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.api.http.Body;
import org.sluice.testing.Await;
import org.sluice.testing.MemoryBody;
import org.sluice.testing.RawHttpClient;
import org.sluice.testing.RunningProcess;

/** T18: the options of a socket that many may change, as the next receiver finds them. */
class LeasedSocketTest {
  /** As a receiver finds a client that nobody had before. */
  private static final String FRESH =
      "options NODELAY=1 CORK=0 KEEPIDLE=60 USER_TIMEOUT=0 KEEPALIVE=1 RCVLOWAT=1 LINGER=0/0"
          + " RCVTIMEO=0/0 SNDTIMEO=0/0";

  private PacketReceivers world;
  private RunningProcess receiver;
  @TempDir private Path folder;

  @BeforeEach
  void open() throws Exception {
    world = new PacketReceivers(folder);
    receiver = world.start("a.sock");
    world.route("lend", "a.sock");
    world.route("give", "a.sock", "handoff.mode", "give");
    for (String idle : new String[] {"0s", "30s", "10m"}) {
      world.route("lend" + idle, "a.sock", "handoff.tcp-keepalive", idle);
      world.route("give" + idle, "a.sock", "handoff.mode", "give", "handoff.tcp-keepalive", idle);
    }
  }

  @AfterEach
  void close() {
    world.close();
  }

  /** As many lines as there were hand-offs that asked for one; they may come after the answer. */
  private List<String> options(int count) {
    Await.until(() -> lines().size() == count, count + " lines");
    return lines();
  }

  private List<String> lines() {
    return receiver.lines().stream().filter(line -> line.startsWith("options")).toList();
  }

  private void ask(RawHttpClient client, String path) throws Exception {
    assertEquals("abc", client.send(get(path)).readResponse("GET").text());
  }

  @Test
  void changedOptionsAreSetBackForTheNextLease() throws Exception {
    try (RawHttpClient client = RawHttpClient.connect(world.front.port())) {
      ask(client, "/lend?options&flags&body=3");
      ask(client, "/lend?options&body=3");
    }
    List<String> seen = options(2);
    assertEquals(FRESH, seen.get(0));
    // What only matters to a receiver that has a client for good is set when it gets one.
    String expected = FRESH.replace("IDLE=60", "IDLE=7000").replace("OUT=0 K", "OUT=3000 K");
    assertEquals(expected, seen.get(1));
    assertEquals(0, receiver.lines().stream().filter("blocking True"::equals).count());
  }

  @Test
  void changedOptionsAreSetBackForAGift() throws Exception {
    try (RawHttpClient client = RawHttpClient.connect(world.front.port())) {
      ask(client, "/lend?flags&body=3");
      ask(client, "/give?options&body=3");
    }
    assertEquals(List.of(FRESH), options(1));
  }

  /** A receiver that declines may have changed them all the same. */
  @Test
  void changedOptionsAreSetBackAfterPass() throws Exception {
    try (RawHttpClient client = RawHttpClient.connect(world.front.port())) {
      client.send(get("/lend?pass&flags"));
      assertEquals(503, client.readResponse("GET").status());
      ask(client, "/give?options&body=3");
    }
    assertEquals(List.of(FRESH), options(1));
    assertEquals(0, receiver.lines().stream().filter("blocking True"::equals).count());
  }

  /** The client is to see the end of its connection, whoever else still has a copy. */
  @Test
  void aCopyThatIsKeptHoldsNoClient() throws Exception {
    String last = "Connection: close\r\n\r\n";
    try (RawHttpClient closing = RawHttpClient.connect(world.front.port());
        RawHttpClient leaving = RawHttpClient.connect(world.front.port())) {
      ask(closing, "/lend?copy&body=3");
      closing.send("GET /nosuch HTTP/1.1\r\nHost: x\r\n" + last);
      assertEquals(404, closing.readResponse("GET").status());
      assertEquals(RawHttpClient.End.EOF, closing.awaitEnd());

      ask(leaving, "/lend?copy&body=3");
      assertEquals(RawHttpClient.End.EOF, leaving.halfClose().awaitEnd());
    }
  }

  /** Whoever kept a copy and writes into a response of the front: it is the connection's last. */
  @Test
  void aResponseThatSomebodyWroteIntoIsTheLast() throws Exception {
    try (RawHttpClient client = RawHttpClient.connect(world.front.port())) {
      ask(client, "/lend?copy&body=3");
      MemoryBody body = MemoryBody.open();
      world.front.bodies.put("/own", () -> body);
      // Both at once: the reset may come as soon as the response has ended.
      client.send(get("/own") + get("/lend?body=3"));
      body.offer("first");
      client.readHead();
      receiver.signal("USR2");
      receiver.awaitLine("copied", SOON);
      body.offer("last").end();
      assertEquals(RawHttpClient.End.RESET, client.awaitEnd());
      assertEquals(1, world.front.count("lend", "sluice", Step.LEASED));
    }
  }

  @Test
  void aResponseOfTheFrontBetweenLeasesIsOurs() throws Exception {
    world.front.bodies.put("/own", () -> Body.of("x".repeat(100_000)));
    try (RawHttpClient client = RawHttpClient.connect(world.front.port())) {
      for (int i = 0; i < 3; i++) {
        ask(client, "/lend?body=3");
        assertEquals(404, client.send(get("/nosuch")).readResponse("GET").status());
        assertEquals(100_000, client.send(get("/own")).readResponse("GET").text().length());
      }
      client.send(get("/lend?body=3") + get("/own") + get("/lend?body=3"));
      assertEquals("abc", client.readResponse("GET").text());
      assertEquals(100_000, client.readResponse("GET").text().length());
      assertEquals("abc", client.readResponse("GET").text());
    }
  }

  /** A client that vanishes must end a stream that nobody else looks after. */
  @ParameterizedTest
  @CsvSource({"lend, 1, 60", "give, 1, 60", "lend30s, 1, 30", "give30s, 1, 30", "give10m, 1, 600"})
  void probesAreSetBeforePassing(String route, int on, int idle) throws Exception {
    try (RawHttpClient client = RawHttpClient.connect(world.front.port())) {
      ask(client, "/" + route + "?options&body=3");
    }
    receiver.awaitLine("options .*KEEPIDLE=" + idle + " .*KEEPALIVE=" + on + " ", SOON);
  }

  @Test
  void probesOfOneRouteAreNotThoseOfTheNext() throws Exception {
    try (RawHttpClient client = RawHttpClient.connect(world.front.port())) {
      ask(client, "/lend0s?options&body=3");
      ask(client, "/lend10m?options&body=3");
      ask(client, "/lend0s?body=3");
      ask(client, "/give?options&body=3");
    }
    List<String> seen = options(3);
    assertEquals(FRESH.replace("ALIVE=1", "ALIVE=0"), seen.get(0));
    assertEquals(FRESH.replace("IDLE=60", "IDLE=600"), seen.get(1));
    assertEquals(FRESH, seen.get(2));
  }
}
