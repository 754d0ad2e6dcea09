package org.sluice.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
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
 * A real application behind {@code php -S}: it authenticates, reads the request, and answers with
 * the word that hands its client to a daemon, which streams.
 */
class ProxyPhpIT {
  private static final String LOGIN =
      "Authorization: Basic "
          + Base64.getEncoder().encodeToString("ann:secret".getBytes(StandardCharsets.UTF_8));
  private static final String SECRET = "the client never sees this";

  private static final Processes processes = new Processes();
  private static Front front;
  private static RunningProcess json;
  private static RunningProcess sluice;

  @BeforeAll
  static void start() throws IOException {
    String php = Tools.php();
    String python = Tools.python();
    int port = Sockets.freePort();
    String url = "target=http://127.0.0.1:" + port + "/";
    Base base =
        Base.withSite("proxy-php")
            .route("app", "path=/app/", url, "handoff.allowed=run")
            .route("closed", "path=/closed/", url)
            .route("pages", "path=/pages/", "target=file:pages", "ssi=on")
            .route("classic", "path=/classic", "target=fd:run/classic.sock")
            .route("sluice", "path=/sluice", "target=fd:run/sluice.sock", "dialect=sluice")
            .route("nobody", "path=/nobody", "target=fd:run/nobody.sock", "dialect=sluice")
            .file("pages/page.shtml", "[<!--#include virtual=\"/app/app.php?to=sluice\" -->]");
    Files.createDirectories(base.path("php"));
    Files.copy(Tools.script("app.php"), base.path("php/app.php"));
    processes.in(base.path()).with("STREAMER", base.path("run/json.sock").toString());
    processes.start(php, "-S", "127.0.0.1:" + port, "-t", "php");
    String classic = Tools.receiverInPython().toString();
    daemon(python, classic, "run/classic.sock", "streamed");
    json = daemon(python, Tools.script("streamer.py").toString(), "json", "run/json.sock");
    sluice = daemon(python, Tools.script("streamer.py").toString(), "sluice", "run/sluice.sock");
    front = Front.start(base);
    front.awaitStatus("/app/app.php", 401);
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

  private static String data(String body) {
    CRC32 crc = new CRC32();
    crc.update(body.getBytes(StandardCharsets.ISO_8859_1));
    return String.format(
        "{\"user\":\"ann\",\"bytes\":%d,\"crc\":\"%08x\"}", body.length(), crc.getValue());
  }

  private static String events(String data) {
    return "data: " + data + " 0\n\ndata: " + data + " 1\n\ndata: " + data + " 2\n\n";
  }

  private static RawHttpClient post(String query, String framing, String body) throws IOException {
    String head = "POST /app/app.php?" + query + " HTTP/1.1\r\nHost: a\r\n" + LOGIN + "\r\n";
    return front.connect().send(head + framing + "\r\n\r\n" + body);
  }

  @Test
  void whoIsNotKnownGetsTheApplicationsWord() throws IOException {
    RawResponse answer = front.get("/app/app.php?to=sluice");
    assertEquals(401, answer.status());
    assertEquals("Basic realm=\"app\"", answer.header("WWW-Authenticate"));
    assertEquals("who are you?\n", answer.text());
  }

  /** The dialect json, as applications written for mod_socket_handoff have it. */
  @Test
  void socketPathStreams() throws IOException {
    try (RawHttpClient client = front.connect()) {
      client.get("/app/app.php?socket", LOGIN);
      RawResponse answer = client.readResponse();
      assertEquals(events(data("")), answer.text());
      assertEquals(0, client.readToEnd().length);
      assertFalse(answer.rawText().contains(SECRET) || answer.rawText().contains("PHP"));
    }
    json.awaitLine("^got 1 .*\"bytes\":0", Await.LIMIT);
  }

  /** The body was the application's: the daemon finds a socket with nothing left on it. */
  @ParameterizedTest
  @CsvSource({"socket, 5", "socket, 300000", "to=sluice, 5", "to=sluice, 300000"})
  void bodyIsConsumedFirst(String query, int length) throws IOException {
    String body = "b".repeat(length);
    try (RawHttpClient client = post(query, "Content-Length: " + length, body)) {
      assertEquals(events(data(body)), client.readResponse("POST").text());
    }
    RunningProcess daemon = query.equals("socket") ? json : sluice;
    daemon.awaitLine("^got .*\"bytes\":" + length, Await.LIMIT);
  }

  @Test
  void chunkedBodyIsConsumedFirst() throws IOException {
    try (RawHttpClient client =
        post("to=sluice", "Transfer-Encoding: chunked", "3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n")) {
      RawResponse answer = client.readResponse("POST");
      assertEquals(events(data("abcdefg")), answer.text());
    }
    sluice.awaitLine("^got consumed 0 lease .*\"bytes\":7", Await.LIMIT);
  }

  /** A lease gives the client back: all requests on one connection, from whoever answers. */
  @Test
  void connectionLivesOnBehindALease() throws IOException {
    try (RawHttpClient client = front.connect()) {
      for (int i = 0; i < 3; i++) {
        RawResponse streamed = client.get("/app/app.php?to=sluice", LOGIN).readResponse();
        assertEquals(events(data("")), streamed.text());
        assertEquals("php", streamed.header("X-App"), "the application's fields are kept");
        assertEquals(0, streamed.count("Connection"));
        assertEquals(401, client.get("/app/app.php").readResponse().status());
      }
    }
    sluice.awaitLine("^" + Pattern.quote("got none 0 lease " + data("")) + "$", Await.LIMIT);
  }

  /** The dialect classic: the front's head, then what the daemon writes. */
  @Test
  void classicReceiverStreams() throws IOException {
    for (String request :
        new String[] {
          "", "Content-Length: 3\r\n", "Expect: 100-continue\r\nContent-Length: 3\r\n"
        }) {
      String method = request.isEmpty() ? "GET" : "POST";
      try (RawHttpClient client = front.connect()) {
        String head = method + " /app/app.php?to=classic HTTP/1.1\r\nHost: a\r\n" + LOGIN;
        client.send(head + "\r\n" + request + "\r\n" + (request.isEmpty() ? "" : "abc"));
        String all = new String(client.readToEnd(), StandardCharsets.ISO_8859_1);
        assertTrue(all.startsWith("HTTP/1.1 200 OK\r\n"), all);
        assertTrue(all.endsWith("Connection: close\r\n\r\nstreamed"), all);
        assertFalse(all.contains(SECRET), all);
      }
    }
  }

  /** Whatever cannot be: one line that says why, and a clean answer of the front. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/app/app.php?to=other | 500 | Sluice-Handoff names a receiver that is not configured",
        "/app/app.php?to=sluice&twice | 500 | 2 fields Sluice-Handoff; exactly one is allowed",
        "/app/app.php?to=sluice&socket | 500 | both Sluice-Handoff and X-Socket-Handoff",
        "/app/app.php?to=nobody | 503 | nobody.sock",
      })
  void refusalSaysWhy(String target, int status, String why) throws IOException {
    int before = front.complaints(why).size();
    try (RawHttpClient client = front.connect()) {
      RawResponse answer = client.get(target, LOGIN).readResponse();
      assertEquals(status, answer.status(), answer::rawText);
      assertFalse(answer.rawText().contains(SECRET), answer::rawText);
      assertEquals(401, client.get("/app/app.php").readResponse().status(), "it goes on");
    }
    Await.until(() -> front.complaints(why).size() > before, "a line says why: " + why);
  }

  /** A page has no socket to give, and what asked for it does not show. */
  @Test
  void pageIsNotHandedOver() throws IOException {
    int before = handedOver("before the page");
    RawResponse page = front.get("/pages/page.shtml", LOGIN);
    assertEquals(200, page.status());
    assertFalse(page.text().contains("data:"), page::text);
    assertEquals(before + 1, handedOver("behind the page!"), () -> sluice.lines().toString());
  }

  /**
   * Hands a client over with that body, and finds the daemon's line of it: what the daemon says
   * comes by a pipe of its own, perhaps after the answer.
   */
  private static int handedOver(String body) throws IOException {
    try (RawHttpClient client = post("to=sluice", "Content-Length: " + body.length(), body)) {
      assertEquals(events(data(body)), client.readResponse("POST").text());
    }
    String line = "got consumed 0 lease " + data(body);
    Await.until(() -> sluice.lines().contains(line), "the daemon's line " + line);
    return sluice.lines().indexOf(line);
  }

  /** Where no path is allowed the word is no word, and the client does not see it either. */
  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD"})
  void pathThatIsNotAllowedIsOff(String method) throws IOException {
    try (RawHttpClient client = front.connect()) {
      client.send(method + " /closed/app.php?socket HTTP/1.1\r\nHost: a\r\n" + LOGIN + "\r\n\r\n");
      RawResponse answer = client.readResponse(method);
      assertEquals(200, answer.status());
      assertEquals(0, answer.count("X-Socket-Handoff") + answer.count("X-Handoff-Data"));
    }
  }

  /** What a client says about hand-offs reaches no application. */
  @Test
  void clientCannotAsk() throws IOException {
    Base base = front.base();
    Path page = base.path("php/echo.php");
    Files.writeString(page, "<?php echo implode(',', array_keys(getallheaders()));");
    RawResponse answer =
        front.get("/app/echo.php", "Sluice-Handoff: sluice", "X-Socket-Handoff: /x", "X-A: b");
    List<String> names = List.of(answer.text().toLowerCase(java.util.Locale.ROOT).split(","));
    assertTrue(names.contains("x-a"), names::toString);
    assertFalse(names.contains("sluice-handoff") || names.contains("x-socket-handoff"));
  }
}
