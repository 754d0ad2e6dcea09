package org.sluice.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.testing.Await;
import org.sluice.testing.RawHttpClient;
import org.sluice.testing.RawResponse;

/** Plug-ins that are missing, come late, fail, or are no plug-ins at all. */
class PluginsIT {
  private static Base base;
  private static Front front;
  private static TestReceiver body;

  @BeforeAll
  static void start() throws IOException {
    base =
        Base.withSite("plugins")
            .fixed("fixed", "/fixed", "fixed")
            .route("fd", "path=/fd", "target=fd:run/body.sock")
            .route("late", "path=/late", "target=fd:run/body.sock", "flusher=stamp-late")
            .route("skeleton", "path=/skeleton", "target=fd:run/body.sock", "flusher=sse")
            .route("no-dialect", "path=/no-dialect", "target=fd:run/body.sock", "dialect=telepathy")
            .route("no-scheme", "path=/no-scheme", "target=carrier-pigeon:run/coop")
            .route("failing", "path=/failing", "target=fd:run/body.sock", "flusher=stamp")
            .route("held", "path=/held", "target=fd:run/body.sock", "flusher=stamp-held")
            .route("twin", "path=/twin", "target=fd:run/body.sock", "flusher=stamp-twin")
            .route("gate", "path=/gate", "target=status:200", "status.text=in", "gate.token=sesame")
            .route("access", "path=/g-access", "target=status:200", "access.allow=127.0.0.1")
            .route("auth", "path=/g-auth", "target=status:200", "auth.file=etc/htpasswd")
            .route("cgi", "path=/g-cgi", "target=status:200", "cgi=on")
            .route("suffix", "path=/g-suffix", "target=status:200", "cgi.suffixes=.cgi")
            .route("ssi", "path=/g-ssi", "target=status:200", "ssi=on")
            .route("below", "path=/g-cgi/below", "target=status:200", "status.text=open")
            .deploy("stamp.jar", Distribution.plugin("stamp"));
    body = TestReceiver.open(base, "run/body.sock", TestReceiver.BODY);
    front = Front.start(base);
  }

  @AfterAll
  static void stop() throws IOException {
    front.close();
    body.close();
  }

  /** A flusher of another name in a bundle of another name. */
  private static Path flusher(String name, String version) throws IOException {
    return Repack.of(Distribution.plugin("stamp"))
        .name("org.sluice.itests." + name)
        .version(version)
        .text("(name=\"sluice.flusher\"[^>]*value=\")[^\"]+", "$1" + name)
        .to(name + "-" + version + ".jar");
  }

  private static JsonObject plugin(String kind, String name) throws IOException {
    return front.table("sluice:plugins").stream()
        .filter(row -> Json.text(row, "kind").equals(kind) && Json.text(row, "name").equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + kind + " " + name));
  }

  @Test
  void anUnknownFlusherThatArrivesLater() throws Exception {
    int before = front.complaints("stamp-late").size();
    RawResponse answer = front.get("/late");
    assertEquals(500, answer.status(), answer::rawText);
    Await.until(() -> front.complaints("stamp-late").size() == before + 1, "a line in the log");

    base.deploy("late.jar", flusher("stamp-late", "1.0.0"));

    RawResponse served = front.awaitStatus("/late", 200);
    assertEquals("org.sluice.itests.stamp-late/1.0.0/0", served.header("X-Stamp"));
    assertEquals(TestReceiver.BODY, served.text());
    base.remove("deploy/late.jar");
    front.awaitStatus("/late", 500);
  }

  @Test
  void theSkeletonOfTheExamplesWorksAsItIs() throws Exception {
    assertEquals(500, front.get("/skeleton").status());
    base.deploy(
        "sse.jar",
        Distribution.TOP.resolve("examples/flusher-skeleton/target/org.example.sse-1.0.0.jar"));
    RawResponse served = front.awaitStatus("/skeleton", 200);
    assertEquals("text/event-stream", served.header("Content-Type"));
    assertEquals(":ok\n\n" + TestReceiver.BODY, served.text());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/no-dialect 500 telepathy", "/no-scheme 503 carrier-pigeon"})
  void missingNamesAreSaid(String words) throws Exception {
    String[] word = words.split(" ");
    int before = front.complaints(word[2]).size();
    assertEquals(Integer.parseInt(word[1]), front.get(word[0]).status());
    Await.until(() -> front.complaints(word[2]).size() == before + 1, "a line in the log");
  }

  /** T14: what guards or claims content is not passed over because its bundle is not there. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "org.sluice.access /g-access /g-auth",
        "org.sluice.cgi /g-cgi /g-suffix /g-cgi/below",
        "org.sluice.ssi /g-ssi"
      })
  void guardsOfAbsentBundlesFailClosed(String words) throws Exception {
    String[] word = words.split(" ");
    String id = bundleId(word[0]);
    front.ask("stop " + id);
    try {
      // The first of them is held for plugin.hold.
      for (int i = 1; i < word.length; i++) {
        RawResponse answer = front.get(word[i]);
        assertEquals(503, answer.status(), answer::rawText);
      }
      assertEquals(200, front.get("/fixed").status());
    } finally {
      front.ask("start " + id);
    }
  }

  /** The guard comes, guards, and goes: the route is never open without it. */
  @Test
  void aGuardThatLeavesTakesItsRoutesAlong() throws Exception {
    base.deploy("gate.jar", Distribution.plugin("gate"));
    front.awaitStatus("/gate", 403);
    assertEquals("in", front.get("/gate", "X-Token: sesame").text());

    base.remove("deploy/gate.jar");

    List<Integer> seen = new ArrayList<>();
    Await.until(
        () -> {
          seen.add(front.get("/gate").status());
          return seen.get(seen.size() - 1) == 503;
        },
        "the route answers 503");
    assertFalse(seen.contains(200), seen::toString);
    assertEquals(503, front.get("/gate", "X-Token: sesame").status());
  }

  @Test
  void aFlusherThatThrowsCostsOneExchange() throws Exception {
    front.awaitStatus("/failing", 200);
    long errors = plugin("flusher", "stamp").get("errors").getAsLong();
    RawResponse failed = front.get("/failing", "X-Fail: yes");
    assertEquals(500, failed.status(), failed::rawText);
    RawResponse next = front.get("/failing");
    assertEquals(200, next.status(), next::rawText);
    JsonObject row = plugin("flusher", "stamp");
    assertEquals(errors + 1, row.get("errors").getAsLong(), row::toString);
    assertTrue(Json.text(row, "last-error").contains("told to fail"), row::toString);
  }

  /** FileInstall would take the bundle away with whichever file goes first. */
  @Test
  void ofTwoFilesOfOneBundleTheOtherStaysWhenOneGoes() throws Exception {
    Path jar = flusher("stamp-twin", "1.0.0");
    base.deploy("twin-a.jar", jar);
    front.awaitStatus("/twin", 200);
    base.deploy("twin-b.jar", jar);
    awaitOneLine("deploy/twin-b.jar is passed over while deploy/twin-a.jar is there");

    base.remove("deploy/twin-a.jar");

    Await.until(() -> !started("twin-b.jar").isEmpty(), "the other has started");
    front.awaitStatus("/twin", 200);
    base.deploy("twin-a.jar", jar);
    awaitOneLine("deploy/twin-a.jar is passed over while deploy/twin-b.jar is there");

    base.remove("deploy/twin-a.jar");
    base.bytes("deploy/after-twin.jar", new byte[1]);

    awaitOneLine("deploy/after-twin.jar is passed over: it cannot be read as a jar");
    assertEquals(200, front.get("/twin").status());
    base.remove("deploy/after-twin.jar");
    base.remove("deploy/twin-b.jar");
    front.awaitStatus("/twin", 500);
  }

  private static List<String> started(String jar) {
    return front.lines("Started bundle").stream().filter(line -> line.endsWith(jar)).toList();
  }

  private static void awaitOneLine(String text) {
    Await.until(() -> front.lines(text).size() == 1, text);
  }

  /** Whoever opens a pipe waits for a writer: nothing was installed from then on. */
  @Test
  void aPipeInDeployHoldsNothingUp() throws Exception {
    Path pipe = base.path("deploy/a-pipe.jar");
    assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
    awaitOneLine("deploy/a-pipe.jar is passed over: it cannot be read as a jar (it is no regular");
    assertEquals(1, front.shell("plugin impact " + pipe).status());
    base.bytes("deploy/after-pipe.jar", new byte[1]);
    awaitOneLine("deploy/after-pipe.jar is passed over: it cannot be read as a jar");
    Files.delete(pipe);
    base.remove("deploy/after-pipe.jar");
  }

  /** A second core would fight with the first one for the listeners. */
  @ParameterizedTest
  @ValueSource(strings = {"org.sluice.core", "org.sluice.server", "org.sluice.api"})
  void anotherVersionOfWhatThereCanBeOnlyOneOfIsRefused(String name) throws Exception {
    Path newer = Repack.of(Distribution.stock(name)).version("9.0.0").to(name + "-9.jar");
    assertTrue(front.ask("plugin impact " + newer).contains("refused"));

    base.deploy(name + ".jar", newer);

    awaitOneLine(
        "deploy/" + name + ".jar is refused: it is another " + name + "/" + Distribution.VERSION);
    assertEquals(1, front.lines(name + ".jar is refused").size());
    assertTrue(
        front.lines(name + ".jar is refused").get(0).contains("replace the jar in bundles/"));
    assertFalse(front.ask("lb -s").contains("9.0.0"));
    assertEquals(200, front.get("/fixed").status());
    base.remove("deploy/" + name + ".jar");
  }

  @Test
  void whatIsNoBundleIsPassedOverWithALine() throws Exception {
    Path notes = Files.writeString(base.path("deploy/notes.cfg"), "a=b\n");
    Path broken = Files.writeString(base.path("deploy/broken.jar"), "no zip");
    Path plain = base.path("deploy/plain.jar");
    new JarOutputStream(Files.newOutputStream(plain), new Manifest()).close();
    Path readme = Files.writeString(base.path("deploy/README"), "jars go here\n");
    for (String line :
        new String[] {
          "deploy/notes.cfg is passed over: only plug-in jars",
          "deploy/broken.jar is passed over: it cannot be read as a jar",
          "deploy/plain.jar is passed over: it is no bundle"
        }) {
      Await.until(() -> front.lines(line).size() == 1, line);
    }
    assertEquals(List.of(), front.lines("deploy/README"));
    for (Path each : List.of(notes, broken, plain, readme)) {
      Files.delete(each);
    }
  }

  /** A copy that came in two parts: what was passed over serves when it is whole. */
  @Test
  void aJarThatBecomesWholeServes() throws Exception {
    byte[] whole = Files.readAllBytes(flusher("stamp-parts", "1.0.0"));
    Path jar = base.path("deploy/parts.jar");
    Files.write(jar, Arrays.copyOf(whole, whole.length / 2));
    Await.until(
        () -> front.lines("deploy/parts.jar is passed over").size() == 1, "half of it is told");
    Files.write(jar, whole);
    Await.until(
        () ->
            front.table("sluice:plugins").stream()
                .anyMatch(row -> Json.text(row, "bundle").contains("stamp-parts/1.0.0")),
        "it is a plug-in");
    base.remove("deploy/parts.jar");
  }

  @Test
  void whatCannotBeAPluginIsListedWithTheReason() throws Exception {
    Path nameless =
        Repack.of(Distribution.plugin("stamp"))
            .name("org.sluice.itests.nameless")
            .text("name=\"sluice.flusher\"", "name=\"sluice.flasher\"")
            .to("nameless.jar");
    base.deploy("nameless.jar", nameless);
    JsonObject row =
        front.awaitRow(
            "sluice:plugins",
            each -> Json.text(each, "bundle").startsWith("org.sluice.itests.nameless/"),
            "the nameless one is listed");
    assertEquals("refused", Json.text(row, "state"), row::toString);
    assertTrue(Json.text(row, "last-error").contains("sluice.flusher"), row::toString);
    base.remove("deploy/nameless.jar");
    Await.until(
        () ->
            front.table("sluice:plugins").stream()
                .noneMatch(each -> Json.text(each, "bundle").contains("nameless")),
        "and no more when it has gone");
  }

  /** The only flusher of its name is replaced: requests wait a moment instead of failing. */
  @Test
  void aReplacedJarIsInvisible() throws Exception {
    base.deploy("held.jar", flusher("stamp-held", "1.0.0"));
    front.awaitStatus("/held", 200);
    try (Load load = Load.start(front, 4, List.of("/held", "HEAD /held"))) {
      for (String version : new String[] {"1.1.0", "1.2.0", "1.3.0"}) {
        base.deploy("held.jar", flusher("stamp-held", version));
        String stamp = "org.sluice.itests.stamp-held/" + version + "/0";
        front.await("/held", a -> stamp.equals(a.header("X-Stamp")), version + " serves");
      }
      load.finish();
      assertEquals(List.of(), load.failures());
      assertTrue(load.succeeded() > 20, "answered " + load.succeeded());
    }
  }

  /** What the front answers must not depend on the order in which bundles started. */
  @Test
  void startOrderDoesNotMatter() throws Exception {
    List<String> names =
        new ArrayList<>(
            List.of("org.sluice.fdpass", "org.sluice.flush.head", "org.sluice.itests.stamp"));
    TreeMap<String, String> expected = answers();
    for (int i = 0; i < 3; i++) {
      List<String> ids = new ArrayList<>();
      for (String name : names) {
        ids.add(bundleId(name));
      }
      front.ask("stop " + String.join(" ", ids));
      for (String id : ids) {
        front.ask("start " + id);
      }
      assertEquals(expected, answers(), names::toString);
      Collections.rotate(names, 1);
    }
  }

  private static String bundleId(String symbolicName) throws IOException {
    for (String line : front.ask("lb -s " + symbolicName).lines().toList()) {
      String[] cells = line.split("\\|");
      if (cells.length > 3 && cells[3].strip().split(" ")[0].equals(symbolicName)) {
        return cells[0].strip();
      }
    }
    throw new AssertionError("no bundle " + symbolicName);
  }

  private static TreeMap<String, String> answers() throws IOException {
    TreeMap<String, String> answers = new TreeMap<>();
    for (String target : new String[] {"/fixed", "/fd", "/failing", "/no-scheme", "/g-ssi"}) {
      try (RawHttpClient client = front.connect()) {
        RawResponse answer = client.get(target).readResponse();
        answers.put(target, answer.status() + " " + answer.header("X-Stamp"));
      }
    }
    return answers;
  }
}
