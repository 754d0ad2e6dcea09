package org.sluice.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.sluice.testing.Await;

/**
 * Bundles come, change and go while 12 clients ask without a pause: no request fails, the new one
 * serves from the first answer on that shows it, and the old one serves again when it has gone.
 */
class HotSwapIT {
  private static final int CLIENTS = 12;
  private static final int ROUNDS = Integer.getInteger("sluice.swaps", 5);
  private static final String STAMP = "org.sluice.itests.stamp";
  private static final String FIRST = STAMP + "/1.0.0/0";

  /** Each client: three requests that keep the connection, then a hand-off, which ends it. */
  private static final List<String> REQUESTS = List.of("HEAD /fd", "/fixed", "HEAD /fd", "/fd");

  private Front front;
  private TestReceiver receiver;
  private Load load;

  @BeforeEach
  void start(TestInfo test) throws IOException {
    Base base =
        Base.withSite("hot-swap-" + test.getTestMethod().orElseThrow().getName())
            .fixed("fixed", "/fixed", "fixed")
            .route("fd", "path=/fd", "target=fd:run/app.sock", "flusher=stamp")
            .deploy("stamp.jar", stamp("1.0.0"));
    receiver = TestReceiver.open(base, "run/app.sock", TestReceiver.BODY);
    front = Front.start(base);
    front.await("/fd", answer -> FIRST.equals(answer.header("X-Stamp")), "the first serves");
    load = Load.start(front, CLIENTS, REQUESTS);
    load.allow(FIRST);
  }

  @AfterEach
  void stop() throws IOException {
    load.close();
    front.close();
    receiver.close();
  }

  private static Path stamp(String version) throws IOException {
    return Repack.of(Distribution.plugin("stamp")).version(version).to("stamp-" + version + ".jar");
  }

  /** Another bundle with the same name to routes, which outranks by its ranking. */
  private static Path ranked(String version) throws IOException {
    return Repack.of(Distribution.plugin("stamp"))
        .name(STAMP + ".ranked")
        .version(version)
        .ranking(50)
        .to("ranked-" + version + ".jar");
  }

  /** Which jar a round installs first, what it becomes, and how they show. */
  private record Round(Path first, String firstStamp, Path second, String secondStamp) {
    static Round of(int number) throws IOException {
      return number % 2 == 0
          ? new Round(stamp("2.0.0"), STAMP + "/2.0.0/0", stamp("3.0.0"), STAMP + "/3.0.0/0")
          : new Round(
              ranked("0.5.0"),
              STAMP + ".ranked/0.5.0/50",
              ranked("0.6.0"),
              STAMP + ".ranked/0.6.0/50");
    }
  }

  /** Waits until {@code next} serves; from then on nothing else may. */
  private void change(Change change, String before, String next) throws Exception {
    load.allow(FIRST, before, next);
    change.make();
    front.await("/fd", answer -> next.equals(answer.header("X-Stamp")), next + " serves");
    load.allow(next);
    awaitTraffic();
  }

  @FunctionalInterface
  private interface Change {
    void make() throws Exception;
  }

  private void awaitTraffic() {
    long so = load.succeeded();
    Await.until(() -> load.succeeded() > so + 2L * CLIENTS, "traffic goes on");
  }

  private void assertNothingLost() throws InterruptedException {
    Await.until(() -> load.succeeded() > 100L * ROUNDS, "many were answered");
    load.finish();
    assertEquals(List.of(), load.failures());
    Await.until(() -> receiver.handedOff() == receiver.answered(), "every hand-off was answered");
  }

  @Test
  void flusherThroughDeploy() throws Exception {
    for (int i = 0; i < ROUNDS; i++) {
      Round round = Round.of(i);
      change(() -> front.base().deploy("hot.jar", round.first()), FIRST, round.firstStamp());
      change(
          () -> front.base().deploy("hot.jar", round.second()),
          round.firstStamp(),
          round.secondStamp());
      change(() -> front.base().remove("deploy/hot.jar"), round.secondStamp(), FIRST);
    }
    assertNothingLost();
  }

  @Test
  void flusherThroughTheShell() throws Exception {
    for (int i = 0; i < ROUNDS; i++) {
      Round round = Round.of(i);
      String[] id = new String[1];
      change(() -> id[0] = install(round.first()), FIRST, round.firstStamp());
      change(
          () -> front.ask("update", id[0], round.second().toUri().toString()),
          round.firstStamp(),
          round.secondStamp());
      change(() -> front.ask("uninstall", id[0]), round.secondStamp(), FIRST);
    }
    assertNothingLost();
  }

  /** Installs and starts through Gogo; gives the bundle's id. */
  private String install(Path jar) throws IOException {
    Matcher id = Pattern.compile("[0-9]+").matcher(front.ask("install", jar.toUri().toString()));
    assertTrue(id.find());
    front.ask("start", id.group());
    return id.group();
  }

  private static Path fdpass(String version) throws IOException {
    return Repack.of(Distribution.stock("org.sluice.fdpass"))
        .version(version)
        .to("fdpass-" + version + ".jar");
  }

  /** Waits until that version of fdpass is the handler of {@code fd:}. */
  private void awaitFdpass(String version) {
    front.awaitRow(
        "sluice:plugins",
        row ->
            Json.text(row, "kind").equals("handler")
                && Json.text(row, "name").equals("fd")
                && Json.text(row, "state").equals("serves")
                && Json.text(row, "bundle").equals("org.sluice.fdpass/" + version),
        "org.sluice.fdpass/" + version + " serves fd:");
    awaitTraffic();
  }

  @Test
  void handOffItselfThroughDeploy() throws Exception {
    for (int i = 0; i < ROUNDS; i++) {
      front.base().deploy("fdpass.jar", fdpass("7.0.0"));
      awaitFdpass("7.0.0");
      front.base().deploy("fdpass.jar", fdpass("8.0.0"));
      awaitFdpass("8.0.0");
      front.base().remove("deploy/fdpass.jar");
      awaitFdpass(Distribution.VERSION);
    }
    assertNothingLost();
  }

  @Test
  void handOffItselfThroughTheShell() throws Exception {
    for (int i = 0; i < ROUNDS; i++) {
      String id = install(fdpass("7.0.0"));
      awaitFdpass("7.0.0");
      front.ask("update", id, fdpass("8.0.0").toUri().toString());
      awaitFdpass("8.0.0");
      front.ask("uninstall", id);
      awaitFdpass(Distribution.VERSION);
    }
    assertNothingLost();
  }

  /** FileInstall alone would update the stock bundle, and uninstall it with the file. */
  @Test
  void stockBundlesAreProtected() throws Exception {
    Path stock = Distribution.stock("org.sluice.fdpass");
    front.base().deploy("copy-of-stock.jar", stock);
    Await.until(
        () -> !front.lines("deploy/copy-of-stock.jar is refused").isEmpty(), "a line in the log");
    // A higher version in the same file is no copy any more.
    front.base().deploy("copy-of-stock.jar", fdpass("9.0.0"));
    awaitFdpass("9.0.0");
    front.base().remove("deploy/copy-of-stock.jar");
    awaitFdpass(Distribution.VERSION);
    assertEquals(1, front.lines("copy-of-stock.jar is refused").size());
    front.base().deploy("another.jar", stock);
    Await.until(() -> !front.lines("deploy/another.jar is refused").isEmpty(), "refused, too");
    front.base().remove("deploy/another.jar");
    Await.until(() -> !front.lines("deploy/another.jar was removed").isEmpty(), "the file is gone");
    awaitFdpass(Distribution.VERSION);
    assertNothingLostButBriefly();
  }

  private void assertNothingLostButBriefly() throws InterruptedException {
    Await.until(() -> load.succeeded() > 0, "some were answered");
    load.finish();
    assertEquals(List.of(), load.failures());
  }
}
