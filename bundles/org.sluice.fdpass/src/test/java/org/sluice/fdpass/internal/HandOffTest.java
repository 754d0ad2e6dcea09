package org.sluice.fdpass.internal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.api.http.Attributes;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.HandlerException;
import org.sluice.handoff.api.Dialect;
import org.sluice.handoff.api.DialectTraits;
import org.sluice.handoff.api.HandOff;
import org.sluice.handoff.api.Preamble;
import org.sluice.testing.Await;
import org.sluice.testing.Descriptors;
import org.sluice.testing.Processes;
import org.sluice.testing.RawHttpClient;
import org.sluice.testing.RunningProcess;

/** Hand-offs of real clients to receivers that are processes of their own. */
class HandOffTest {
  private static final String HEAD = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n";
  private static final String BODY = "body of the receiver\n";
  private static final String WHOLE =
      "HTTP/1.1 200 OK\r\nContent-Length: 21\r\nConnection: close\r\n\r\n" + BODY;
  private static final Duration SOON = Duration.ofSeconds(5);

  private final Processes processes = new Processes();
  private LoopbackFront front;
  private LogLines log;
  @TempDir private Path folder;

  @BeforeEach
  void open() {
    front = new LoopbackFront();
    log = new LogLines();
  }

  @AfterEach
  void close() {
    log.close();
    front.close();
    processes.close();
  }

  private Path script() throws Exception {
    return Path.of(HandOffTest.class.getResource("/receiver.py").toURI());
  }

  private RunningProcess receiver(String mode, String name, String... more) throws Exception {
    String[] command = {"python3", script().toString(), mode, folder.resolve(name).toString()};
    RunningProcess process =
        processes.start(Stream.concat(Arrays.stream(command), Arrays.stream(more)).toList());
    process.awaitLine("ready", SOON);
    return process;
  }

  private String target(String... names) {
    return "fd:"
        + String.join(
            ",", Arrays.stream(names).map(name -> folder.resolve(name).toString()).toList());
  }

  private String exchange(String request) throws IOException {
    try (RawHttpClient client = RawHttpClient.connect(front.port())) {
      return new String(client.send(request).readToEnd(), ISO_8859_1);
    }
  }

  private int inFlight(String name) {
    return front.state().pool(target(name).substring(3)).receivers().get(0).inFlight();
  }

  private static String get(String route) {
    return "GET /" + route + " HTTP/1.1\r\nHost: x\r\n\r\n";
  }

  private Stream<String> failures() {
    return front.exchanges.stream()
        .filter(exchange -> exchange.failure() != null)
        .map(exchange -> exchange.failure().getMessage());
  }

  /** One failure, one line: what the core logs for a failed exchange, or a line of our own. */
  private void assertOneLine(String... parts) {
    Await.until(() -> failures().count() + log.lines().size() >= 1, "a line");
    List<String> lines = log.lines();
    long failures = failures().count();
    assertEquals(1, failures + lines.size(), () -> failures + " failures and " + lines);
    String line = failures == 1 ? failures().findFirst().orElseThrow() : lines.get(0);
    for (String part : parts) {
      assertTrue(line.contains(part), line);
    }
  }

  @Test
  void receiverGoesOnBehindTheHead() throws Exception {
    RunningProcess receiver = receiver("serve", "a.sock");
    front.route("fd", target("a.sock"));

    assertEquals(HEAD + BODY, exchange(get("fd")));

    // One zero byte, one descriptor, no flags (nothing truncated), then the end.
    receiver.awaitLine("message 00 1 0 0", SOON);
    Await.until(() -> front.count("fd", Step.GIVEN) == 1, "counted as given");
    assertEquals(List.of(), log.lines());
  }

  @Test
  void rawReceiverWritesEverything() throws Exception {
    receiver("full", "a.sock");
    front.route("fd", target("a.sock"), "flusher", "raw");

    assertEquals(WHOLE, exchange(get("fd")));
    assertEquals(WHOLE, exchange("GET /fd HTTP/1.0\r\n\r\n"));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 100_000, 3_000_000})
  void wholePreambleIsThereBeforeTheReceiversBytes(int size) throws Exception {
    receiver("serve", "a.sock");
    front.route("fd", target("a.sock"));
    String start = "s".repeat(size);
    front.flusher = (exchange, options) -> Preamble.head(200).body(start);

    assertEquals(HEAD + start + BODY, exchange(get("fd")));
  }

  @Test
  void slowClientHoldsNoReceiver() throws Exception {
    RunningProcess receiver = receiver("serve", "a.sock");
    front.route("fd", target("a.sock"));
    String start = "s".repeat(8_000_000);
    front.flusher = (exchange, options) -> Preamble.head(200).body(start);
    try (RawHttpClient slow = RawHttpClient.connect(front.port())) {
      slow.send(get("fd"));
      Await.until(() -> !front.clients.isEmpty(), "request arrived");

      assertEquals(0, inFlight("a.sock"));
      assertEquals(1, receiver.lines().size());

      assertEquals(HEAD.length() + start.length() + BODY.length(), slow.readToEnd().length);
    }
  }

  @Test
  void connectionThatStaysOpenCountsAsReadWithTheMessage() throws Exception {
    receiver("keep", "a.sock");
    front.route("fd", target("a.sock"), "handoff.linger", "1m");

    assertEquals(HEAD + BODY, exchange(get("fd")));
    Await.until(() -> front.count("fd", Step.GIVEN) == 1, "given long before the linger is over");
  }

  @Test
  void halfCloseOfTheReceiverIsNoSign() throws Exception {
    RunningProcess receiver = receiver("half", "a.sock");
    front.route("fd", target("a.sock"), "handoff.linger", "1m");
    try (RawHttpClient client = RawHttpClient.connect(front.port())) {
      client.send(get("fd"));
      receiver.awaitLine("accepted", SOON);
      assertEquals(HEAD, client.readHead());
      assertEquals(0, front.count("fd", Step.GIVEN));

      receiver.type("read");

      assertEquals(BODY, new String(client.readToEnd(), ISO_8859_1));
      Await.until(() -> front.count("fd", Step.GIVEN) == 1, "given");
    }
  }

  @Test
  void receiverThatNeverReadsIsTakenAtItsBacklog() throws Exception {
    RunningProcess receiver = receiver("mute", "a.sock");
    front.route("fd", target("a.sock"), "handoff.linger", "50ms");
    try (RawHttpClient client = RawHttpClient.connect(front.port())) {
      client.send(get("fd"));
      receiver.awaitLine("accepted", SOON);

      Await.until(() -> front.count("fd", Step.UNCONFIRMED) == 1, "taken as read");
      assertEquals(HEAD, client.readHead());
      assertTrue(client.silentFor(Duration.ofMillis(50)), "the message still holds the client");
    }
    assertOneLine("route fd", "handoff-unconfirmed", "a.sock", "handoff.linger=50ms");
  }

  @Test
  void whoIsNotThereIsPassedOver() throws Exception {
    receiver("full", "b.sock");
    front.route("both", target("absent.sock", "b.sock"), "flusher", "raw");
    String first = exchange(get("both"));
    assertEquals(first, exchange(get("both")));
    assertTrue(first.endsWith(BODY), first);
    assertEquals(1, front.count("both", Step.PASSED_OVER));
  }

  @ParameterizedTest
  @CsvSource({"raw", "''"})
  void killedBeforeReading(String flusher) throws Exception {
    RunningProcess receiver = receiver("die_unread", "a.sock");
    front.route("fd", target("a.sock"), "flusher", flusher, "handoff.linger", "1m");
    try (RawHttpClient client = RawHttpClient.connect(front.port())) {
      client.send(get("fd"));
      receiver.awaitLine("accepted", SOON);
      Await.until(() -> inFlight("a.sock") == 1, "passed");

      receiver.type("die");

      if (flusher.equals("raw")) {
        assertTrue(client.readHead().startsWith("HTTP/1.1 503"));
        assertEquals(1, front.exchanges.get(0).failure().retryAfter());
        assertEquals(1, front.count("fd", Step.UNAVAILABLE));
      } else {
        assertEquals(HEAD, client.readHead());
        assertEquals(RawHttpClient.End.RESET, client.awaitEnd());
        assertEquals(1, front.count("fd", Step.ABORTED));
      }
      // Under load it may be gone before the message is sent.
      assertOneLine("a.sock", "closed the connection");
    }
  }

  private void scgi(String target, String linger) {
    String[] options = {
      "dialect", "scgi", "flusher", "raw", "scgi.unread", "on", "handoff.linger", linger
    };
    front.route("fd", target, options);
  }

  @Test
  void aDialectThatFailsBeforeTheMessageLeavesTheClientHere() throws Exception {
    // Whichever is asked first closes its connection, and the dialect is asked for the other one.
    receiver("drop_unread", "a.sock");
    receiver("drop_unread", "b.sock");
    front.route("fd", target("a.sock", "b.sock"), "flusher", "raw", "handoff.linger", "1m");
    front.classic = new FailsTheSecondTime();

    assertTrue(exchange(get("fd")).startsWith("HTTP/1.1 500"));
    assertEquals(1, front.count("fd", Step.REFUSED));
    assertOneLine("the second time");
    Await.until(() -> inFlight("a.sock") == 0, "no connection is left");
  }

  /** The message is the classic one. */
  private static final class FailsTheSecondTime implements Dialect {
    private final Dialect classic = new ClassicDialect();
    private int asked;

    @Override
    public DialectTraits traits() {
      return classic.traits();
    }

    @Override
    public ByteBuffer message(HandOff handOff) throws HandlerException {
      return classic.message(handOff);
    }

    @Override
    public ByteBuffer behind(HandOff handOff) {
      if (asked++ > 0) {
        throw new IllegalStateException("the second time");
      }
      return null;
    }
  }

  /** The reset of its connection does not tell that it has read nothing: it has the client. */
  @ParameterizedTest
  @ValueSource(ints = {4, 30_000})
  void whoLeavesUnreadWhatIsBehindTheMessageHasTheClient(int behind) throws Exception {
    RunningProcess receiver = receiver("scgi_head", "a.sock");
    receiver("full", "b.sock");
    scgi(target("a.sock", "b.sock"), "1m");

    assertEquals(WHOLE, exchange(get("fd") + "x".repeat(behind)));
    receiver.awaitLine("has the head", SOON);
    Await.until(() -> front.count("fd", "scgi", Step.GIVEN) == 1, "counted as given");
    assertEquals(0, front.count("fd", "scgi", Step.PASSED_OVER));
    assertEquals(List.of(), log.lines());
  }

  /** In time, or when the front has stopped to wait for a sign. */
  @ParameterizedTest
  @ValueSource(strings = {"1m", "1ms", "0s"})
  void whatIsBehindTheMessageComesToItsEnd(String linger) throws Exception {
    RunningProcess receiver = receiver("scgi_all", "a.sock");
    scgi(target("a.sock"), linger);
    try (RawHttpClient client = RawHttpClient.connect(front.port())) {
      client.send(get("fd") + "GET /next HTTP/1.1\r\n");
      receiver.awaitLine("accepted", SOON);
      if (!linger.equals("1m")) {
        Await.until(() -> front.count("fd", "scgi", Step.UNCONFIRMED) == 1, "not waited for");
      }
      receiver.type("read");
      receiver.awaitLine("behind 20 GET /next HTTP/1.1", SOON);
      assertEquals(WHOLE, new String(client.readToEnd(), ISO_8859_1));
    }
  }

  @Test
  void messageThatWasLostGoesToTheSamePathOnceMore() throws Exception {
    receiver("drop_unread", "a.sock");
    front.route("fd", target("a.sock"), "handoff.linger", "1m");

    assertEquals(HEAD + BODY, exchange(get("fd")));
    assertEquals(1, front.count("fd", Step.PASSED_OVER));
    // It may be gone before or after the message.
    assertOneLine("route fd", "a.sock", "closed the connection");
  }

  @Test
  void anotherReceiverTakesWhatOneLost() throws Exception {
    RunningProcess dying = receiver("die_unread", "a.sock");
    front.route("fd", target("a.sock"), "flusher", "raw", "handoff.linger", "1m");
    front.route("both", target("a.sock", "b.sock"), "flusher", "raw", "handoff.linger", "1m");
    receiver("full", "b.sock");
    // The pool takes turns: one of two goes to the receiver that dies.
    try (RawHttpClient one = RawHttpClient.connect(front.port());
        RawHttpClient two = RawHttpClient.connect(front.port())) {
      one.send(get("both"));
      two.send(get("both"));
      dying.awaitLine("accepted", SOON);
      dying.type("die");

      assertEquals(WHOLE, new String(one.readToEnd(), ISO_8859_1));
      assertEquals(WHOLE, new String(two.readToEnd(), ISO_8859_1));
    }
    assertOneLine("route both", "b.sock took the client in place of", "a.sock");
  }

  @Test
  void killedAfterReadingEndsTheClientAsItsOwnProcessWould() throws Exception {
    receiver("die_read", "a.sock");
    front.route("fd", target("a.sock"), "handoff.linger", "1m");

    assertEquals(HEAD, exchange(get("fd")));
    Await.until(() -> front.count("fd", Step.GIVEN) == 1, "given");
  }

  @ParameterizedTest
  @CsvSource({
    "absent.sock, no such file",
    "regular, is not a socket",
    "link.sock, is a symbolic link",
    "bound.sock, nobody listens",
    "open/a.sock, its folder is writable by others"
  })
  void receiverThatCannotWork(String name, String reason) throws Exception {
    Files.writeString(folder.resolve("regular"), "x");
    Files.createDirectory(folder.resolve("open"));
    receiver("serve", "open/a.sock");
    Files.setPosixFilePermissions(
        folder.resolve("open"),
        java.nio.file.attribute.PosixFilePermissions.fromString("rwxrwxrwx"));
    receiver("bound", "bound.sock");
    Files.createSymbolicLink(folder.resolve("link.sock"), folder.resolve("open/a.sock"));
    front.route("fd", target(name));

    assertTrue(exchange(get("fd")).startsWith("HTTP/1.1 503"));

    assertOneLine(name, reason);
    assertEquals(1, front.count("fd", Step.UNAVAILABLE));
  }

  @Test
  void linkIsFollowedWhenAllowed() throws Exception {
    receiver("serve", "a.sock");
    Files.createSymbolicLink(folder.resolve("link.sock"), folder.resolve("a.sock"));
    front.route("fd", target("link.sock"), "handoff.links", "on");

    assertEquals(HEAD + BODY, exchange(get("fd")));
  }

  @Test
  void otherUsersGetNoClients() throws Exception {
    org.junit.jupiter.api.Assumptions.assumeTrue(Users.ownUid() == 0, "needs root to change owner");
    receiver("serve", "a.sock");
    front.route("fd", target("a.sock"));
    Files.setAttribute(folder.resolve("a.sock"), "unix:uid", 4321);
    assertTrue(exchange(get("fd")).startsWith("HTTP/1.1 503"));
    assertOneLine("a.sock", "belongs to user 4321", "handoff.allow-users");

    front.route("allowed", target("a.sock"), "handoff.allow-users", "4321");
    assertEquals(HEAD + BODY, exchange(get("allowed")));
  }

  @Test
  void restartedReceiverServesTheNextRequest() throws Exception {
    front.route("fd", target("a.sock"));
    assertTrue(exchange(get("fd")).startsWith("HTTP/1.1 503"));
    receiver("serve", "a.sock");

    assertEquals(HEAD + BODY, exchange(get("fd")));
  }

  @Test
  void fullBacklogIsWaitedForInTurn() throws Exception {
    RunningProcess receiver = receiver("late", "a.sock", "1");
    front.route("fd", target("a.sock"), "handoff.connect-timeout", "10s", "handoff.linger", "1m");
    front.route("other", target("b.sock"));
    receiver("serve", "b.sock");
    RawHttpClient[] clients = new RawHttpClient[12];
    for (int i = 0; i < clients.length; i++) {
      clients[i] = RawHttpClient.connect(front.port()).send(get("fd"));
    }
    Await.until(() -> front.state().waiting() >= 8, "most wait");

    long start = System.nanoTime();
    assertEquals(HEAD + BODY, exchange(get("other")));
    assertTrue(System.nanoTime() - start < SOON.toNanos(), "others are not delayed");

    receiver.type("go");
    for (RawHttpClient client : clients) {
      assertEquals(HEAD + BODY, new String(client.readToEnd(), ISO_8859_1));
      client.close();
    }
    assertEquals(0, front.state().waiting());
    assertEquals(List.of(), log.lines());
  }

  @Test
  void fullBacklogEndsInAClean503() throws Exception {
    receiver("unaccepting", "a.sock", "0");
    front.route("fd", target("a.sock"), "handoff.connect-timeout", "100ms", "handoff.linger", "1m");
    try (RawHttpClient first = RawHttpClient.connect(front.port()).send(get("fd"))) {
      assertEquals(HEAD, first.readHead());

      assertTrue(exchange(get("fd")).startsWith("HTTP/1.1 503"));

      assertEquals(1, front.count("fd", Step.TIMED_OUT));
      assertOneLine("a.sock", "backlog is full", "handoff.connect-timeout=100ms");
    }
  }

  @Test
  void lineHasAnEnd() throws Exception {
    receiver("unaccepting", "a.sock", "0");
    front.route("fd", target("a.sock"), "handoff.queue", "0", "handoff.linger", "1m");
    try (RawHttpClient first = RawHttpClient.connect(front.port()).send(get("fd"))) {
      assertEquals(HEAD, first.readHead());

      assertTrue(exchange(get("fd")).startsWith("HTTP/1.1 503"));
      assertOneLine("handoff.queue=0");
    }
  }

  @Test
  void clientThatLeavesTheLineGoesNowhere() throws Exception {
    RunningProcess receiver = receiver("late", "a.sock", "0");
    front.route("fd", target("a.sock"), "handoff.connect-timeout", "30s", "handoff.linger", "1m");
    RawHttpClient first = RawHttpClient.connect(front.port()).send(get("fd"));
    first.readHead();
    RawHttpClient leaving = RawHttpClient.connect(front.port()).send(get("fd"));
    Await.until(() -> front.state().waiting() == 1, "waits");

    leaving.reset();

    Await.until(() -> front.count("fd", Step.CLIENT_GONE) == 1, "noticed");
    assertEquals(0, front.state().waiting());
    receiver.type("go");
    assertEquals(BODY, new String(first.readToEnd(), ISO_8859_1));
    receiver.awaitLine("message", SOON);
    assertEquals(1, receiver.lines().stream().filter(line -> line.startsWith("message")).count());
    assertEquals(List.of(), log.lines());
  }

  @Test
  void clientThatLeavesDuringThePreambleGoesNowhere() throws Exception {
    RunningProcess receiver = receiver("serve", "a.sock");
    front.route("fd", target("a.sock"));
    front.flusher = (exchange, options) -> Preamble.head(200).body("s".repeat(8_000_000));
    RawHttpClient client = RawHttpClient.connect(front.port()).send(get("fd"));
    client.readHead();

    client.reset();

    Await.until(() -> front.count("fd", Step.CLIENT_GONE) == 1, "noticed");
    assertEquals(1, receiver.lines().size());
    assertEquals(List.of(), log.lines());
  }

  @Test
  void clientThatLeftBeforeIsNotLookedFor() throws Exception {
    front.route("fd", target("absent.sock"));
    front.takeFails = true;

    assertTrue(exchange(get("fd")).startsWith("HTTP/1.1 400"));
    assertEquals(1, front.count("fd", Step.CLIENT_GONE));
    assertEquals(0, front.count("fd", Step.UNAVAILABLE));
  }

  @Test
  void headIsAnsweredByTheFrontAlone() throws Exception {
    RunningProcess receiver = receiver("serve", "a.sock");
    front.route("fd", target("a.sock"));

    assertTrue(exchange("HEAD /fd HTTP/1.1\r\nHost: x\r\n\r\n").startsWith("HTTP/1.1 200"));

    assertEquals(1, front.count("fd", Step.HEAD_ONLY));
    Exchange exchange = front.exchanges.get(0);
    assertEquals("head-only", exchange.attribute(Attributes.HANDOFF_OUTCOME));
    assertEquals("classic", exchange.attribute(Attributes.HANDOFF_DIALECT));
    assertEquals(-1, front.exchanges.get(0).response().body().length());
    assertEquals(1, receiver.lines().size());
  }

  @Test
  void headWithoutPreambleCannotBeToldToTheReceiver() throws Exception {
    front.route("fd", target("a.sock"), "flusher", "raw");

    assertTrue(exchange("HEAD /fd HTTP/1.1\r\nHost: x\r\n\r\n").startsWith("HTTP/1.1 501"));
    assertOneLine("HEAD");
  }

  @Test
  void bodyIsRefusedOrDropped() throws Exception {
    receiver("serve", "a.sock");
    front.route("fd", target("a.sock"));
    front.route("drop", target("a.sock"), "handoff.body", "drop");
    String post = "POST /%s HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody";

    assertTrue(exchange(String.format(post, "fd")).startsWith("HTTP/1.1 501"));
    assertOneLine("handoff.body=drop");
    assertEquals(HEAD + BODY, exchange(String.format(post, "drop")));
    assertEquals(0, front.count("drop", Step.BYTES_LOST));
  }

  @Test
  void pipelinedBytesAreLostAndCounted() throws Exception {
    receiver("serve", "a.sock");
    front.route("fd", target("a.sock"));

    assertEquals(HEAD + BODY, exchange(get("fd") + get("fd")));
    assertEquals(1, front.count("fd", Step.BYTES_LOST));
  }

  @Test
  void flusherMayRefuse() throws Exception {
    RunningProcess receiver = receiver("serve", "a.sock");
    front.route("fd", target("a.sock"));
    front.flusher =
        (exchange, options) -> {
          throw new HandlerException(403, "no", "not for you");
        };

    assertTrue(exchange(get("fd")).startsWith("HTTP/1.1 403"));
    assertEquals(1, front.count("fd", Step.REFUSED));
    assertEquals(1, receiver.lines().size());
  }

  @Test
  void unknownFlusherAndTargetWithoutSense() throws Exception {
    front.route("flusher", target("a.sock"), "flusher", "nobody");
    assertTrue(exchange(get("flusher")).startsWith("HTTP/1.1 500"));
    front.route("path", "fd:" + "x".repeat(108));
    assertTrue(exchange(get("path")).startsWith("HTTP/1.1 500"));
    front.route("dots", "fd:run/../a.sock");
    assertTrue(exchange(get("dots")).startsWith("HTTP/1.1 500"));

    assertEquals(1, front.count("dots", Step.REFUSED));
  }

  @Test
  void streamGoesOnWithoutTheFront() throws Exception {
    RunningProcess receiver = receiver("hold", "a.sock");
    front.route("fd", target("a.sock"));
    try (RawHttpClient client = RawHttpClient.connect(front.port()).send(get("fd"))) {
      receiver.awaitLine("holds", SOON);
      Await.until(() -> front.count("fd", Step.GIVEN) == 1, "given");
      assertEquals(
          0,
          Descriptors.connections(
              ProcessHandle.current().pid(), front.port(), client.local().getPort()));
      front.close();

      receiver.type("go");

      assertEquals(HEAD + BODY, new String(client.readToEnd(), ISO_8859_1));
    }
  }

  @Test
  void handOffsLeaveNoDescriptor() throws Exception {
    receiver("serve", "a.sock");
    receiver("keep", "b.sock");
    front.route("fd", target("a.sock"));
    front.route("keep", target("b.sock"));
    for (int i = 0; i < 20; i++) {
      exchange(get("fd"));
      exchange(get("keep"));
    }
    int before = Descriptors.count(ProcessHandle.current().pid());
    for (int i = 0; i < 500; i++) {
      assertEquals(HEAD + BODY, exchange(get("fd")));
      assertEquals(HEAD + BODY, exchange(get("keep")));
    }
    Await.until(
        () -> Descriptors.count(ProcessHandle.current().pid()) <= before, "as many as before");
    assertEquals(List.of(), log.lines());
  }
}
