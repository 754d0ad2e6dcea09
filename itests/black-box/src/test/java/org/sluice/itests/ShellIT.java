package org.sluice.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.testing.Await;

/** Every command of the shell, from another terminal. */
class ShellIT {
  private static final int COLUMNS = 100;

  private static Front front;
  private static TestReceiver body;
  private static EventStreams streams;

  @BeforeAll
  static void start() throws IOException {
    Base base =
        Base.withSite("shell", "timeout.write=30s")
            .site("a-site-with-a-rather-long-name", "listen=127.0.0.1:0", "hosts=" + hosts())
            .fixed("fixed", "/fixed", "fixed")
            .route("fd", "path=/fd/", "target=fd:run/body.sock", "handoff.linger=10s")
            .route("inner", "path=/fd/inner/", "flusher=opening", "opening.text=hello")
            .route("absent", "path=/absent", "target=fd:run/" + "long-".repeat(15) + "absent.sock")
            .deploy("stamp.jar", Distribution.plugin("stamp"));
    base.route("lease", "path=/lease", "target=fd:run/s.sock", "dialect=sluice");
    body = TestReceiver.open(base, "run/body.sock", TestReceiver.BODY);
    streams = EventStreams.open(base, "run/s.sock", 10);
    front = Front.start(base);
    assertEquals(200, front.get("/lease").status());
    assertEquals(200, front.get("/fd/").status());
    assertEquals(200, front.get("/fd/inner/").status());
    assertEquals(503, front.get("/absent").status());
  }

  private static String hosts() {
    StringBuilder hosts = new StringBuilder("a.example");
    for (int i = 0; i < 20; i++) {
      hosts.append(",host-number-").append(i).append(".example");
    }
    return hosts.toString();
  }

  @AfterAll
  static void stop() throws Exception {
    front.close();
    body.close();
    streams.close();
  }

  private static String ask(String command) throws IOException {
    Distribution.Result result = front.shell(command);
    assertEquals(0, result.status(), () -> command + ": " + result);
    return result.text();
  }

  private static String command(String command) {
    return command.replace("JAR", Distribution.plugin("page").toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sluice:status",
        "sluice:sites",
        "sluice:routes",
        "sluice:plugins",
        "sluice:plugin impact JAR",
        "sluice:receivers",
        "sluice:handoffs",
        "sluice:receiver resume body.sock",
        "sluice:explain http://localhost/fd/inner/x"
      })
  void tablesFitAndJsonParses(String template) throws Exception {
    String command = command(template);
    List<String> lines = ask(command).lines().toList();
    assertFalse(lines.isEmpty());
    for (String line : lines) {
      int columns = line.codePointCount(0, line.length());
      assertTrue(columns <= COLUMNS, () -> columns + " columns: " + line);
    }
    JsonElement json = JsonParser.parseString(ask(command + " --json"));
    assertTrue(json.isJsonArray() || json.isJsonObject(), json::toString);
    String help = ask(command.split(" ")[0] + " --help");
    assertTrue(help.contains("--json"), help);
  }

  @Test
  void unscopedNamesWork() throws Exception {
    assertEquals(ask("sluice:sites"), ask("sites"));
  }

  @Test
  void tablesHoldWhatHappened() throws Exception {
    // A client may have its answer before the receiver's sign reaches the front.
    Await.until(() -> front.handOffs("fd", "given") == 1, "given");
    Await.until(() -> front.handOffs("inner", "given") == 1, "given");
    assertEquals(1, front.handOffs("absent", "unavailable"));
    front.awaitRow(
        "sluice:receivers",
        row ->
            Json.text(row, "receiver").endsWith("body.sock") && row.get("given").getAsLong() == 2,
        "the receiver got two");
    List<String> routes = front.table("sluice:routes").stream().map(row -> row.toString()).toList();
    for (String name : new String[] {"fixed", "fd", "inner", "absent"}) {
      assertTrue(routes.stream().anyMatch(r -> r.contains("\"" + name + "\"")), routes::toString);
    }
    assertTrue(
        front.table("sluice:plugins").stream()
            .anyMatch(
                row ->
                    Json.text(row, "bundle").equals("org.sluice.flush.opening/0.1.0")
                        && Json.text(row, "calls").equals("1")));
  }

  @Test
  void receiversAreTakenOutAndBackIn() throws Exception {
    for (String name : new String[] {"streams", "s.sock", "s"}) {
      assertEquals("drained", state(front.table("sluice:receiver drain " + name)));
      assertEquals(503, front.get("/lease", "X: " + name).status());
      assertEquals("up", state(front.table("sluice:receiver resume " + name)));
      assertEquals(200, front.get("/lease").status());
    }
  }

  private static String state(List<JsonObject> rows) {
    assertEquals(1, rows.size());
    return Json.text(rows.get(0), "state");
  }

  @Test
  void aTraceHasEachStepWithItsTime() throws Exception {
    CompletableFuture<List<JsonObject>> trace =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return front.table("sluice:handoff trace lease");
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    while (!trace.isDone()) {
      assertEquals(200, front.get("/lease").status());
    }
    List<JsonObject> steps = trace.join();
    assertTrue(steps.size() >= 3, steps::toString);
    long before = 0;
    for (JsonObject step : steps) {
      long micros = step.get("us").getAsLong();
      assertTrue(micros >= before, steps::toString);
      before = micros;
    }
  }

  @Test
  void wrongArgumentsAreExplained() throws Exception {
    String[][] cases = {
      {"sluice:receiver", "receiver: usage: receiver drain|resume NAME"},
      {"sluice:receiver drian streams", "receiver: usage: receiver drain|resume NAME"},
      {"sluice:receiver drain nobody", "receiver: no receiver 'nobody'; 'receivers' lists"},
      {"sluice:handoff", "handoff: usage: handoff trace ROUTE [COUNT]"},
      {"sluice:handoff trace nowhere", "handoff: route 'nowhere' has handed nobody over yet"},
      {"sluice:handoff trace lease 0", "handoff: "},
      {"sluice:handoff trace lease many", "handoff: "},
    };
    for (String[] each : cases) {
      Distribution.Result result = front.shell(each[0]);
      assertEquals(1, result.status(), each[0] + ": " + result.text());
      assertTrue(result.text().contains(each[1]), each[0] + ": " + result.text());
    }
    assertTrue(ask("sluice:receiver --help").startsWith("usage: receiver "));
    assertTrue(ask("sluice:handoff --help").contains("trace ROUTE [COUNT]"));
  }

  @Test
  void explainNamesTheFileOfEachOption() throws Exception {
    String text = ask("sluice:explain http://localhost/fd/inner/x");
    for (String origin :
        new String[] {
          "etc/org.sluice.site~main.cfg",
          "etc/org.sluice.route~fd.cfg",
          "etc/org.sluice.route~inner.cfg",
          "timeout.write",
          "handoff.linger",
          "opening.text",
          "org.sluice.fdpass/" + Distribution.VERSION,
          "org.sluice.flush.opening/" + Distribution.VERSION
        }) {
      assertTrue(text.contains(origin), () -> origin + " is missing in\n" + text);
    }
    String port = "http://127.0.0.1:" + front.port() + "/fd/inner/x";
    Distribution.Result launcher =
        Distribution.run("explain", "--base", front.base().path().toString(), port);
    assertEquals(0, launcher.status(), launcher.text());
    assertTrue(launcher.text().contains("etc/org.sluice.route~inner.cfg"), launcher.text());
  }

  @Test
  void impactForeseesWhatAJarWouldDo() throws Exception {
    String stock = Distribution.stock("org.sluice.fdpass").toString();
    assertTrue(ask("plugin impact " + stock).contains("refused"));
    Path newer = Repack.of(Distribution.stock("org.sluice.fdpass")).version("9.0.0").to("n.jar");
    assertTrue(ask("plugin impact " + newer).contains("install"));
    Path deployed =
        Repack.of(Distribution.plugin("stamp")).version(Distribution.VERSION).to("s.jar");
    assertTrue(ask("plugin impact " + deployed).contains("update"));
  }

  @Test
  void mistakesHaveAnExitStatusAndAMessage() throws Exception {
    Distribution.Result unknown = front.shell("no-such-command");
    assertEquals(127, unknown.status(), unknown.text());
    assertTrue(unknown.text().contains("no-such-command"), unknown.text());
    for (String wrong :
        new String[] {
          "sluice:plugin impact", "sluice:plugin impact /no/such.jar", "sluice:status --no-such"
        }) {
      Distribution.Result result = front.shell(wrong);
      assertNotEquals(0, result.status(), wrong + ": " + result.text());
      assertFalse(result.text().isBlank(), wrong);
      assertFalse(result.text().contains("\tat "), result.text());
    }
  }

  @Test
  void theSocketIsPrivate() throws Exception {
    Path socket = front.base().path("run/shell.sock");
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)));
  }
}
