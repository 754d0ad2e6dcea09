package org.sluice.itests;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sluice.testing.Await;
import org.sluice.testing.Descriptors;
import org.sluice.testing.RawHttpClient;

/**
 * Event streams that were handed over cost the front nothing; its bundles, its routes and the front
 * itself are replaced, and not one stream notices. The soak sets {@code sluice.streams=10000},
 * {@code sluice.swaps=100} and {@code sluice.changes=1000}.
 */
class StreamsIT {
  private static final int STREAMS = Integer.getInteger("sluice.streams", 500);
  private static final int SWAPS = Integer.getInteger("sluice.swaps", 1);
  private static final int CHANGES = Integer.getInteger("sluice.changes", 5);
  private static final int EVENTS = 100;
  private static final int HELD = 20;
  private static final String EVENT = "data: tick\n\n";

  /** Ticks of 10 ms; copying the events of 500 streams in line takes more than a second. */
  private static final long FEW_TICKS = 30;

  private static final int AT_ONCE = 500;

  private static final long ALLOWED_GROWTH = 2L * 1024 * 1024;

  private final List<RawHttpClient> clients = new ArrayList<>();
  private final List<RawHttpClient> held = new ArrayList<>();

  private static Base base() throws IOException {
    return Base.withSite("streams")
        .fixed("fixed", "/fixed", "0")
        .route("sse", "path=/sse", "target=fd:run/s.sock", "dialect=sluice", "handoff.mode=give")
        .route("lease", "path=/lease", "target=fd:run/s.sock", "dialect=sluice")
        .route("held", "path=/held", "target=fd:run/s.sock", "dialect=sluice")
        .file("etc/org.sluice.accesslog~main.cfg", "file=log/access.log", "format=%^ho %>s %B %U");
  }

  @Test
  void streamsCostNothingAndOutliveEverything() throws Exception {
    Base base = base();
    try (EventStreams receiver = EventStreams.open(base, "run/s.sock", 4 * STREAMS)) {
      try (Front front = Front.start(base)) {
        openStreams(front, receiver);
        everythingButTheFrontChanges(front, receiver);
        leasesAreOutWhenItStops(front, receiver);
      }
      receiver.send(EVENT);
      expectEvents(1);
      try (Front next = Front.start(base)) {
        assertEquals("0123456789", next.get("/lease").text());
        receiver.finish();
        expectEnds();
        next.awaitRow(
            "sluice:handoffs",
            row ->
                Json.text(row, "outcome").equals("ended")
                    && row.get("count").getAsInt() == STREAMS + HELD,
            "the reports of all streams");
        assertEquals(List.of(), next.complaints("org.sluice"));
      }
      expectLog(base);
    } finally {
      for (RawHttpClient client : clients) {
        client.close();
      }
      for (RawHttpClient client : held) {
        client.close();
      }
    }
  }

  private void openStreams(Front front, EventStreams receiver) throws Exception {
    Path jcmd = Tools.jcmd();
    front.ask("sluice:status");
    assertEquals("0123456789", front.get("/lease").text());
    open(front, receiver, Math.max(1, STREAMS / 10));
    long heap = LeaksIT.liveBytes(jcmd, front.pid());
    Await.until(
        () -> Descriptors.of(front.pid()).toString().contains("access.log"),
        "the access log is open, which is written a moment later");
    int descriptors = descriptors(front);

    open(front, receiver, STREAMS);

    Await.until(() -> descriptors(front) <= descriptors, "no more descriptors than " + descriptors);
    long after = LeaksIT.liveBytes(jcmd, front.pid());
    assertTrue(after < heap + ALLOWED_GROWTH, "live bytes " + heap + " before, " + after);
    long ticks = ticks(front.pid());
    for (int i = 0; i < EVENTS; i++) {
      receiver.send(EVENT);
    }
    expectEvents(EVENTS);
    long used = ticks(front.pid()) - ticks;
    assertTrue(used <= FEW_TICKS, "processor time for " + EVENTS * STREAMS + " events: " + used);
  }

  /**
   * Open descriptors without those of standing connections, which have two each: an event loop
   * opens its own with its first client, and few clients at a time may all be on one loop.
   */
  private static int descriptors(Front front) throws IOException {
    int all = Descriptors.count(front.pid());
    int connections =
        front.table("sluice:receivers").stream()
            .mapToInt(receiver -> receiver.get("connections").getAsInt())
            .sum();
    return all - 2 * connections;
  }

  /** Opens streams until there are so many. */
  private void open(Front front, EventStreams receiver, int count) throws IOException {
    while (clients.size() < count) {
      String path = "/sse/" + clients.size();
      clients.add(front.connect().limit(Front.LIMIT).get(path));
      if (clients.size() % AT_ONCE == 0 || clients.size() == count) {
        // A receiver that polls thousands is slow, and the line before it has an end.
        Await.until(() -> receiver.streams() == clients.size(), clients.size() + " streams");
      }
    }
    for (RawHttpClient client : clients.subList(opened, count)) {
      assertEquals(EventStreams.STREAM_HEAD, client.readHead());
    }
    opened = count;
  }

  private int opened;

  private void expectEvents(int count) throws IOException {
    String expected = EVENT.repeat(count);
    for (RawHttpClient client : clients) {
      assertEquals(expected, new String(client.read(expected.length()), ISO_8859_1));
    }
  }

  /** User and system time of a process, in hundredths of a second. */
  private static long ticks(long pid) throws IOException {
    String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
  }

  private void everythingButTheFrontChanges(Front front, EventStreams receiver) throws Exception {
    Base base = front.base();
    try (Load load = Load.start(front, 4, List.of("/lease", "/fixed", "HEAD /fixed", "/lease"))) {
      for (int i = 0; i < SWAPS; i++) {
        swap(front, "org.sluice.flush.raw", "flusher", "raw", i);
        swap(front, "org.sluice.fdpass", "handler", "fd", i);
      }
      for (int i = 1; i <= CHANGES; i++) {
        String text = String.valueOf(i);
        base.route(
            "sse",
            "path=/sse",
            "target=fd:run/s.sock",
            "dialect=sluice",
            "handoff.mode=give",
            "handoff.ack-timeout=" + (5 + i) + "s");
        base.fixed("fixed", "/fixed", text);
        front.await("/fixed", answer -> answer.text().equals(text), "change " + i);
      }
      base.remove("etc/org.sluice.route~sse.cfg");
      Await.until(
          () -> front.table("sluice:routes").stream().noneMatch(StreamsIT::isOfStreams),
          "the streams' route is gone");
      assertEquals(404, front.get("/sse/none").status());
      Await.until(() -> load.succeeded() > 100, "others are answered");
      load.finish();
      assertEquals(List.of(), load.failures());
    }
    receiver.send(EVENT);
    expectEvents(1);
  }

  private static boolean isOfStreams(JsonObject route) {
    return Json.text(route, "path").equals("/sse");
  }

  /** Another version of a bundle comes, and goes again. */
  private static void swap(Front front, String bundle, String kind, String name, int round)
      throws IOException {
    String version = "7.0." + round;
    Path jar = Repack.of(Distribution.stock(bundle)).version(version).to(bundle + "-7.jar");
    front.base().deploy("next.jar", jar);
    awaitServing(front, kind, name, bundle + "/" + version);
    front.base().remove("deploy/next.jar");
    awaitServing(front, kind, name, bundle + "/" + Distribution.VERSION);
  }

  private static void awaitServing(Front front, String kind, String name, String bundle) {
    front.awaitRow(
        "sluice:plugins",
        row ->
            Json.text(row, "kind").equals(kind)
                && Json.text(row, "name").equals(name)
                && Json.text(row, "state").equals("serves")
                && Json.text(row, "bundle").equals(bundle),
        bundle + " serves");
  }

  private void leasesAreOutWhenItStops(Front front, EventStreams receiver) throws IOException {
    for (int i = 0; i < HELD; i++) {
      held.add(front.connect().limit(Front.LIMIT).get("/held"));
    }
    Await.until(() -> receiver.held() == HELD, HELD + " leases are out");
    assertEquals(0, front.stop(), front::toString);
    assertEquals(List.of(), front.complaints("org.sluice"));
  }

  private void expectEnds() throws IOException {
    for (RawHttpClient client : clients) {
      assertEquals(0, client.readToEnd().length);
    }
    for (RawHttpClient client : held) {
      assertEquals(EventStreams.WHOLE, new String(client.readToEnd(), ISO_8859_1));
    }
  }

  /** Each stream has a line with its body's bytes, written by a front that never saw them. */
  private static void expectLog(Base base) throws IOException {
    int bytes = EVENT.length() * (EVENTS + 2);
    List<String> lines = Files.readAllLines(base.path("log/access.log"));
    for (int i = 0; i < STREAMS; i++) {
      String line = "ended 200 " + bytes + " /sse/" + i;
      assertTrue(lines.contains(line), () -> line + " is not among\n" + String.join("\n", lines));
    }
    assertEquals(HELD, lines.stream().filter("ended 200 10 /held"::equals).count());
  }
}
