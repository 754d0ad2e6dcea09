package org.sluice.itests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.testing.Await;
import org.sluice.testing.RawHttpClient;
import org.sluice.testing.RawResponse;

/** Guards of the bundle {@code org.sluice.access}, with and without it, and error pages around. */
class AccessIT {
  /** Password {@code x}. */
  private static final String BCRYPT =
      "$2y$04$beYMa5i5vyEVa3f9zjW4Fe15Zo5SlCQlUnz5q8SF1vf4kcO89pkse";

  /** Password {@code sesam öffne}. */
  private static final String SHA512 =
      "$6$L1ff3zrtbhmyi7as$RNE8FeaaP0LDuIs7OMqJu5zPodFFbeauXSpG74nDg2yOM0Nz4OfSbAEloXxg1W5idZolickaIgB.19ROcBv8F0";

  private static final String SECRET = "the secret";

  private static Base base;
  private static Front front;

  @BeforeAll
  static void start() throws IOException {
    base =
        Base.withSite("access", "error.404=/pages/404", "error.401=/private/401")
            .fixed("fixed", "/fixed", "fixed")
            .fixed("pages", "/pages", "our page")
            .route("denied", "path=/denied", "target=status:200", "access.deny=127.0.0.0/8")
            .route(
                "allowed",
                "path=/allowed",
                "target=status:200",
                "status.text=in",
                "access.allow=127.0.0.1")
            .route("nested", "path=/allowed/not", "access.allow=10.0.0.0/8")
            .route("typo", "path=/typo", "target=status:200", "access.allow=10.0.0.0/99")
            .route(
                "private",
                "path=/private",
                "target=status:200",
                "status.text=" + SECRET,
                "auth.file=etc/users")
            .route(
                "staff",
                "path=/private/staff",
                "auth.require=group staff",
                "auth.groups=etc/groups")
            .route("challenge", "path=/private/401", "status.text=not for you")
            .route("open", "path=/private/open", "auth.file=", "auth.realm=Inner")
            .file("etc/users", "bob:" + BCRYPT, "änn:" + SHA512)
            .file("etc/groups", "staff: änn");
    front = Front.start(base);
  }

  @AfterAll
  static void stop() {
    front.close();
  }

  private static String basic(String pair) {
    return "Authorization: Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8));
  }

  @ParameterizedTest
  @CsvSource({
    "/denied,403",
    "/allowed,200",
    "/allowed/x,200",
    "/allowed/not,403",
    "/typo,503",
    "/private,401",
    "/private/open,401",
    "//private/./x,401",
    "/%70rivate,401",
    "/nothing,404"
  })
  void whatAStrangerGets(String target, int status) throws IOException {
    RawResponse answer = front.get(target, "X-Forwarded-For: 10.0.0.1");
    assertEquals(status, answer.status(), answer::rawText);
    assertFalse(answer.rawText().contains(SECRET), answer::rawText);
  }

  @ParameterizedTest
  @CsvSource({
    "/private,bob:x,200",
    "/private,bob:y,401",
    "/private,eve:x,401",
    "/private,änn:sesam öffne,200",
    "/private/staff,bob:x,401",
    "/private/staff,änn:sesam öffne,200",
    "/private/open,bob:x,200"
  })
  void whatUsersGet(String target, String pair, int status) throws IOException {
    for (int i = 0; i < 2; i++) {
      RawResponse answer = front.get(target, basic(pair));
      assertEquals(status, answer.status(), answer::rawText);
      assertEquals(status == 200, answer.text().equals(SECRET), answer::rawText);
    }
  }

  /** The page of the challenge is guarded itself: only those who may see it do. */
  @Test
  void thePageOfTheChallenge() throws IOException {
    assertEquals("not for you", front.get("/private/staff", basic("bob:x")).text());
    assertTrue(front.get("/private/staff").text().startsWith("401 Unauthorized\n"));
  }

  @Test
  void theChallenge() throws IOException {
    RawResponse answer = front.get("/private/open", "Accept: application/json");
    assertEquals("Basic realm=\"Inner\", charset=\"UTF-8\"", answer.header("WWW-Authenticate"));
    assertEquals("application/problem+json", answer.header("Content-Type"));
    assertEquals("Sluice", answer.header("Server"));
  }

  @Test
  void thePageOfTheSite() throws IOException {
    RawResponse answer = front.get("/nothing", "If-None-Match: *", "Range: bytes=0-0");
    assertEquals(404, answer.status());
    assertEquals("our page", answer.text());
    try (RawHttpClient client = front.connect()) {
      client.send("HEAD /nothing HTTP/1.1\r\nHost: x\r\n\r\n");
      assertEquals(404, client.readResponse("HEAD").status());
    }
  }

  /** A user who is removed is out, one who is added is in; half a file changes nothing. */
  @Test
  void thePasswordFileChanges() throws Exception {
    base.route(
        "own", "path=/own", "target=status:200", "status.text=own", "auth.file=etc/own-users");
    base.file("etc/own-users", "bob:" + BCRYPT);
    front.await("/own", a -> a.status() == 401, "it is guarded");
    awaitOwn("bob:x", 200);
    base.file("etc/own-users", "eve:" + BCRYPT);
    awaitOwn("eve:x", 200);
    awaitOwn("bob:x", 401);
    base.file("etc/own-users", "eve:" + BCRYPT, "and now for something else");
    Await.until(
        Duration.ofSeconds(20),
        () ->
            front.get("/own", basic("eve:x")).status() == 200
                && !front.complaints("own-users:2").isEmpty(),
        "a line in the log");
    awaitOwn("eve:x", 200);
  }

  private static void awaitOwn(String pair, int status) {
    Await.until(
        Duration.ofSeconds(20),
        () -> front.get("/own", basic(pair)).status() == status,
        pair + " gets " + status);
  }

  private static String bundleId() throws IOException {
    for (String line : front.ask("lb -s org.sluice.access").lines().toList()) {
      String[] cells = line.split("\\|");
      if (cells.length > 3 && cells[3].strip().startsWith("org.sluice.access ")) {
        return cells[0].strip();
      }
    }
    throw new AssertionError("no bundle org.sluice.access");
  }

  /** T8, T15: stopped, started and replaced under load, it never leaves a resource open. */
  @Test
  void withoutTheBundleNothingIsOpen() throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    List<String> wrong = Collections.synchronizedList(new ArrayList<>());
    List<Thread> strangers = new ArrayList<>();
    for (String target : new String[] {"/private", "/denied", "/private/staff"}) {
      Thread stranger = new Thread(() -> knock(target, over, wrong));
      stranger.start();
      strangers.add(stranger);
    }
    hold("plugin.hold=200ms");
    try (Load load = Load.start(front, 4, List.of("/fixed"))) {
      String id = bundleId();
      for (int i = 0; i < 5; i++) {
        front.ask("stop", id);
        assertEquals(503, front.awaitStatus("/denied", 503).status());
        assertEquals(503, front.get("/private", basic("bob:x")).status());
        front.ask("start", id);
        front.awaitStatus("/denied", 403);
      }
      load.finish();
      assertEquals(List.of(), load.failures());
    } finally {
      hold("plugin.hold=2s");
    }
    over.set(true);
    for (Thread stranger : strangers) {
      stranger.join(20_000);
    }
    assertEquals(List.of(), wrong);
  }

  /** Applies how long requests wait for a guard that vanished: each 503 does. */
  private static void hold(String line) throws IOException {
    base.file("etc/org.sluice.core.cfg", line).fixed("held", "/held", line);
    front.await("/held", answer -> answer.text().equals(line), line + " is applied");
  }

  private static void knock(String target, AtomicBoolean over, List<String> wrong) {
    try (RawHttpClient client = front.connect()) {
      while (!over.get() && wrong.size() < 5) {
        RawResponse answer = client.get(target).readResponse();
        int status = answer.status();
        if (status != 401 && status != 403 && status != 503) {
          wrong.add(target + ": " + answer.rawText());
        }
      }
    } catch (IOException e) {
      wrong.add(target + ": " + e);
    }
  }

  /** A newer version beside the stock one takes its place and gives it back; nobody notices. */
  @Test
  void aNewerVersionServesAndGoes() throws Exception {
    Path newer =
        Repack.of(Distribution.stock("org.sluice.access")).version("7.0.0").to("access-7.jar");
    try (Load load = Load.start(front, 4, List.of("/allowed/x?a", "/fixed"))) {
      for (int i = 0; i < 2; i++) {
        base.deploy("access.jar", newer);
        awaitHook("org.sluice.access/7.0.0");
        assertEquals(401, front.get("/private").status());
        assertEquals(200, front.get("/private", basic("bob:x")).status());
        base.remove("deploy/access.jar");
        awaitHook("org.sluice.access/" + Distribution.VERSION);
      }
      load.finish();
      assertEquals(List.of(), load.failures());
    }
  }

  private static void awaitHook(String origin) {
    front.awaitRow(
        "explain 'http://127.0.0.1:" + front.port() + "/allowed'",
        row ->
            Json.text(row, "what").equals("hook access") && Json.text(row, "origin").equals(origin),
        origin + " guards");
  }
}
