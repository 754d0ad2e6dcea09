package org.sluice.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.sluice.testing.Await;
import org.sluice.testing.RawResponse;

/** What is wrong in {@code etc/} is said, and changes nothing that was right. */
class CheckIT {
  private static final String GOOD_ROUTE = "org.sluice.route~good.cfg";

  private static Base goodBase(String name) throws IOException {
    return Base.make("check-" + name)
        .site("good", "listen=127.0.0.1:0", "hosts=good.example,localhost", "limit.headers=60")
        .route("good", "site=good", "path=/good", "target=status:200", "status.text=good")
        .route("fd", "site=good", "path=/fd/", "target=fd:run/app.sock", "opening.text=C:\\new");
  }

  private static Distribution.Result check(Base base) throws IOException {
    return Distribution.run("check", "--base", base.path().toString());
  }

  @TestFactory
  Stream<DynamicTest> everyErrorNamesFileKeyAndWhatIsAllowed() throws Exception {
    Base base = BrokenFiles.write(goodBase("broken"));
    Distribution.Result result = check(base);
    List<BrokenFiles.Broken> broken = BrokenFiles.all();
    Stream<DynamicTest> whole =
        Stream.of(
            dynamicTest("status 1", () -> assertEquals(1, result.status(), result.text())),
            dynamicTest("kinds", () -> assertTrue(broken.size() >= 40, broken.size() + " kinds")),
            dynamicTest(
                "good files",
                () ->
                    assertFalse(result.text().contains("error etc/" + GOOD_ROUTE), result.text())));
    return Stream.concat(
        whole,
        broken.stream().map(each -> dynamicTest(each.begin(), () -> assertSaid(each, result))));
  }

  private static void assertSaid(BrokenFiles.Broken each, Distribution.Result result) {
    String place = each.begin().length() > 130 ? each.begin().substring(0, 80) : each.begin();
    assertTrue(
        result.lines().stream()
            .anyMatch(line -> line.startsWith(place) && line.contains(each.allowed())),
        () -> place + " … " + each.allowed() + " is not in\n" + result.text());
  }

  @Test
  void aGoodFolderIsOk() throws Exception {
    Distribution.Result result = check(goodBase("good"));
    assertEquals(0, result.status(), result.text());
    assertFalse(result.text().contains("error "), result.text());
  }

  /** In a folder of its own: a wrong file without a path stands for all of them. */
  @Test
  void aRouteWithoutTargetNeedsOneAbove() throws Exception {
    Distribution.Result result = check(goodBase("orphan").route("orphan", "path=/orphan"));
    assertEquals(1, result.status(), result.text());
    assertTrue(
        result.lines().stream()
            .anyMatch(
                line ->
                    line.startsWith("error etc/org.sluice.route~orphan.cfg target")
                        && line.contains("refines the route above it")),
        result.text());
  }

  /** Beside a running front: everything is said once, and what the front keeps is not touched. */
  @Test
  void checkingChangesNothing() throws Exception {
    Base base = goodBase("beside");
    try (Front front = Front.start(base)) {
      base.route("bad", "site=good", "path=/bad", "target=status:200", "timeout.write=soon");
      front.awaitStatus("/bad", 503);
      List<String> kept = files(base.path("run"));
      Distribution.Result result = check(base);
      assertEquals(
          List.of(
              "error etc/org.sluice.route~bad.cfg:4 timeout.write=soon: a duration is a whole"
                  + " number with ms, s, m, h or d, for example 20s"),
          result.lines());
      assertEquals(kept, files(base.path("run")));
    }
  }

  private static List<String> files(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.map(each -> each + " " + each.toFile().lastModified()).sorted().toList();
    }
  }

  @Test
  void aBundleInDeployIsCheckedToo() throws Exception {
    Base base = goodBase("plugin");
    base.route("gate", "site=good", "path=/gate", "target=status:200", "gate.open=2h");
    Distribution.Result without = check(base);
    assertEquals(0, without.status(), without.text());
    assertTrue(without.text().contains("warning etc/org.sluice.route~gate.cfg:4"), without.text());

    base.deploy("gate.jar", Distribution.plugin("gate"));

    Distribution.Result with = check(base);
    assertEquals(1, with.status(), with.text());
    assertTrue(
        with.lines().stream()
            .anyMatch(
                line ->
                    line.startsWith("error etc/org.sluice.route~gate.cfg:4 gate.open=2h")
                        && line.contains("1s to 1h")),
        with.text());
  }

  private static RawResponse get(Front front, String target) throws IOException {
    return front.get(target);
  }

  @Test
  void aBadFileKeepsItsLastGoodStateAlsoOverARestart() throws Exception {
    Base base = goodBase("last-good").fixed("canary", "/canary", "1");
    try (Front front = Front.start(base)) {
      assertEquals("good", get(front, "/good").text());

      base.route("good", "site=good", "path=/moved", "target=status:200", "status.txt=bad");
      base.fixed("canary", "/canary", "2");
      front.await("/canary", answer -> answer.text().equals("2"), "the change was taken over");

      assertEquals("good", get(front, "/good").text());
      assertEquals(404, get(front, "/moved").status());
      assertTrue(
          front.lines("etc/org.sluice.route~good.cfg:4 status.txt=bad").size() > 0,
          front::toString);
      assertEquals(0, front.stop());
    }
    try (Front front = Front.start(base)) {
      assertEquals("good", get(front, "/good").text());
      assertEquals(404, get(front, "/moved").status());

      base.route("good", "site=good", "path=/moved", "target=status:200", "status.text=well");
      front.awaitStatus("/moved", 200);
      assertEquals(404, get(front, "/good").status());
    }
  }

  /** At a start the plug-in that knows better arrives after the files were read first. */
  @Test
  void theSameForOptionsOfADeployedPlugin() throws Exception {
    Base base = goodBase("last-good-plugin").fixed("canary", "/canary", "1");
    base.deploy("gate.jar", Distribution.plugin("gate"));
    String[] route = {"site=good", "path=/gate", "target=status:200"};
    base.route("gate", route[0], route[1], route[2], "status.text=one", "gate.open=2m");
    try (Front front = Front.start(base)) {
      assertEquals("one", get(front, "/gate").text());
      base.route("gate", route[0], route[1], route[2], "status.text=two", "gate.open=2h");
      base.fixed("canary", "/canary", "2");
      front.await("/canary", answer -> answer.text().equals("2"), "the change was taken over");
      assertEquals("one", get(front, "/gate").text());
      assertEquals(0, front.stop());
    }
    try (Front front = Front.start(base)) {
      assertEquals("one", get(front, "/gate").text());
      assertEquals(1, front.complaints("gate.open=2h").size(), front::toString);
      assertEquals(List.of(), front.complaints("is there now"));
      assertEquals(List.of(), front.complaints("is not there"));
    }
  }

  @Test
  void withoutALastGoodStateItAnswers503() throws Exception {
    Base base = goodBase("never-good").fixed("canary", "/canary", "1");
    base.route("bad", "site=good", "path=/bad", "target=status:200", "timeout.write=soon");
    base.site("bad", "listen=127.0.0.1:0", "hosts=bad.example", "limit.body=x");
    try (Front front = Front.start(base)) {
      assertEquals(503, get(front, "/bad").status());
      assertEquals(503, get(front, "/bad/below").status());
      assertEquals("good", get(front, "/good").text());
      try (var client = front.connect()) {
        client.send("GET /good HTTP/1.1\r\nHost: bad.example\r\n\r\n");
        assertEquals(503, client.readResponse().status());
      }
      base.route("bad", "site=good", "path=/bad", "target=status:200", "timeout.write=1s");
      front.awaitStatus("/bad", 200);
    }
  }

  /** Files that only fit together are taken over together; what stays has no gap. */
  @Test
  void aSetOfFilesIsSwappedAsOne() throws Exception {
    Base base = goodBase("set");
    base.site("other", "listen=127.0.0.1:0", "hosts=other.example", "limit.headers=60");
    try (Front front = Front.start(base);
        Load load = Load.start(front, 2, List.of("/good"))) {
      for (int headers = 61; headers < 64; headers++) {
        // One of these alone would contradict the other.
        base.site(
            "good",
            "listen=127.0.0.1:0",
            "hosts=good.example,localhost",
            "limit.headers=" + headers);
        base.site("other", "listen=127.0.0.1:0", "hosts=other.example", "limit.headers=" + headers);
        base.fixed("step", "/step", Integer.toString(headers));
        String step = Integer.toString(headers);
        front.await("/step", answer -> answer.text().equals(step), "taken over");
      }
      Await.until(() -> load.succeeded() > 100, "traffic");
      load.finish();
      assertEquals(List.of(), load.failures());
      assertEquals(0, front.complaints("must agree").size(), front::toString);
    }
  }

  @Test
  void explainNeedsNoRunningFront() throws Exception {
    Base base = goodBase("explain");
    Distribution.Result told =
        Distribution.run(
            "explain", "--base", base.path().toString(), "http://good.example/good/below");
    assertEquals(0, told.status(), told.text());
    for (String line :
        new String[] {
          "^site +good +.etc/org.sluice.site~good.cfg.*",
          "^route +good path=/good +.etc/org.sluice.route~good.cfg.*",
          "^option limit.headers +60 .*",
          "^handler +status +.org.sluice.core/.*"
        }) {
      assertTrue(told.lines().stream().anyMatch(each -> each.matches(line)), told::text);
    }
  }

  /** A base whose name was mistyped is not made. */
  @Test
  void checkMakesNoBase() throws Exception {
    Path none = Base.make("check-none").path().resolve("mistyped");
    for (String command : new String[] {"check", "explain"}) {
      Distribution.Result result =
          Distribution.run(command, "--base", none.toString(), "http://good.example/");
      assertEquals(1, result.status(), result.text());
      assertTrue(result.text().contains("mistyped: no such folder"), result.text());
      assertFalse(Files.exists(none));
    }
    Files.createDirectory(none);
    Distribution.Result empty = Distribution.run("check", "--base", none.toString());
    assertEquals(1, empty.status(), empty.text());
    assertTrue(empty.text().contains("etc: no such folder"), empty.text());
    try (Stream<Path> made = Files.list(none)) {
      assertEquals(List.of(), made.toList());
    }
  }

  /** All bundles are there, and none of them writes. */
  @Test
  void checkAndExplainLeaveTheBaseAsItIs() throws Exception {
    Path base = Files.createDirectory(Base.make("check-only").path().resolve("looked-at"));
    Path site = Files.createDirectory(base.resolve("etc")).resolve("org.sluice.site~main.cfg");
    Files.writeString(site, "listen=127.0.0.1:0\n");
    for (String[] words : new String[][] {{"check"}, {"explain", "http://a.example/"}}) {
      List<String> command = new ArrayList<>(List.of(words));
      command.addAll(List.of("--base", base.toString()));
      Distribution.Result result = Distribution.run(command.toArray(String[]::new));
      assertEquals(0, result.status(), result.text());
      try (Stream<Path> all = Files.walk(base)) {
        assertEquals(List.of(base, site.getParent(), site), all.sorted().toList());
      }
    }
  }
}
