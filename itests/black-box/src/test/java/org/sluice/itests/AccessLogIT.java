package org.sluice.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.sluice.testing.Await;
import org.sluice.testing.RawHttpClient;

/** Access logs of the packaged front: each exchange once, nothing lost, items that come and go. */
class AccessLogIT {
  private static Base base(String name, String... log) throws IOException {
    Base base = Base.withSite("log-" + name).fixed("fixed", "/fixed", "fixed");
    return base.file("etc/org.sluice.accesslog~main.cfg", log);
  }

  private static List<String> lines(Base base, String file) throws IOException {
    Path path = base.path(file);
    return Files.exists(path) ? Files.readAllLines(path) : List.of();
  }

  private static void awaitLines(Base base, int count) {
    Await.until(() -> lines(base, "log/a.log").size() >= count, count + " lines");
  }

  @Test
  void everyExchangeIsLoggedOnce() throws Exception {
    Base base =
        base("once", "file=log/a.log", "flush=10ms", "format=\"%r\" %>s %b %X %(handoff) %(error)")
            .route("fd", "path=/fd", "target=fd:run/app.sock")
            .route("raw", "path=/raw", "target=fd:run/app.sock", "flusher=raw")
            .route("none", "path=/none", "target=fd:run/none.sock");
    try (TestReceiver receiver = TestReceiver.open(base, "run/app.sock", TestReceiver.BODY);
        Front front = Front.start(base)) {
      try (RawHttpClient client = front.connect()) {
        client.get("/fixed?a=\\b").readResponse();
        client.send("HEAD /fixed HTTP/1.1\r\nHost: x\r\n\r\n").readResponse("HEAD");
        client.get("/nowhere").readResponse();
        client.send("BAD\u0001LINE\r\n\r\n").readToEnd();
      }
      // A give is logged when it is acknowledged, which may be after the receiver's answer.
      front.get("/fd");
      awaitLines(base, 5);
      try (RawHttpClient client = front.connect()) {
        client.get("/raw").readToEnd();
      }
      awaitLines(base, 6);
      front.get("/none");
      awaitLines(base, 7);
      assertEquals(2, receiver.handedOff());
      assertEquals(0, front.stop());
    }
    assertEquals(
        List.of(
            "\"GET /fixed?a=\\\\b HTTP/1.1\" 200 5 + - -",
            "\"HEAD /fixed HTTP/1.1\" 200 - + - -",
            "\"GET /nowhere HTTP/1.1\" 404 25 + - no-route",
            "\"BAD\\x01LINE\" 400 26 - - refused",
            "\"GET /fd HTTP/1.1\" 200 - - given -",
            "\"GET /raw HTTP/1.1\" - - - given -",
            "\"GET /none HTTP/1.1\" 503 24 + unavailable fd-unavailable"),
        lines(base, "log/a.log").stream().map(AccessLogIT::withoutIds).toList());
  }

  /** Error pages hold identifiers of varying length; a slow receiver's sign may come too late. */
  private static String withoutIds(String line) {
    return line.replaceAll("404 [0-9]+", "404 25")
        .replaceAll("400 [0-9]+", "400 26")
        .replaceAll("503 [0-9]+", "503 24")
        .replace(" unconfirmed ", " given ");
  }

  @Test
  void aRequestThatDoesNotComeInTime() throws Exception {
    Base base = base("408", "file=log/a.log", "flush=10ms", "format=common");
    base.site("main", "listen=127.0.0.1:0", "timeout.header=200ms");
    try (Front front = Front.start(base)) {
      try (RawHttpClient client = front.connect()) {
        client.send("GET").readToEnd();
      }
      try (RawHttpClient silent = front.connect()) {
        silent.readToEnd();
      }
      front.get("/fixed");
      awaitLines(base, 2);
      List<String> lines = lines(base, "log/a.log");
      assertEquals(2, lines.size(), lines::toString);
      assertTrue(lines.get(0).contains("] \"-\" 408 "), lines::toString);
    }
  }

  @Test
  void aStopInOrderLosesNothing() throws Exception {
    Base base = base("stop", "file=log/a.log", "flush=1m", "buffer=16m");
    try (Front front = Front.start(base)) {
      for (int i = 0; i < 200; i++) {
        assertEquals(200, front.get("/fixed").status());
      }
      assertEquals(0, front.stop());
    }
    assertEquals(200, lines(base, "log/a.log").size());
  }

  @Test
  void killLosesAtMostTheBuffer() throws Exception {
    Base base = base("kill", "file=log/a.log", "flush=1m", "buffer=4k", "format=%r");
    int requests = 1000;
    try (Front front = Front.start(base);
        RawHttpClient client = front.connect()) {
      for (int i = 0; i < requests; i++) {
        client.get("/fixed").readResponse();
      }
      // The writer has its own thread, and may not have had its turn yet.
      Await.until(() -> lost(base, requests) <= 4096, "no more than the buffer waits");
      front.process().kill();
    }
    assertTrue(lost(base, requests) <= 4096, "lost " + lost(base, requests) + " bytes");
  }

  private static int lost(Base base, int requests) throws IOException {
    return (requests - lines(base, "log/a.log").size()) * "GET /fixed HTTP/1.1\n".length();
  }

  @Test
  void movingTheFileUnderLoadLosesNothing() throws Exception {
    Base base = base("move", "file=log/a.log", "flush=5ms", "format=%>s");
    long asked;
    try (Front front = Front.start(base)) {
      try (Load load = Load.start(front, 4, List.of("/fixed"))) {
        for (int i = 0; i < 5; i++) {
          awaitLines(base, 50);
          Files.move(base.path("log/a.log"), base.path("log/moved" + i));
          if (i % 2 == 1) {
            assertTrue(front.ask("logs reopen").contains("done"));
          }
        }
        awaitLines(base, 50);
        load.finish();
        assertEquals(List.of(), load.failures());
        asked = load.succeeded();
      }
      assertEquals(0, front.stop());
    }
    long logged = lines(base, "log/a.log").size();
    for (int i = 0; i < 5; i++) {
      logged += lines(base, "log/moved" + i).size();
    }
    assertEquals(asked, logged);
  }

  @Test
  void anItemComesAndGoesWhileItIsAskedFor() throws Exception {
    Base base = base("item", "file=log/a.log", "flush=5ms", "format=%(tenant) %{X-T}(tenant) %>s");
    Path jar = Distribution.TOP.resolve("examples/log-item/target/org.example.tenant-1.0.0.jar");
    try (Front front = Front.start(base)) {
      front.get("/fixed");
      awaitLines(base, 1);
      assertEquals(List.of("- - 200"), lines(base, "log/a.log"));
      base.deploy("tenant.jar", jar);
      awaitLast(front, base, "localhost acme 200");
      base.remove("deploy/tenant.jar");
      awaitLast(front, base, "- - 200");
      assertEquals(2, front.complaints("log main: nobody offers the item").size(), front::toString);
    }
  }

  /** Exchanges that end in between have no line; those that have one have it whole. */
  @Test
  void replacingTheBundleUnderLoadLeavesWholeLinesOnly() throws Exception {
    Base base =
        base("replaced", "file=log/a.log", "flush=5ms", "format=%m %U%q s=%>s %(route) \"%r\"");
    try (Front front = Front.start(base)) {
      String id = bundleId(front);
      try (Load load = Load.start(front, 4, List.of("/fixed?a=b"))) {
        for (int i = 1; i <= 6; i++) {
          awaitLines(base, lines(base, "log/a.log").size() + 50);
          front.ask((i % 2 == 0 ? "update " : "refresh ") + id);
        }
        awaitLines(base, lines(base, "log/a.log").size() + 50);
        load.finish();
        assertEquals(List.of(), load.failures());
      }
      assertEquals(0, front.stop());
      assertEquals(List.of(), front.complaints("log main: "));
    }
    assertEquals(
        Set.of("GET /fixed?a=b s=200 fixed \"GET /fixed?a=b HTTP/1.1\""),
        Set.copyOf(lines(base, "log/a.log")));
  }

  private static String bundleId(Front front) throws IOException {
    String name = "org.sluice.accesslog";
    for (String line : front.ask("lb -s " + name).lines().toList()) {
      String[] cells = line.split("\\|");
      if (cells.length > 3 && cells[3].strip().split(" ")[0].equals(name)) {
        return cells[0].strip();
      }
    }
    throw new AssertionError("no bundle " + name);
  }

  private static void awaitLast(Front front, Base base, String expected) {
    Await.until(
        () -> {
          front.get("/fixed", "X-T: acme.example.org");
          List<String> lines = lines(base, "log/a.log");
          return lines.get(lines.size() - 1).equals(expected);
        },
        "the last line is " + expected);
  }

  @Test
  void severalLogsWithConditionsAndJson() throws Exception {
    Base base = base("several", "file=log/a.log", "flush=5ms", "status=4xx", "format=%>s %U");
    base.file(
        "etc/org.sluice.accesslog~json.cfg",
        "file=log/json.log",
        "flush=5ms",
        "format=json",
        "condition=%{REQUEST_URI} =~ m#^/fixed#");
    base.file("etc/org.sluice.accesslog~other.cfg", "site=other", "file=log/other.log");
    base.site("other", "listen=127.0.0.1:0", "hosts=other.example");
    try (Front front = Front.start(base)) {
      front.get("/fixed", "User-Agent: \u00ff\u0080\"\\");
      front.get("/nope");
      awaitLines(base, 1);
      Await.until(() -> lines(base, "log/json.log").size() == 1, "a line of JSON");
      JsonObject line =
          JsonParser.parseString(lines(base, "log/json.log").get(0)).getAsJsonObject();
      assertEquals("fixed", line.get("route").getAsString());
      assertEquals("\ufffd\ufffd\"\\", line.get("user_agent").getAsString());
      assertEquals(List.of("404 /nope"), lines(base, "log/a.log"));
      assertEquals(0, lines(base, "log/other.log").size());
      base.file("etc/org.sluice.accesslog~main.cfg", "file=log/a.log", "flush=5ms", "format=%m");
      Await.until(
          () -> {
            front.get("/fixed");
            return lines(base, "log/a.log").contains("GET");
          },
          "a changed format");
    }
  }

  @Test
  void aFullDiskIsSaidOnceAndServingGoesOn() throws Exception {
    Base base = base("full", "file=log/a.log", "flush=5ms", "format=%r");
    Files.createDirectories(base.path("log"));
    Files.createSymbolicLink(base.path("log/a.log"), Path.of("/dev/full"));
    try (Front front = Front.start(base)) {
      for (int i = 0; i < 50; i++) {
        assertEquals(200, front.get("/fixed").status());
      }
      Await.until(() -> front.lines("cannot be written").size() == 1, "said");
      Files.delete(base.path("log/a.log"));
      awaitLines(base, 50);
      Await.until(() -> front.lines("is written again").size() == 1, "recovered");
      assertEquals(1, front.lines("cannot be written").size(), front::toString);
    }
    assertEquals(50, lines(base, "log/a.log").size());
  }

  @Test
  void aProgramReadsTheLines() throws Exception {
    Base base =
        base(
            "pipe",
            "file=|$while read line; do echo \"$line\" >> log/out; done",
            "flush=5ms",
            "format=%q");
    Files.createDirectories(base.path("log"));
    List<String> expected = new ArrayList<>();
    IntStream.range(0, 50).forEach(i -> expected.add("?" + i));
    try (Front front = Front.start(base)) {
      for (String query : expected) {
        front.get("/fixed" + query);
      }
      assertEquals(0, front.stop());
    }
    // Answered on two event loops: a line may come after that of the next request.
    Set<String> all = Set.copyOf(expected);
    Await.until(() -> Set.copyOf(lines(base, "log/out")).equals(all), "all lines");
    assertEquals(all.size(), lines(base, "log/out").size());
  }

  @Test
  void checkNamesWhatIsWrong() throws Exception {
    Base base =
        base(
            "check",
            "file=nowhere/a.log",
            "format=%{x",
            "condition=%{NOPE} == 'x'",
            "rotate.sise=1m",
            "overflow=bock");
    Distribution.Result result = Distribution.run("check", "--base", base.path().toString());
    assertEquals(1, result.status(), result::text);
    for (String expected :
        List.of(
            "org.sluice.accesslog~main.cfg:1 file=nowhere/a.log: the directory ",
            "org.sluice.accesslog~main.cfg:2 format=%{x: '%{x' lacks its }",
            "org.sluice.accesslog~main.cfg:3 condition=%{NOPE} == 'x': there is no variable",
            "org.sluice.accesslog~main.cfg:4 rotate.sise=1m: unknown key; known are buffer, ",
            "; did you mean rotate.size?",
            "org.sluice.accesslog~main.cfg:5 overflow=bock: allowed are drop, block")) {
      assertTrue(result.text().contains(expected), expected + "\n" + result.text());
    }
  }

  /** Settings that are wrong, and the one line that each is worth. */
  @Test
  void checkSaysEachThingOnce() throws Exception {
    String[][] wrong = {
      {"file=log/a", "flush=-1s", "error.*:2 flush=-1s: a duration is a whole number.*"},
      {"file=log/a", "rotate.size=1x", "error.*:2 rotate.size=1x: a size is a whole number.*"},
      {"file=log/a", "sampling=some", "error.*:2 sampling=some: a number is whole.*"},
      {"file=log/a", "keep=3", "warning.*:2 keep=3: without rotate.size and rotate.every .*"},
      {"file=log/a", "routes=nope", "warning.*:2 routes=nope: there is no route of the name nope"},
      {"file=log/a", "format=json a=%s a=%h", "error.*: the field a is there twice"},
      {"file=log/a", "format=json a", "error.*: 'a': a field of a json format is NAME=FORMAT.*"},
      {"file=|/bin/cat", "rotate.size=1m", "warning.*: only files are rotated: .*"},
      {"file=|/no/such", "format=%h", "error.*:1 file=.*: there is no program /no/such to start"},
      {"file=log/a", "writer=nope", "warning.*:2 writer=nope: no log-writer named 'nope' .*"},
      {"writer=syslog", "syslog.address=tcp:h:1", "error.*: allowed are unix:PATH and udp:.*"},
    };
    Base base = base("once", "file=log/main.log");
    for (int i = 0; i < wrong.length; i++) {
      base.file("etc/org.sluice.accesslog~w%02d.cfg".formatted(i), wrong[i][0], wrong[i][1]);
    }
    Distribution.Result result = Distribution.run("check", "--base", base.path().toString());
    assertEquals(1, result.status(), result::text);
    List<String> said = result.lines();
    assertEquals(wrong.length, said.size(), result::text);
    for (int i = 0; i < wrong.length; i++) {
      assertTrue(said.get(i).contains("w%02d.cfg".formatted(i)), said.get(i));
      assertTrue(said.get(i).matches(wrong[i][2]), said.get(i));
    }
  }
}
