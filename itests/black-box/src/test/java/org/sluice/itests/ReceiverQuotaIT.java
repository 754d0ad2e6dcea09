package org.sluice.itests;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.sluice.testing.Await;
import org.sluice.testing.Processes;
import org.sluice.testing.RawHttpClient;
import org.sluice.testing.RunningProcess;

/**
 * T12: a user may have as many descriptors on their way as open files. Root may have more, so the
 * front runs as somebody else here. A receiver that is stopped must not use them up: the others of
 * the same front go on, and it is held back itself.
 */
class ReceiverQuotaIT {
  private static final int NOBODY = 65534;
  private static final String HELLO = "Hello from C.\n";

  /** More than the front needs for itself, and less than the receiver's socket queues. */
  private static final int OPEN_FILES = 512;

  private static final int SLICES = 13;
  private static final int SLICE = 50;

  private static boolean root;
  private static Base base;
  private static Processes processes;
  private static Front front;
  private static RunningProcess stalled;

  @BeforeAll
  static void start() throws IOException {
    String receiver = Tools.receiverInC().toString();
    root = uid(Path.of("/proc/self")) == 0;
    base = Base.withSite("receiver-quota");
    for (String name : new String[] {"stalled", "good"}) {
      base.route(
          name,
          "path=/" + name + "/",
          "target=fd:run/" + name + ".sock",
          "handoff.linger=20ms",
          "handoff.queue=50",
          "handoff.connect-timeout=1s");
    }
    processes = Distribution.processes().in(base.path());
    becomeNobody();
    stalled = processes.start(as(receiver, "run/stalled.sock"));
    stalled.awaitLine("^listening", Await.LIMIT);
    processes.start(as(receiver, "run/good.sock")).awaitLine("^listening", Await.LIMIT);
    String run = String.join(" ", Distribution.command("run", "--base", base.path().toString()));
    front =
        Front.launch(base, as("sh", "-c", "ulimit -n " + OPEN_FILES + "; exec " + run))
            .awaitReady();
  }

  private static void becomeNobody() throws IOException {
    if (!root) {
      return;
    }
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/setpriv")), "root without setpriv");
    try (Stream<Path> all = Files.walk(base.path())) {
      for (Path each : (Iterable<Path>) all::iterator) {
        Files.setAttribute(each, "unix:uid", NOBODY);
      }
    }
    int status =
        processes
            .start(as("test", "-r", Distribution.command().get(0)))
            .awaitExit(Duration.ofSeconds(10));
    assumeTrue(status == 0, "the distribution lies where only root may read");
  }

  /** The command as a user without privileges. */
  private static List<String> as(String... command) {
    List<String> all = new ArrayList<>();
    if (root) {
      all.addAll(
          List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups", "--"));
    }
    all.addAll(List.of(command));
    return all;
  }

  private static int uid(Path process) throws IOException {
    return (Integer) Files.getAttribute(process, "unix:uid");
  }

  @AfterAll
  static void stop() {
    if (front != null) {
      front.close();
    }
    if (processes != null) {
      processes.close();
    }
  }

  private static void assertGoodAnswers() throws IOException {
    String answer = whole(front.connect().get("/good/"));
    assertTrue(answer.startsWith("HTTP/1.1 200 ") && answer.endsWith("\r\n\r\n" + HELLO), answer);
  }

  private static String whole(RawHttpClient client) throws IOException {
    try (client) {
      return new String(client.readToEnd(), ISO_8859_1);
    }
  }

  @Test
  void stoppedReceiverLeavesDescriptorsToTheOthers() throws Exception {
    assertNotEquals(0, uid(Path.of("/proc", Long.toString(front.pid()))));
    assertGoodAnswers();
    List<RawHttpClient> clients = new ArrayList<>();
    stalled.signal("STOP");
    try {
      for (int slice = 0; slice < SLICES; slice++) {
        for (int i = 0; i < SLICE; i++) {
          clients.add(front.connect().get("/stalled/"));
        }
        assertGoodAnswers();
      }
    } finally {
      stalled.signal("CONT");
    }
    int answered = 0;
    for (RawHttpClient client : clients) {
      String answer = whole(client);
      if (answer.startsWith("HTTP/1.1 200 ")) {
        assertTrue(answer.endsWith("\r\n\r\n" + HELLO), answer);
        answered++;
      } else {
        assertTrue(answer.startsWith("HTTP/1.1 503 "), answer);
      }
    }
    // What it was given before it was held back, and those who were still in line.
    assertTrue(answered >= OPEN_FILES / 4 && answered < OPEN_FILES, "answered: " + answered);
    assertGoodAnswers();
    front.awaitRow(
        "sluice:receivers",
        row ->
            Json.text(row, "receiver").endsWith("stalled.sock")
                && Json.text(row, "in-flight").equals("0"),
        "nothing is unread");
    assertEquals(List.of(), front.complaints("good.sock"));
  }
}
