package org.sluice.fdpass.internal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sluice.api.http.FileRegion;
import org.sluice.api.http.Headers;
import org.sluice.handoff.api.Preamble;
import org.sluice.testing.Await;
import org.sluice.testing.Descriptors;
import org.sluice.testing.Processes;
import org.sluice.testing.RawHttpClient;
import org.sluice.testing.RawResponse;
import org.sluice.testing.RunningProcess;

/** What the handler and the engine have to get right together. */
class EngineHandOffTest {
  private static final String BODY = "body of the receiver\n";
  private static final Duration SOON = Duration.ofSeconds(5);

  private final Processes processes = new Processes();
  private EngineFront front;
  @TempDir private Path folder;

  @BeforeEach
  void open() throws IOException {
    front = new EngineFront(0);
  }

  @AfterEach
  void close() {
    front.close();
    processes.close();
  }

  private RunningProcess receiver(String mode) throws Exception {
    String script = Path.of(EngineHandOffTest.class.getResource("/receiver.py").toURI()).toString();
    RunningProcess process =
        processes.start("python3", script, mode, folder.resolve("a.sock").toString());
    process.awaitLine("ready", SOON);
    front.route("fd", "fd:" + folder.resolve("a.sock"));
    front.route("raw", "fd:" + folder.resolve("a.sock"), "flusher", "raw");
    front.route("drop", "fd:" + folder.resolve("a.sock"), "handoff.body", "drop");
    return process;
  }

  private String exchange(String request) throws IOException {
    try (RawHttpClient client = RawHttpClient.connect(front.port())) {
      return new String(client.send(request).readToEnd(), ISO_8859_1);
    }
  }

  @Test
  void bytesOfAHandOff() throws Exception {
    RunningProcess receiver = receiver("serve");
    for (String version : new String[] {"1.1", "1.0"}) {
      String answer = exchange("GET /fd HTTP/" + version + "\r\nHost: x\r\n\r\n");

      assertTrue(
          answer.matches(
              "HTTP/1\\.1 200 OK\r\nDate: [^\r]*\r\nServer: [^\r]*\r\n"
                  + "Connection: close\r\n\r\n"
                  + BODY),
          answer);
    }
    receiver.awaitLine("message 00 1 0 0", SOON);
  }

  @Test
  void rawHasNothingOfTheFront() throws Exception {
    receiver("full");

    String answer = exchange("GET /raw HTTP/1.1\r\nHost: x\r\n\r\n");

    assertEquals(
        "HTTP/1.1 200 OK\r\nContent-Length: 21\r\nConnection: close\r\n\r\n" + BODY, answer);
  }

  @Test
  void connectionGoesOnBehindHead() throws Exception {
    receiver("serve");
    try (RawHttpClient client = RawHttpClient.connect(front.port())) {
      client.send("HEAD /fd HTTP/1.1\r\nHost: x\r\n\r\n");
      RawResponse head = client.readResponse("HEAD");
      assertEquals(200, head.status());
      assertEquals(0, head.count("Content-Length"));

      client.send("HEAD /raw HTTP/1.1\r\nHost: x\r\n\r\n");
      assertEquals(501, client.readResponse("HEAD").status());

      client.get("/fd");
      assertTrue(new String(client.readToEnd(), ISO_8859_1).endsWith("\r\n\r\n" + BODY));
    }
  }

  /** A preamble is the flusher's alone: what others do to responses reaches neither. */
  @Test
  void headHasTheFieldsOfGet() throws Exception {
    receiver("serve");
    front.flusher(
        "flush",
        (exchange, options) -> {
          exchange.filter((any, response) -> response.withHeaders(Headers.of("X-Once", "2")));
          return Preamble.head(200).header("X-Once", "1");
        });
    try (RawHttpClient client = RawHttpClient.connect(front.port())) {
      client.send("HEAD /fd HTTP/1.1\r\nHost: x\r\n\r\n");
      assertEquals("1", client.readResponse("HEAD").header("X-Once"));

      client.get("/fd");
      assertTrue(new String(client.readToEnd(), ISO_8859_1).contains("\r\nX-Once: 1\r\n"));
    }
  }

  @Test
  void earlierPipelinedResponsesLeaveFirst() throws Exception {
    receiver("serve");

    String answers =
        exchange(
            "GET /absent HTTP/1.1\r\nHost: x\r\n\r\n"
                + "GET /fd HTTP/1.1\r\nHost: x\r\n\r\n"
                + "GET /absent HTTP/1.1\r\nHost: x\r\n\r\n");

    assertTrue(answers.startsWith("HTTP/1.1 404"), answers);
    assertTrue(answers.indexOf("HTTP/1.1 200") > 0, answers);
    assertTrue(answers.endsWith("Connection: close\r\n\r\n" + BODY), answers);
    assertEquals(1, front.count("fd", Step.BYTES_LOST));
  }

  @Test
  void bodiesAreRefusedOrDropped() throws Exception {
    receiver("serve");
    String post = " HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n";

    assertTrue(exchange("POST /fd" + post + "\r\nbody").startsWith("HTTP/1.1 501"));
    assertTrue(exchange("POST /drop" + post + "\r\nbody").endsWith("\r\n\r\n" + BODY));
    assertTrue(
        exchange(
                "POST /drop HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "3\r\nabc\r\n0\r\n\r\n")
            .endsWith("\r\n\r\n" + BODY));
    assertTrue(
        exchange("POST /drop HTTP/1.1\r\nHost: x\r\nContent-Length: 101\r\n\r\n")
            .startsWith("HTTP/1.1 413"));
    assertEquals(0, front.count("drop", Step.BYTES_LOST));
  }

  @Test
  void expectationIsMetOnlyToDropABody() throws Exception {
    receiver("serve");
    String post = " HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n";
    try (RawHttpClient client = RawHttpClient.connect(front.port())) {
      client.send("POST /drop" + post);
      assertEquals("HTTP/1.1 100 Continue\r\n\r\n", client.readHead());
      client.send("body");
      assertTrue(new String(client.readToEnd(), ISO_8859_1).endsWith("\r\n\r\n" + BODY));
    }
    try (RawHttpClient client = RawHttpClient.connect(front.port())) {
      client.send("POST /fd" + post);
      assertTrue(client.readHead().startsWith("HTTP/1.1 501"));
    }
  }

  @Test
  void bodyOfWhoRedirectedIsDropped() throws Exception {
    receiver("serve");
    String post = "POST " + EngineFront.REDIRECTED + "/fd HTTP/1.1\r\nHost: x\r\n";

    assertTrue(exchange(post + "Content-Length: 4\r\n\r\nbody").endsWith("close\r\n\r\n" + BODY));
    assertEquals(0, front.count("fd", Step.BYTES_LOST));
    assertTrue(exchange(post + "Content-Length: 101\r\n\r\n").startsWith("HTTP/1.1 413"));
    try (RawHttpClient client = RawHttpClient.connect(front.port())) {
      client.send(post + "Content-Length: 4\r\nExpect: 100-continue\r\n\r\n");
      assertEquals("HTTP/1.1 100 Continue\r\n\r\n", client.readHead());
      client.send("body");
      assertTrue(new String(client.readToEnd(), ISO_8859_1).endsWith("\r\n\r\n" + BODY));
    }
  }

  @Test
  void fileOpensTheBody() throws Exception {
    receiver("serve");
    Path file = folder.resolve("start");
    String start = "f".repeat(5_000_000);
    java.nio.file.Files.writeString(file, start);
    front.flusher(
        "flush",
        (exchange, options) -> {
          try {
            return Preamble.head(200).body(FileRegion.open(file));
          } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        });

    assertTrue(exchange("GET /fd HTTP/1.1\r\nHost: x\r\n\r\n").endsWith("\r\n\r\n" + start + BODY));
  }

  @Test
  void failureLeavesTheConnectionUsable() throws Exception {
    receiver("serve").kill();
    try (RawHttpClient client = RawHttpClient.connect(front.port())) {
      assertEquals(503, client.get("/fd").readResponse().status());
      assertEquals(404, client.get("/absent").readResponse().status());
    }
  }

  @Test
  void clientThatVanishesLeavesNothing() throws Exception {
    RunningProcess receiver = receiver("serve");
    front.flusher("flush", (x, options) -> Preamble.head(200).body("s".repeat(30_000_000)));
    RawHttpClient client = RawHttpClient.connect(front.port()).get("/fd");
    client.readHead();

    client.reset();

    Await.until(() -> front.count("fd", Step.CLIENT_GONE) == 1, "noticed");
    assertEquals(1, receiver.lines().size());
  }

  @Test
  void abortIsSeenThoughTheReceiverHoldsACopy() throws Exception {
    RunningProcess receiver = receiver("die_unread");
    front.route("fd", "fd:" + folder.resolve("a.sock"), "handoff.linger", "1m");
    try (RawHttpClient client = RawHttpClient.connect(front.port()).get("/fd")) {
      client.readHead();
      receiver.awaitLine("accepted", SOON);

      receiver.type("die");

      assertEquals(RawHttpClient.End.RESET, client.awaitEnd());
    }
  }

  /** The kernel sends it after 200 ms by itself: a try that took as long says nothing. */
  @Test
  void aHeadDoesNotWaitForASlowReceiver() throws Exception {
    receiver("mute");
    front.route("slow", "fd:" + folder.resolve("a.sock"), "handoff.linger", "1m");

    Await.until(() -> millisToHead("/slow") < 150, "a head in less than 150 ms");

    assertEquals(0, front.count("slow", Step.GIVEN));
  }

  private long millisToHead(String path) throws IOException {
    long began = System.nanoTime();
    try (RawHttpClient client = RawHttpClient.connect(front.port()).get(path)) {
      client.readHead();
    }
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
  }

  @Test
  void thousandHandOffsLeaveNoDescriptor() throws Exception {
    receiver("serve");
    long own = ProcessHandle.current().pid();
    for (int i = 0; i < 50; i++) {
      exchange("GET /fd HTTP/1.1\r\nHost: x\r\n\r\n");
    }
    int before = Descriptors.count(own);
    for (int i = 0; i < 1000; i++) {
      assertTrue(exchange("GET /fd HTTP/1.1\r\nHost: x\r\n\r\n").endsWith("\r\n\r\n" + BODY));
    }
    Await.until(() -> Descriptors.count(own) <= before, "as many as before");
  }
}
