package org.sluice.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.testing.Await;
import org.sluice.testing.Processes;
import org.sluice.testing.RawHttpClient;
import org.sluice.testing.RawResponse;
import org.sluice.testing.RunningProcess;

/**
 * A program that authenticates, and a daemon that answers: the response asks for the hand-off, and
 * the client never sees it. T3: where sockets may lie is the operator's word.
 */
class CgiHandOffIT {
  private static final String SECRET = "the client never sees this";
  private static final String SLUICE = "'Sluice-Handoff: sluice' 'X-Handoff-Data: ann'";

  private static final Processes processes = new Processes();
  private static Base base;
  private static Front front;
  private static RunningProcess json;
  private static RunningProcess sluice;

  @BeforeAll
  static void start() throws IOException {
    String python = Tools.python();
    base =
        Base.withSite("cgi-handoff")
            .route("cgi", "path=/cgi/", "target=cgi:cgi", "handoff.allowed=run/apps")
            .route("closed", "path=/closed/", "target=cgi:cgi")
            .route("small", "path=/small/", "target=cgi:cgi", "handoff.data-limit=100")
            .route("sluice", "path=/sluice", "target=fd:run/sluice.sock", "dialect=sluice")
            .route("pages", "path=/pages/", "target=file:pages", "ssi=on")
            .route("failing", "path=/failing/", "target=cgi:cgi", "error.500=/cgi/lease.sh")
            .file("pages/page.shtml", "[<!--#include virtual=\"/cgi/lease.sh\" -->]");
    Files.createDirectories(base.path("run/apps"));
    Files.createSymbolicLink(base.path("run/apps/out"), base.path("run"));
    Files.createSymbolicLink(base.path("run/apps/link.sock"), base.path("run/apps/json.sock"));
    program("lease", SLUICE, "'X-App: cgi'");
    path("json", base.path("run/apps/json.sock").toString());
    path("relative", "run/apps/json.sock");
    path("elsewhere", base.path("run/other.sock").toString());
    path("beside", base.path("run/apps-not/x.sock").toString());
    path("through", base.path("run/apps/out/sluice.sock").toString());
    path("link", base.path("run/apps/link.sock").toString());
    path("dots", base.path("run/apps").toString() + "/../sluice.sock");
    path("folder", base.path("run/apps").toString());
    path("absent", base.path("run/apps/absent.sock").toString());
    program("twice", SLUICE, "'Sluice-Handoff: sluice'");
    program("mark", "'Sluice-Handoff: sluice'", "\"X-Handoff-Data: $QUERY_STRING\"");
    program("data", SLUICE, "'X-Handoff-Data: bob'");
    program("both", SLUICE, "'X-Socket-Handoff: run/apps/json.sock'");
    program("unknown", "'Sluice-Handoff: nobody'");
    program("long", "'Sluice-Handoff: sluice'", "\"X-Handoff-Data: $(printf %065535d 7)\"");
    program("longer", "'Sluice-Handoff: sluice'", "\"X-Handoff-Data: $(printf %065536d 7)\"");
    base.file("cgi/bad.sh", "#!/bin/sh", "echo no header");
    executable("bad");
    processes.in(base.path());
    String script = Tools.script("streamer.py").toString();
    json = daemon(python, script, "json", "run/apps/json.sock");
    sluice = daemon(python, script, "sluice", "run/sluice.sock");
    front = Front.start(base);
  }

  private static void path(String name, String socket) throws IOException {
    program(name, "'X-Socket-Handoff: " + socket + "'", "'X-Handoff-Data: {\"user\":\"ann\"}'");
  }

  /** Reads its input only if it is asked to. */
  private static void program(String name, String... fields) throws IOException {
    base.file(
        "cgi/" + name + ".sh",
        "#!/bin/sh",
        "[ \"$QUERY_STRING\" = read ] && cat > /dev/null",
        "printf '%s\\n' 'Content-Type: text/plain' " + String.join(" ", fields) + " ''",
        "echo '" + SECRET + "'");
    executable(name);
  }

  private static void executable(String name) throws IOException {
    Path file = base.path("cgi/" + name + ".sh");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static RunningProcess daemon(String... command) throws IOException {
    RunningProcess process = processes.start(command);
    process.awaitLine("^listening", Await.LIMIT);
    return process;
  }

  @AfterAll
  static void stop() {
    processes.close();
    if (front != null) {
      front.close();
    }
  }

  private static String events(String data) {
    return "data: " + data + " 0\n\ndata: " + data + " 1\n\ndata: " + data + " 2\n\n";
  }

  @Test
  void connectionLivesOnBehindTheLease() throws IOException {
    try (RawHttpClient client = front.connect()) {
      for (int i = 0; i < 3; i++) {
        RawResponse answer = client.get("/cgi/lease.sh").readResponse();
        assertEquals(events("ann"), answer.text());
        assertEquals("cgi", answer.header("X-App"), "the program's fields are kept");
        assertFalse(answer.rawText().contains(SECRET) || answer.rawText().contains("andoff"));
      }
    }
    sluice.awaitLine("^got none 0 lease ann", Await.LIMIT);
  }

  /** Absolute or from the base, and as its bytes are. */
  @ParameterizedTest
  @ValueSource(strings = {"json", "relative"})
  void socketOfTheProgramsChoice(String name) throws IOException {
    String answer = new String(front.connect().get("/cgi/" + name + ".sh").readToEnd());
    assertTrue(answer.contains("Connection: close\r\n"), answer);
    json.awaitLine("^got 1 \\{\"user\":\"ann\"\\}$", Await.LIMIT);
  }

  @ParameterizedTest
  @CsvSource({
    "Content-Length: 5, 12345",
    "Transfer-Encoding: chunked, '5~12345~0~~'",
  })
  void bodyIsTheProgramsAndTheConnectionLivesOn(String framing, String body) throws IOException {
    try (RawHttpClient client = front.connect()) {
      String head = "POST /cgi/lease.sh?read HTTP/1.1\r\nHost: a\r\n" + framing + "\r\n\r\n";
      client.send(head + body.replace("~", "\r\n"));
      assertEquals(events("ann"), client.readResponse("POST").text());
      assertEquals(events("ann"), client.get("/cgi/lease.sh").readResponse().text());
    }
    sluice.awaitLine("^got consumed 0 lease ann", Await.LIMIT);
  }

  /** What the program did not want of it is nobody's request: the connection ends behind it. */
  @Test
  void bodyThatNobodyReadIsNoRequest() throws IOException {
    String body = "GET /cgi/lease.sh HTTP/1.1\r\nHost: a\r\n\r\n".repeat(10_000);
    try (RawHttpClient client = front.connect()) {
      String fields = "Host: a\r\nContent-Length: " + body.length() + "\r\n\r\n";
      client.send("POST /cgi/lease.sh HTTP/1.1\r\n" + fields + body);
      RawResponse answer = client.readResponse("POST");
      assertEquals(events("ann"), answer.text());
      assertEquals("close", answer.header("Connection"));
      assertEquals(0, client.readToEnd().length);
    }
  }

  /** One line that says why, a clean answer, and nothing of the program's. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "elsewhere | 403 | which is not under handoff.allowed",
        "beside | 503 | no receiver at",
        "through | 403 | which is not under handoff.allowed",
        "link | 503 | is a symbolic link",
        "dots | 500 | holds '..'",
        "folder | 403 | which is not under handoff.allowed",
        "absent | 503 | no such file",
        "twice | 500 | 2 fields Sluice-Handoff; exactly one is allowed",
        "data | 500 | 2 fields X-Handoff-Data; exactly one is allowed",
        "both | 500 | both Sluice-Handoff and X-Socket-Handoff",
        "unknown | 500 | Sluice-Handoff names a receiver that is not configured",
        "longer | 500 | X-Handoff-Data has 65536 bytes; handoff.data-limit allows 65535",
      })
  void refusalSaysWhy(String name, int status, String why) throws IOException {
    int before = front.complaints(why).size();
    try (RawHttpClient client = front.connect()) {
      RawResponse answer = client.get("/cgi/" + name + ".sh").readResponse();
      assertEquals(status, answer.status(), answer::rawText);
      assertFalse(answer.rawText().contains(SECRET), answer::rawText);
      assertEquals(events("ann"), client.get("/cgi/lease.sh").readResponse().text());
    }
    Await.until(() -> front.complaints(why).size() > before, "a line says why: " + why);
  }

  @Test
  void dataHasALimitOfItsOwn() throws IOException {
    String longest = "0".repeat(65_534) + "7";
    assertTrue(events(longest).equals(front.get("/cgi/long.sh").text()), "all of it");
    assertEquals(500, front.get("/small/long.sh").status());
    assertEquals(events("ann"), front.get("/small/lease.sh").text());
  }

  /** Where no path is allowed the word is no word; a configured receiver always is one. */
  @Test
  void withoutAllowedPathsTheFieldsAreTakenOutAllTheSame() throws IOException {
    RawResponse answer = front.get("/closed/json.sh");
    assertEquals(200, answer.status());
    assertEquals(SECRET + "\n", answer.text());
    assertFalse(answer.rawText().contains("andoff"), answer::rawText);
    assertEquals(events("ann"), front.get("/closed/lease.sh").text());
  }

  /** A page and an error page have no client to give away. */
  @ParameterizedTest
  @ValueSource(strings = {"/pages/page.shtml", "/failing/bad.sh"})
  void onlyTheResponseItselfCanAsk(String target) throws IOException {
    int before = handedOver("before" + target);
    RawResponse answer = front.get(target);
    assertFalse(answer.rawText().contains("data:"), answer::rawText);
    assertFalse(answer.rawText().contains("andoff"), answer::rawText);
    assertEquals(before + 1, handedOver("behind" + target), () -> sluice.lines().toString());
  }

  /**
   * Hands a client over with that text, and finds the daemon's line of it: what the daemon says
   * comes by a pipe of its own, perhaps after the answer.
   */
  private static int handedOver(String text) throws IOException {
    assertEquals(events(text), front.get("/cgi/mark.sh?" + text).text());
    String line = "got none 0 lease " + text;
    Await.until(() -> sluice.lines().contains(line), "the daemon's line " + line);
    return sluice.lines().indexOf(line);
  }
}
