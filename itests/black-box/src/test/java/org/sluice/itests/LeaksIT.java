package org.sluice.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.sluice.testing.Await;
import org.sluice.testing.Descriptors;
import org.sluice.testing.Processes;
import org.sluice.testing.RawHttpClient;
import org.sluice.testing.RunningProcess;

/** Nothing is left behind by many hand-offs, and a full descriptor table is survived. */
class LeaksIT {
  private static final int HAND_OFFS = Integer.getInteger("sluice.handoffs", 5_000);
  private static final int WARM = 500;
  private static final int CLIENTS = 6;
  private static final long ALLOWED_GROWTH = 8L * 1024 * 1024;
  private static final int DESCRIPTORS = 320;

  /** What new clients do not get of them. */
  private static final int RESERVE = DESCRIPTORS / 16;

  private static Base base(String name) throws IOException {
    return Base.withSite(name, "timeout.keepalive=60s", "timeout.header=60s")
        .fixed("fixed", "/fixed", "fixed")
        .route("flush", "path=/flush", "target=fd:run/body.sock")
        .route("raw", "path=/raw", "target=fd:run/whole.sock", "flusher=raw");
  }

  @Test
  void handOffsLeaveNothingBehind() throws Exception {
    Path jcmd = Tools.jcmd();
    Base base = base("leaks");
    try (TestReceiver body = TestReceiver.open(base, "run/body.sock", TestReceiver.BODY);
        TestReceiver whole = TestReceiver.open(base, "run/whole.sock", TestReceiver.WHOLE);
        Front front = Front.start(base)) {
      front.ask("sluice:status");
      handOff(front, WARM);
      long heap = liveBytes(jcmd, front.pid());
      int threads = FrontThreads.others(front.pid()).size();
      int descriptors = Descriptors.count(front.pid());

      handOff(front, HAND_OFFS);

      Await.until(
          () -> WARM + HAND_OFFS == body.answered() + whole.answered(), "all were answered");
      Await.until(
          () -> Descriptors.count(front.pid()) <= descriptors,
          "no more descriptors than " + descriptors + ": " + Descriptors.of(front.pid()));
      Await.value(
          Front.LIMIT,
          () -> FrontThreads.others(front.pid()),
          now -> now.size() <= threads,
          "no more threads than " + threads);
      long after = liveBytes(jcmd, front.pid());
      assertTrue(after < heap + ALLOWED_GROWTH, "live bytes " + heap + " before, " + after);
      assertEquals(List.of(), front.complaints("org.sluice"));
    }
  }

  private static void handOff(Front front, int count) throws InterruptedException {
    AtomicInteger left = new AtomicInteger(count);
    List<String> failures = java.util.Collections.synchronizedList(new ArrayList<>());
    List<Thread> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      Thread client = new Thread(() -> client(front, left, failures), "client-" + i);
      client.start();
      clients.add(client);
    }
    for (Thread client : clients) {
      client.join();
    }
    assertEquals(List.of(), failures);
  }

  private static void client(Front front, AtomicInteger left, List<String> failures) {
    for (int i = left.getAndDecrement(); i > 0; i = left.getAndDecrement()) {
      try {
        String text = front.get(i % 2 == 0 ? "/flush" : "/raw").text();
        if (!text.equals(TestReceiver.BODY)) {
          failures.add(text);
        }
      } catch (IOException e) {
        failures.add(e.toString());
        return;
      }
    }
  }

  /** Bytes of all objects that survive a full collection. */
  static long liveBytes(Path jcmd, long pid) throws IOException {
    try (Processes processes = new Processes()) {
      RunningProcess histogram =
          processes.start(jcmd.toString(), Long.toString(pid), "GC.class_histogram");
      assertEquals(0, histogram.awaitExit(Front.LIMIT), histogram::toString);
      Pattern total = Pattern.compile("^Total +[0-9]+ +([0-9]+)");
      for (String line : histogram.lines()) {
        Matcher matcher = total.matcher(line);
        if (matcher.find()) {
          return Long.parseLong(matcher.group(1));
        }
      }
      throw new AssertionError(histogram.toString());
    }
  }

  @Test
  void aFullDescriptorTableIsSurvived() throws Exception {
    Base base = base("descriptors-full");
    String limited =
        "ulimit -n "
            + DESCRIPTORS
            + "; exec '"
            + Distribution.HOME.resolve("bin/sluice")
            + "' run --base '"
            + base.path()
            + "'";
    List<RawHttpClient> clients = new ArrayList<>();
    try (TestReceiver body = TestReceiver.open(base, "run/body.sock", TestReceiver.BODY);
        Front front = Front.launch(base, List.of("sh", "-c", limited)).awaitReady()) {
      int idle = Descriptors.count(front.pid());
      int more = DESCRIPTORS - idle + 60;
      for (int i = 0; i < more; i++) {
        clients.add(front.connect().limit(Duration.ofSeconds(30)));
      }
      Await.until(
          () -> Descriptors.count(front.pid()) >= DESCRIPTORS - RESERVE - 8, "the table is full");
      // Those that were accepted are served.
      assertEquals("fixed", clients.get(0).get("/fixed").readResponse().text());

      for (int i = 0; i < more - 60; i++) {
        clients.get(i).close();
      }

      // Those that had to wait are accepted now.
      for (RawHttpClient client : clients.subList(more - 60, more)) {
        assertEquals("fixed", client.get("/fixed").readResponse().text());
        client.close();
      }
      assertEquals(TestReceiver.BODY, front.get("/flush").text());
      Await.until(() -> Descriptors.count(front.pid()) <= idle + 8, "everything was closed");
      assertEquals(1, body.handedOff());
      assertEquals(0, front.stop(), front::toString);
    } finally {
      for (RawHttpClient client : clients) {
        client.close();
      }
    }
  }
}
