package org.sluice.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sluice.testing.Await;
import org.sluice.testing.Processes;
import org.sluice.testing.RawHttpClient;
import org.sluice.testing.RunningProcess;

/** Logs that cannot be written, or not fast enough. */
class AccessLogTroubleIT {
  private static int run(String... command) throws IOException {
    try (Processes processes = new Processes()) {
      return processes.start(command).awaitExit(Await.LIMIT);
    }
  }

  /** A pipe that somebody has open and nobody reads. */
  private static Base stalled(String name, String... more) throws IOException {
    Base base =
        Base.withSite("logtrouble-" + name)
            .fixed("fixed", "/fixed", "fixed")
            .site("other", "listen=127.0.0.1:0", "hosts=other.example");
    List<String> lines =
        new ArrayList<>(
            List.of("site=main", "file=log/fifo", "queue=64k", "buffer=0", "format=%q"));
    lines.addAll(List.of(more));
    base.file("etc/org.sluice.accesslog~main.cfg", lines.toArray(String[]::new));
    Files.createDirectories(base.path("log"));
    assertEquals(0, run("mkfifo", base.path("log/fifo").toString()));
    return base;
  }

  /** Sends requests until the log has no room: pipe and queue are full. */
  private static int fill(Front front, String state) throws IOException {
    String query = "/fixed?" + "q".repeat(4000);
    int sent = 0;
    try (RawHttpClient client = front.connect()) {
      while (sent < 200 && waiting(front) < 48 * 1024) {
        for (int i = 0; i < 4; i++) {
          assertEquals(200, client.get(query).readResponse().status());
          sent++;
        }
      }
    }
    assertTrue(sent < 200, state);
    return sent;
  }

  private static long waiting(Front front) throws IOException {
    return front.table("logs").get(0).get("waiting").getAsLong();
  }

  @Test
  void blockHoldsOnlyTheRequestsOfItsSitesAndNotForEver() throws Exception {
    Base base = stalled("block", "overflow=block", "overflow.wait=1s");
    try (Front front = Front.start(base);
        InputStream pipe = Files.newInputStream(base.path("log/fifo"))) {
      int sent = fill(front, "the queue does not fill");
      // Requests of the other site do not wait at all; 20 that did would take 20 s.
      long start = System.nanoTime();
      for (int i = 0; i < 20; i++) {
        try (RawHttpClient client = front.connect()) {
          client.send("GET /fixed HTTP/1.1\r\nHost: other.example\r\n\r\n");
          assertEquals(200, client.readResponse().status());
        }
      }
      assertTrue(System.nanoTime() - start < 10_000_000_000L, "the other site waits");
      // Those of this site go on after a while.
      start = System.nanoTime();
      assertEquals(200, front.get("/fixed?late").status());
      assertTrue(System.nanoTime() - start > 900_000_000L, "it has not waited");
      // And at once when the pipe is read; every line comes.
      int lines = 0;
      while (lines < sent + 1) {
        int b = pipe.read();
        assertTrue(b >= 0, "the end after " + lines + " lines");
        lines += b == '\n' ? 1 : 0;
      }
      // One that is held takes a second, each time.
      Await.until(
          () -> {
            long asked = System.nanoTime();
            assertEquals(200, front.get("/fixed?free").status());
            return System.nanoTime() - asked < 900_000_000L;
          },
          "requests do not wait any more");
      assertEquals(0, front.table("logs").get(0).get("dropped").getAsLong());
    }
  }

  private static long count(JsonObject log, String column) {
    return log.get(column).getAsLong();
  }

  @Test
  void dropNeverHoldsAndCounts() throws Exception {
    Base base = stalled("drop");
    try (Front front = Front.start(base);
        InputStream pipe = Files.newInputStream(base.path("log/fifo"));
        RawHttpClient client = front.connect()) {
      String query = "/fixed?" + "q".repeat(4000);
      int sent = 0;
      while (front.table("logs").get(0).get("dropped").getAsLong() < 20) {
        for (int i = 0; i < 20; i++) {
          assertEquals(200, client.get(query).readResponse().status());
          sent++;
        }
        assertTrue(sent < 1000, "nothing is dropped");
      }
      // The line of the last request comes behind its answer.
      int asked = sent;
      JsonObject log =
          Await.value(
              Await.LIMIT,
              () -> front.table("logs").get(0),
              row -> count(row, "lines") + count(row, "dropped") == asked,
              "each request was taken or dropped");
      long taken = count(log, "lines");
      // Also while the writer stands still.
      Await.until(() -> !front.complaints("lines were dropped").isEmpty(), "drops are said");
      for (long lines = 0; lines < taken; ) {
        lines += pipe.read() == '\n' ? 1 : 0;
      }
    }
  }

  @Test
  void aFileSystemWithoutSpaceLosesNothingThatFitsTheQueue() throws Exception {
    Tools.needsRoot();
    Base base = Base.withSite("logtrouble-full").fixed("fixed", "/fixed", "fixed");
    base.file("etc/org.sluice.accesslog~main.cfg", "file=small/a.log", "flush=5ms", "format=%q");
    Path small = Files.createDirectories(base.path("small"));
    assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", small.toString()) == 0,
        "a small file system cannot be mounted here");
    try (Front front = Front.start(base);
        RawHttpClient client = front.connect()) {
      Files.write(small.resolve("ballast"), new byte[40 * 1024]);
      StringBuilder expected = new StringBuilder();
      for (int i = 0; i < 100; i++) {
        String query = "?" + i + "x".repeat(1000);
        assertEquals(200, client.get("/fixed" + query).readResponse().status());
        expected.append(query).append('\n');
      }
      Await.until(() -> front.lines("cannot be written").size() == 1, "said");
      assertEquals("failing", front.table("logs").get(0).get("state").getAsString());
      assertEquals(0, run("mount", "-o", "remount,size=1m", small.toString()));
      Await.until(
          () -> Files.readString(small.resolve("a.log")).contentEquals(expected),
          "every line, whole and in order");
      Await.until(() -> front.lines("is written again").size() == 1, "recovered");
      assertEquals(1, front.lines("cannot be written").size(), front::toString);
    } finally {
      run("umount", "-l", small.toString());
    }
  }

  /** A daemon that keeps what it is told in a file, and says when it listens. */
  private static final String DAEMON =
      "import os, socket, sys\n"
          + "if os.path.exists(sys.argv[1]): os.unlink(sys.argv[1])\n"
          + "s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)\n"
          + "s.bind(sys.argv[1])\n"
          + "print('listening', flush=True)\n"
          + "out = open(sys.argv[2], 'ab', 0)\n"
          + "while True: out.write(s.recv(70000) + b'\\n')\n";

  private static RunningProcess daemon(Processes processes, Base base) throws IOException {
    processes.in(base.path());
    RunningProcess daemon =
        processes.start(Tools.python(), "-c", DAEMON, "run/syslog.sock", "log/syslog");
    daemon.awaitLine("^listening", Await.LIMIT);
    return daemon;
  }

  private static void awaitMessages(Base base, int count) {
    Path file = base.path("log/syslog");
    Await.until(
        () -> Files.exists(file) && Files.readAllLines(file).size() == count, count + " messages");
  }

  /** The socket is there, goes, comes back, and is replaced: each line arrives once. */
  @Test
  void aSyslogSocketThatVanishesLosesNothingThatFitsTheQueue() throws Exception {
    Base base = Base.withSite("logtrouble-syslog").fixed("fixed", "/fixed", "fixed");
    base.file(
        "etc/org.sluice.accesslog~main.cfg",
        "writer=syslog",
        "syslog.address=unix:run/syslog.sock",
        "flush=5ms",
        "format=%q");
    Files.createDirectories(base.path("log"));
    Files.createDirectories(base.path("run"));
    try (Processes processes = new Processes();
        Front front = Front.start(base)) {
      Await.until(() -> front.lines("cannot be written").size() == 1, "there is none yet");
      assertTrue(
          front.lines("cannot be written").get(0).contains("run/syslog.sock does not exist"));
      front.get("/fixed?0");
      RunningProcess first = daemon(processes, base);
      awaitMessages(base, 1);
      Await.until(() -> front.lines("is written again").size() == 1, "it is there");
      first.kill();
      for (int i = 1; i < 5; i++) {
        front.get("/fixed?" + i);
      }
      Await.until(() -> front.lines("cannot be written").size() == 2, "it has gone");
      RunningProcess second = daemon(processes, base);
      awaitMessages(base, 5);
      Await.until(() -> front.lines("is written again").size() == 2, "it is back");
      second.kill();
      daemon(processes, base);
      front.get("/fixed?5");
      awaitMessages(base, 6);
      assertEquals(2, front.lines("cannot be written").size(), front::toString);
    }
    // Answered on two event loops: a line may come after that of the next request.
    List<String> queries =
        Files.readAllLines(base.path("log/syslog")).stream()
            .map(line -> line.substring(line.indexOf(" access - ") + 10))
            .sorted()
            .toList();
    assertEquals(List.of("?0", "?1", "?2", "?3", "?4", "?5"), queries);
  }
}
