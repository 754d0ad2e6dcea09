package org.sluice.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.sluice.testing.Await;
import org.sluice.testing.RawHttpClient;
import org.sluice.testing.RawResponse;

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
