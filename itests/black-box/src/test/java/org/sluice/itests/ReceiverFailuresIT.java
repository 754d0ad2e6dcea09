package org.sluice.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.testing.Await;
import org.sluice.testing.Processes;
import org.sluice.testing.RawHttpClient;
import org.sluice.testing.RawHttpClient.End;
import org.sluice.testing.RawResponse;
import org.sluice.testing.RunningProcess;

/**
 * Everything that can be wrong with a receiver: the client gets a clean answer, a reset, or what
 * the receiver wrote, and never something that looks whole and is not. Meanwhile another route
 * serves.
 */
class ReceiverFailuresIT {
  /** Of one failing request; the time-outs that routes set are far below. */
  private static final Duration DEADLINE = Duration.ofSeconds(8);

  private static final int NOBODY = 65534;

  private static Base base;
  private static Front front;
  private static TestReceiver good;
  private static Load others;

  @BeforeAll
  static void start() throws IOException {
    base = Base.withSite("receiver-failures");
    base.fixed("fixed", "/fixed", "fixed").route("good", "path=/good", "target=fd:run/good.sock");
    for (String kind :
        new String[] {
          "absent", "stale", "file", "folder", "owner", "silent", "drop", "unread", "mute", "full",
          "killed"
        }) {
      base.route(kind, "path=/" + kind + "/", "target=fd:" + socket(kind), "flusher=raw");
      base.route(kind + "-flush", "path=/" + kind + "/flush", "flusher=flush");
    }
    base.route("pool", "path=/pool/", "target=fd:run/unread.sock,run/whole.sock", "flusher=raw");
    base.route(
        "full",
        "path=/full/",
        "target=fd:run/full.sock",
        "flusher=raw",
        "handoff.connect-timeout=2s");
    base.route(
        "killed",
        "path=/killed/",
        "target=fd:run/killed.sock",
        "flusher=raw",
        "handoff.linger=10s");
    good = TestReceiver.open(base, "run/good.sock", TestReceiver.BODY);
    Files.writeString(base.path("run/file.sock"), "no socket");
    Sockets.stale(base, "run/stale.sock");
    Files.createDirectory(
        base.path("run/open"),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Files.setPosixFilePermissions(
        base.path("run/open"), PosixFilePermissions.fromString("rwxrwxrwx"));
    front = Front.start(base);
    others = Load.start(front, 1, List.of("/good", "/fixed"));
  }

  @AfterAll
  static void stop() throws Exception {
    try {
      others.finish();
      assertEquals(List.of(), others.failures());
      assertTrue(others.succeeded() > 100, "other routes answered " + others.succeeded());
    } finally {
      front.close();
      good.close();
    }
  }

  private static String socket(String kind) {
    return kind.equals("folder") ? "run/open/folder.sock" : "run/" + kind + ".sock";
  }

  /** How many complaints the front has written about a socket. */
  private static int complaints(String kind) {
    return front.complaints(kind + ".sock").size();
  }

  /** 503 in time, with the hint to come back, and one line in the log. */
  private static void assertUnavailable(String kind, String target) throws IOException {
    int before = complaints(kind);
    long served = others.succeeded();
    try (RawHttpClient client = front.connect().limit(DEADLINE)) {
      RawResponse answer = client.get(target).readResponse();
      assertEquals(503, answer.status(), answer::rawText);
      assertTrue(Integer.parseInt(answer.header("Retry-After")) > 0, answer::rawText);
    }
    Await.until(() -> complaints(kind) > before, "a line in the log");
    Await.until(() -> others.succeeded() > served + 2, "other routes go on");
    assertEquals(before + 1, complaints(kind), front::toString);
  }

  @ParameterizedTest
  @ValueSource(strings = {"absent", "stale", "file"})
  void nobodyThere(String kind) throws Exception {
    assertUnavailable(kind, "/" + kind + "/");
    // Nothing was sent before a receiver was found, so a head would not have left either.
    assertUnavailable(kind, "/" + kind + "/flush");
  }

  @Test
  void folderWritableByOthers() throws Exception {
    try (ServerSocketChannel listening = Sockets.listen(base, "run/open/folder.sock", 8)) {
      listening.configureBlocking(false);
      assertUnavailable("folder", "/folder/");
      assertEquals(null, listening.accept(), "nothing was handed over");
    }
  }

  @Test
  void socketOfAnotherUser() throws Exception {
    Tools.needsRoot();
    try (ServerSocketChannel listening = Sockets.listen(base, "run/owner.sock", 8)) {
      listening.configureBlocking(false);
      Files.setAttribute(base.path("run/owner.sock"), "unix:uid", NOBODY);
      assertUnavailable("owner", "/owner/");
      assertEquals(null, listening.accept(), "nothing was handed over");
    }
  }

  @Test
  void startsToListenLater() throws Exception {
    assertUnavailable("mute", "/mute/");
    try (TestReceiver late = TestReceiver.open(base, "run/mute.sock", TestReceiver.WHOLE)) {
      assertEquals(TestReceiver.WHOLE, front.get("/mute/").rawText());
      assertEquals(1, late.handedOff());
    }
    assertUnavailable("mute", "/mute/");
  }

  /** No sign in time is taken for read: the client waits for the receiver, not for the front. */
  @Test
  void acceptsAndNeverReads() throws Exception {
    int before = complaints("silent");
    try (ServerSocketChannel listening = Sockets.listen(base, "run/silent.sock", 8);
        RawHttpClient client = front.connect().limit(DEADLINE)) {
      client.get("/silent/flush");
      SocketChannel connection = listening.accept();
      String head = client.readHead();
      assertTrue(head.startsWith("HTTP/1.1 200 OK\r\n"), head);
      front.awaitRow(
          "sluice:handoffs",
          row ->
              Json.text(row, "route").equals("silent-flush")
                  && Json.text(row, "outcome").equals("unconfirmed"),
          "counted as unconfirmed");
      assertTrue(client.silentFor(Duration.ofMillis(50)), "the connection is open and silent");
      connection.close();
      client.awaitEnd();
    }
    assertTrue(complaints("silent") <= before + 1, front::toString);
  }

  @Test
  void backlogFull() throws Exception {
    try (ServerSocketChannel listening = Sockets.listen(base, "run/full.sock", 1)) {
      List<SocketChannel> queue = new ArrayList<>();
      try {
        // What the kernel's queue takes counts as handed over; the next one has to wait, in vain.
        for (int i = 0; i < 2; i++) {
          SocketChannel filler = SocketChannel.open(listening.getLocalAddress());
          queue.add(filler);
        }
        assertUnavailable("full", "/full/");
        // Room within the deadline: the waiting client is served.
        try (RawHttpClient client = front.connect().limit(DEADLINE)) {
          client.get("/full/");
          for (int i = 0; i < 2; i++) {
            listening.accept().close();
          }
          SocketChannel connection = listening.accept();
          assertEquals(1, Sockets.readAll(connection));
          connection.close();
          assertEquals(End.EOF, client.awaitEnd());
        }
      } finally {
        for (SocketChannel each : queue) {
          each.close();
        }
      }
    }
  }

  /** The receiver took the socket and died: the kernel ends the connection, nothing else can. */
  @Test
  void diesAfterReading() throws Exception {
    int before = complaints("drop");
    try (ServerSocketChannel listening = Sockets.listen(base, "run/drop.sock", 8);
        RawHttpClient client = front.connect().limit(DEADLINE)) {
      client.get("/drop/flush");
      SocketChannel connection = listening.accept();
      assertEquals(1, Sockets.readAll(connection));
      connection.close();
      assertTrue(client.readHead().startsWith("HTTP/1.1 200 OK\r\n"));
      assertEquals(0, client.readToEnd().length);
    }
    assertTrue(complaints("drop") <= before + 1, front::toString);
  }

  /** Closes connections over their unread message, until closed. */
  private static Thread refuser(ServerSocketChannel listening) {
    Thread thread =
        new Thread(
            () -> {
              try {
                while (true) {
                  SocketChannel connection = listening.accept();
                  // Unread data in the queue turns the close into a reset.
                  awaitMessage(connection);
                  connection.close();
                }
              } catch (IOException e) {
                // Closed by the test.
              }
            },
            "refuser");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /** The message lies in the queue when the front ended its side; peeking is not possible here. */
  private static void awaitMessage(SocketChannel connection) throws IOException {
    connection.configureBlocking(false);
    try (java.nio.channels.Selector selector = java.nio.channels.Selector.open()) {
      connection.register(selector, java.nio.channels.SelectionKey.OP_READ);
      selector.select(DEADLINE.toMillis());
    }
  }

  @Test
  void diesBeforeReading() throws Exception {
    try (ServerSocketChannel listening = Sockets.listen(base, "run/unread.sock", 64);
        TestReceiver whole = TestReceiver.open(base, "run/whole.sock", TestReceiver.WHOLE)) {
      refuser(listening);

      // Nothing had left: a clean answer.
      assertUnavailable("unread", "/unread/");

      // A head had left: a reset, so that the client can tell.
      int before = complaints("unread");
      try (RawHttpClient client = front.connect().limit(DEADLINE)) {
        assertEquals(End.RESET, client.get("/unread/flush").awaitEnd());
      }
      Await.until(() -> complaints("unread") > before, "a line in the log");
      assertEquals(before + 1, complaints("unread"), front::toString);

      // Another receiver is there: no client is lost.
      for (int i = 0; i < 10; i++) {
        assertEquals(TestReceiver.WHOLE, front.get("/pool/").rawText());
      }
      assertEquals(10, whole.handedOff());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"raw", "flush"})
  void isKilledWithTheMessageInItsQueue(String flusher) throws Exception {
    String python = Tools.python();
    Files.deleteIfExists(base.path("run/killed.sock"));
    int before = complaints("killed");
    try (Processes processes = new Processes().in(base.path());
        RawHttpClient client = front.connect().limit(DEADLINE)) {
      RunningProcess queue =
          processes.start(python, Tools.script("queue.py").toString(), "run/killed.sock");
      queue.awaitLine("^listening", Await.LIMIT);
      client.get(flusher.equals("raw") ? "/killed/" : "/killed/flush");
      front.awaitRow(
          "sluice:receivers",
          row ->
              Json.text(row, "receiver").endsWith("killed.sock")
                  && Json.text(row, "in-flight").equals("1"),
          "the message is in the queue");

      queue.kill();

      if (flusher.equals("raw")) {
        assertEquals(503, client.readResponse().status());
      } else {
        assertEquals(End.RESET, client.awaitEnd());
      }
    }
    Await.until(() -> complaints("killed") > before, "a line in the log");
    assertEquals(before + 1, complaints("killed"), front::toString);
  }

  /** The wrong target is an error of the configuration; the route answers, and the rest serves. */
  @Test
  void pathsThatCannotBe() throws Exception {
    String[] targets = {
      "fd:run/../../x.sock",
      "fd:..",
      "fd:run/\0.sock",
      "fd:run/0123456789012345678901234567890123456789012345678901234567890123456789012345678901"
          + "234567890123456789012345.sock",
      "fd://host/run/x.sock",
      "fd:"
    };
    for (int i = 0; i < targets.length; i++) {
      base.route("bad" + i, "path=/bad" + i + "/", "target=" + targets[i]);
    }
    for (int i = 0; i < targets.length; i++) {
      front.awaitStatus("/bad" + i + "/", 503);
    }
    Distribution.Result check = Distribution.run("check", "--base", base.path().toString());
    assertEquals(1, check.status(), check.text());
    for (int i = 0; i < targets.length; i++) {
      String line = "error etc/org.sluice.route~bad" + i + ".cfg:2[ :].*";
      assertTrue(check.lines().stream().anyMatch(l -> l.matches(line)), line + check.text());
    }
    for (int i = 0; i < targets.length; i++) {
      base.remove("etc/org.sluice.route~bad" + i + ".cfg");
    }
    for (int i = 0; i < targets.length; i++) {
      front.awaitStatus("/bad" + i + "/", 404);
    }
  }
}
