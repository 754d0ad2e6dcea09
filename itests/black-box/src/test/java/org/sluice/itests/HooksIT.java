package org.sluice.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.sluice.testing.Await;
import org.sluice.testing.RawResponse;

/** Hooks that are deployed while the front runs, and what a change of the configuration costs. */
class HooksIT {
  private static final Path SKELETON =
      Distribution.TOP.resolve("examples/hook-skeleton/target/org.example.maintenance-1.0.0.jar");

  private Base base;
  private Front front;

  @BeforeEach
  void start(TestInfo test) throws IOException {
    base =
        Base.withSite("hooks-" + test.getTestMethod().orElseThrow().getName())
            .fixed("fixed", "/fixed", "fixed")
            .fixed("shop", "/shop", "open")
            .route("closed", "path=/shop/closed", "maintenance.mode=on", "maintenance.retry=2m");
    front = Front.start(base);
  }

  @AfterEach
  void stop() {
    front.close();
  }

  private List<String> hooks(String target, String phase) throws IOException {
    return front.table("explain 'http://127.0.0.1:" + front.port() + target + "'").stream()
        .filter(row -> Json.text(row, "what").equals("hook " + phase))
        .map(row -> Json.text(row, "value") + " " + Json.text(row, "origin"))
        .toList();
  }

  @Test
  void theSkeletonOfTheExamplesWorksAsItIs() throws Exception {
    assertEquals("open", front.get("/shop/closed").text());
    base.deploy("maintenance.jar", SKELETON);
    RawResponse closed = front.awaitStatus("/shop/closed", 503);
    assertEquals("120", closed.header("Retry-After"));
    assertEquals("open", front.get("/shop").text());
    assertEquals(
        "maintenance order=0 before=access org.example.maintenance/1.0.0",
        hooks("/shop/closed", "access").get(0));
    JsonObject row =
        front.awaitRow(
            "sluice:plugins",
            each -> Json.text(each, "name").equals("access:maintenance"),
            "it is listed");
    assertTrue(row.get("calls").getAsLong() >= 2, row::toString);
    base.remove("deploy/maintenance.jar");
    front.awaitStatus("/shop/closed", 200);
  }

  private static Path named(String name, String properties) throws IOException {
    return Repack.of(SKELETON)
        .name("org.example." + name)
        .text("(name=\"sluice.hook.name\"[^>]*value=\")[^\"]+", "$1" + name)
        .text("<property name=\"sluice.hook.before\"[^>]*>[^<]*</property>", properties)
        .to("hook-" + name + ".jar");
  }

  /** Relations, numbers, and a cycle: said in the log with its members, and traffic goes on. */
  @Test
  void orderAndCycle() throws Exception {
    base.deploy(
        "late.jar", named("late", "<property name=\"sluice.hook.before\" value=\"early\"/>"));
    base.deploy(
        "early.jar", named("early", "<property name=\"sluice.hook.after\" value=\"nobody\"/>"));
    Await.until(Duration.ofSeconds(20), () -> hooks("/fixed", "access").size() >= 3, "both");
    List<String> order = hooks("/fixed", "access");
    assertTrue(order.get(0).startsWith("late order=0 before=early "), order::toString);
    assertTrue(order.get(1).startsWith("early order=0 after=nobody "), order::toString);

    try (Load load = Load.start(front, 4, List.of("/fixed", "/shop"))) {
      base.deploy(
          "third.jar",
          named(
              "third",
              "<property name=\"sluice.hook.before\" value=\"late\"/>"
                  + "<property name=\"sluice.hook.after\" value=\"early\"/>"));
      Await.until(
          Duration.ofSeconds(20),
          () -> !front.complaints("must run before one another").isEmpty(),
          "a line in the log");
      String line = front.complaints("must run before one another").get(0);
      for (String name : new String[] {"late", "early", "third"}) {
        assertTrue(line.contains(name), line);
      }
      Await.until(Duration.ofSeconds(20), () -> hooks("/fixed", "access").size() == 4, "third");
      assertEquals(1, front.complaints("must run before one another").size());
      base.remove("deploy/third.jar");
      Await.until(Duration.ofSeconds(20), () -> hooks("/fixed", "access").size() == 3, "gone");
      load.finish();
      assertEquals(List.of(), load.failures());
    }
  }

  /** 30 changes of one route under load: nothing fails elsewhere, and no connection is cut. */
  @Test
  void changesOfOneRouteAreInvisibleElsewhere() throws Exception {
    int changes = Integer.getInteger("sluice.changes", 30);
    front.get("/fixed");
    try (Load load = Load.start(front, 8, List.of("/fixed", "HEAD /fixed", "/shop"))) {
      for (int i = 0; i < changes; i++) {
        String text = "changed " + i;
        if (i % 5 == 4) {
          base.remove("etc/org.sluice.route~changing.cfg");
          front.awaitStatus("/changing", 404);
        }
        base.fixed("changing", "/changing", text);
        front.await("/changing", answer -> text.equals(answer.text()), text);
      }
      load.finish();
      assertEquals(List.of(), load.failures());
      assertTrue(load.succeeded() > 10L * changes, "answered " + load.succeeded());
    }
    assertFalse(front.table("sluice:routes").isEmpty());
  }
}
