package org.sluice.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.testing.Await;
import org.sluice.testing.Processes;
import org.sluice.testing.RawHttpClient;
import org.sluice.testing.RawResponse;
import org.sluice.testing.RunningProcess;

/** The front's own log: one line for each failure, and nothing of what peers do. */
class ErrorLogIT {
  private static final Pattern LINE =
      Pattern.compile(
          "^[0-9T:.-]+ ERROR org\\.sluice\\.\\S+ exchange (\\S+) client 127\\.0\\.0\\.1 route"
              + " (\\S+) plug-in (\\S+?):? .+$");

  private static Base base(String name) throws IOException {
    Base base =
        Base.withSite("errorlog-" + name)
            .fixed("fixed", "/fixed", "fixed")
            .file("htdocs/page.shtml", "a<!--#nope x=\"1\" -->b")
            .file("cgi-bin/headless.sh", "#!/bin/sh", "echo nothing")
            .route("down", "path=/down", "target=fd:run/none.sock")
            .route("broken", "path=/broken", "target=broken:on purpose")
            .route(
                "refused", "path=/refused", "target=http://127.0.0.1:" + Sockets.heldPort() + "/")
            .route("headless", "path=/cgi-bin/", "target=cgi:cgi-bin")
            .route("pages", "path=/pages/", "target=file:htdocs", "ssi=on")
            .deploy("page.jar", Distribution.plugin("page"))
            .file(
                "etc/org.sluice.accesslog~main.cfg",
                "file=log/a.log",
                "flush=5ms",
                "format=%(id) %L %(route) %(error)");
    Files.setPosixFilePermissions(
        base.path("cgi-bin/headless.sh"), PosixFilePermissions.fromString("rwxr-xr-x"));
    return base;
  }

  private static void failsWithOneLine(
      Front front, String target, int status, String route, String plugin) throws IOException {
    int before = front.complaints("").size();
    RawResponse answer = front.get(target);
    assertEquals(status, answer.status(), answer::text);
    List<String> lines =
        Await.value(
            Await.LIMIT,
            () -> front.complaints(" exchange ").stream().filter(l -> l.contains(route)).toList(),
            found -> !found.isEmpty(),
            "a line about " + route);
    assertEquals(before + 1, front.complaints("").size(), front::toString);
    Matcher line = LINE.matcher(lines.get(0));
    assertTrue(line.matches(), lines.get(0));
    assertEquals(route, line.group(2));
    assertTrue(line.group(3).startsWith(plugin), lines.get(0));
    Path log = front.base().path("log/a.log");
    Await.until(
        () -> Files.readString(log).contains(line.group(1) + " "), "the access log has that id");
  }

  @Test
  void everyFailureIsOneLine() throws Exception {
    try (Front front = Front.start(base("failures"))) {
      failsWithOneLine(front, "/down", 503, "down", "org.sluice.fdpass");
      failsWithOneLine(front, "/broken", 500, "broken", "org.sluice.itests.page");
      failsWithOneLine(front, "/refused", 503, "refused", "org.sluice.backend");
      failsWithOneLine(front, "/cgi-bin/headless.sh", 500, "headless", "org.sluice.cgi");
      failsWithOneLine(front, "/pages/page.shtml", 200, "pages", "org.sluice.ssi");
      assertEquals(
          List.of(), front.lines("/down").stream().filter(l -> l.contains("WARN")).toList());
    }
  }

  private static RunningProcess faulty(Processes processes, Base base, String fault)
      throws IOException {
    processes.in(base.path());
    String script = Tools.script("faults.py").toString();
    RunningProcess receiver =
        processes.start(Tools.python(), script, "run/" + fault + ".sock", fault);
    receiver.awaitLine("^listening", Await.LIMIT);
    return receiver;
  }

  /** The one line that a request left, checked for all that it must name. */
  private static void leavesOneLine(
      Front front, String route, String plugin, String text, String... fields) throws IOException {
    int before = front.complaints("").size();
    try (RawHttpClient client = front.connect()) {
      List<String> all = new ArrayList<>(List.of("Connection: close"));
      all.addAll(List.of(fields));
      client.get("/" + route + "/x.shtml", all.toArray(String[]::new)).awaitEnd();
    }
    Path log = front.base().path("log/a.log");
    List<String> told =
        Await.value(
            Await.LIMIT,
            () -> front.complaints(" route " + route + " "),
            lines -> !lines.isEmpty(),
            "a line about " + route);
    String line = told.get(0);
    Matcher parts = LINE.matcher(line.replace("WARN ", "ERROR"));
    assertTrue(parts.matches(), line);
    assertTrue(parts.group(3).matches(plugin), line);
    assertTrue(line.contains(text), line);
    assertEquals(1, told.size(), told::toString);
    // Of the exchange; a receiver that stalls is told on its own.
    assertEquals(
        1,
        front.complaints("").stream().skip(before).filter(l -> l.contains(" exchange ")).count());
    // The access log has the exchange, and %L because there is a line about it.
    String entry = parts.group(1) + " " + parts.group(1) + " ";
    Await.until(() -> Files.readString(log).contains(entry), "the access log has " + entry);
  }

  /** Whatever a receiver does wrong once it has the client. */
  @ParameterizedTest
  @CsvSource({
    "mute, handoff-stalled, ack-timeout",
    "keep, handoff-overdue, lease-timeout",
    "lie, handoff-doubted, ack-timeout",
    "die, handoff-lost, ack-timeout",
    "pass, handoff-doubted, ack-timeout",
  })
  void whatReceiversDoWrong(String fault, String code, String timeout) throws Exception {
    Base base = base("receiver-" + fault);
    base.route(
        fault,
        "path=/" + fault + "/",
        "target=fd:run/" + fault + ".sock",
        "dialect=sluice",
        "handoff." + timeout + "=500ms");
    try (Processes processes = new Processes()) {
      faulty(processes, base, fault);
      try (Front front = Front.start(base)) {
        leavesOneLine(
            front, fault, "org\\.sluice\\.fdpass/[0-9.]+(,org\\.sluice\\.flush\\.raw/.*)?", code);
      }
    }
  }

  private static Base script(Base base, String name, String... lines) throws IOException {
    String file = "cgi-bin/" + name + "/x.shtml";
    base.file(file, lines).route(name, "path=/" + name + "/", "target=cgi:cgi-bin/" + name);
    Files.setPosixFilePermissions(base.path(file), PosixFilePermissions.fromString("rwxr-xr-x"));
    return base;
  }

  /** What programs, pages, hooks, backends and error pages run into. */
  @Test
  void whatOtherPluginsRunInto() throws Exception {
    Base base = base("plugins").deploy("gate.jar", Distribution.plugin("gate"));
    script(
        base,
        "says",
        "#!/bin/sh",
        "echo 'oh dear' >&2",
        "printf 'Content-Type: text/plain\\n\\ns'");
    script(base, "halts", "#!/bin/sh", "printf 'A: b\\n\\nstart'", "exec sleep 60");
    base.route("halts", "path=/halts/", "target=cgi:cgi-bin/halts", "cgi.lifetime=500ms")
        .file("htdocs/runs/x.shtml", "a<!--#exec cmd=\"echo told >&2\" -->b")
        .route("runs", "path=/runs/", "ssi=on", "ssi.exec-cmd=on", "target=file:htdocs/runs")
        .file("htdocs/includes/x.shtml", "a<!--#include virtual=\"/inner/x.shtml\" -->b")
        .route("includes", "path=/includes/", "ssi=on", "target=file:htdocs/includes")
        .route("paged", "path=/paged/", "target=status:404", "error.404=/nowhere");
    script(
        base, "inner", "#!/bin/sh", "echo inside >&2", "printf 'Content-Type: text/plain\\n\\ni'");
    try (Front front = Front.start(base)) {
      leavesOneLine(front, "says", "org\\.sluice\\.cgi/[0-9.]+", "/says/x.shtml (pid ");
      leavesOneLine(front, "halts", "org\\.sluice\\.cgi/[0-9.]+", "cgi.lifetime=500ms");
      leavesOneLine(front, "runs", "org\\.sluice\\.cgi/[0-9.]+", ": stderr of exec cmd (pid ");
      leavesOneLine(front, "paged", "org\\.sluice\\.core/[0-9.]+", "error.404=/nowhere gives 404");
      leavesOneLine(
          front,
          "-",
          "org\\.sluice\\.itests\\.gate/[0-9.]+",
          "hook-failed hook named-client of",
          "X-Client-Address: no/address");
      includedFailureHasThePagesExchange(front);
    }
  }

  /** The line of a subrequest is found with the identifier in the access log. */
  private static void includedFailureHasThePagesExchange(Front front) throws IOException {
    assertEquals("aib", front.get("/includes/x.shtml").text().strip());
    String line =
        Await.value(
                Await.LIMIT,
                () -> front.complaints(" route inner "),
                lines -> !lines.isEmpty(),
                "a line about the program inside")
            .get(0);
    Matcher parts = LINE.matcher(line);
    assertTrue(parts.matches(), line);
    String entry = parts.group(1) + " " + parts.group(1) + " includes ";
    Path log = front.base().path("log/a.log");
    Await.until(() -> Files.readString(log).contains(entry), "the access log has " + entry);
  }

  private static void noise(Front front) throws IOException {
    try (RawHttpClient garbage = front.connect()) {
      garbage.send("\u0016\u0003\u0001\u0000\r\n\r\n").awaitEnd();
    }
    try (RawHttpClient malformed = front.connect()) {
      malformed.send("GET /fixed HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n").awaitEnd();
    }
    try (RawHttpClient half = front.connect()) {
      half.send("GET /fixed HTTP/1.1\r\nHo").halfClose().awaitEnd();
    }
    try (RawHttpClient body = front.connect()) {
      body.send("POST /refused HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc").reset();
    }
    RawHttpClient reset = front.connect();
    reset.send("GET /fixed HTTP/1.1\r\nHost: a\r\nX-Half: ").reset();
    RawHttpClient idle = front.connect();
    idle.get("/fixed").readResponse();
    idle.reset();
  }

  /** Nothing at the default level; at debug, in loggers of their own. */
  @Test
  void whatPeersDoIsToldOnlyAtDebug() throws Exception {
    Base base = base("peers");
    // The body's end is lost before its backend could fail.
    base.route("refused", "path=/refused", "target=status:200");
    try (Front front = Front.start(base)) {
      int before = front.process().lines().size();
      noise(front);
      assertEquals("fixed", front.get("/fixed").text());
      assertEquals(before, front.process().lines().size(), front::toString);
      assertEquals(0, front.stop());
    }
    Path levels = Distribution.HOME.resolve("etc/logging.properties");
    base.file(
        "etc/logging.properties",
        Files.readString(levels),
        "org.sluice.server.peer.level=FINE",
        "org.sluice.core.peer.level=FINE");
    try (Front front = Front.start(base)) {
      noise(front);
      Await.until(() -> front.lines("DEBUG org.sluice.core.peer ").size() >= 2, "garbage");
      // The kernel tells of a reset by its event, or by the read that comes first.
      Await.until(() -> front.lines("DEBUG org.sluice.server.peer ").size() >= 3, "resets");
      assertEquals(List.of(), front.complaints(""));
    }
  }

  /** A hook tells the client behind a trusted proxy; {@code c} is still the peer. */
  @Test
  void theClientThatAHookNames() throws Exception {
    Base base =
        Base.withSite("errorlog-client")
            .fixed("fixed", "/fixed", "fixed")
            .deploy("gate.jar", Distribution.plugin("gate"))
            .file(
                "etc/org.sluice.accesslog~main.cfg",
                "file=log/a.log",
                "flush=5ms",
                "format=%a %h %{c}a %{c}h");
    try (Front front = Front.start(base);
        RawHttpClient client = front.connect()) {
      client.get("/fixed", "X-Client-Address: 2001:db8:0:0::9").readResponse();
      client.get("/fixed", "X-Client-Name: _b\"1").readResponse();
      client.get("/fixed").readResponse();
      assertEquals(0, front.stop());
    }
    assertEquals(
        List.of(
            "2001:db8::9 2001:db8::9 127.0.0.1 127.0.0.1",
            "_b\\\"1 _b\\\"1 127.0.0.1 127.0.0.1",
            "127.0.0.1 127.0.0.1 127.0.0.1 127.0.0.1"),
        Files.readAllLines(base.path("log/a.log")));
  }
}
