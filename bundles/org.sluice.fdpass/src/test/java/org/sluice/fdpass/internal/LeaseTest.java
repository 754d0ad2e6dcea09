package org.sluice.fdpass.internal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sluice.testing.Await;
import org.sluice.testing.Processes;
import org.sluice.testing.RawHttpClient;
import org.sluice.testing.RunningProcess;

/** Leases and gives of the dialect sluice, with a real engine and a real receiver. */
class LeaseTest {
  private static final Duration SOON = Duration.ofSeconds(5);

  private final Processes processes = new Processes();
  private EngineFront front;
  private RunningProcess receiver;
  @TempDir private Path folder;

  @BeforeEach
  void open() throws Exception {
    front = new EngineFront(0);
    receiver = start("a.sock");
    String target = "fd:" + folder.resolve("a.sock");
    front.route("fd", target, "dialect", "sluice");
    front.route("give", target, "dialect", "sluice", "handoff.mode", "give");
    front.route("quick", target, "dialect", "sluice", "handoff.ack-timeout", "200ms");
  }

  private RunningProcess start(String socket, String... options) throws Exception {
    String script = Path.of(LeaseTest.class.getResource("/packets.py").toURI()).toString();
    String[] command = new String[3 + options.length];
    command[0] = "python3";
    command[1] = script;
    command[2] = folder.resolve(socket).toString();
    System.arraycopy(options, 0, command, 3, options.length);
    RunningProcess process = processes.start(command);
    process.awaitLine("ready", SOON);
    return process;
  }

  @AfterEach
  void close() {
    front.close();
    processes.close();
  }

  private static String get(String path) {
    return "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n";
  }

  private static String post(String path, String body) {
    return "POST "
        + path
        + " HTTP/1.1\r\nHost: x\r\nContent-Length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }

  private void await(String route, Step step, long count) {
    Await.until(() -> front.count(route, "sluice", step) == count, step + " " + count);
  }

  @Test
  void connectionGoesOnAfterALease() throws Exception {
    try (RawHttpClient client = RawHttpClient.connect(front.port())) {
      for (int i = 0; i < 5; i++) {
        client.send(get("/fd?body=5"));
        assertEquals("abcde", client.readResponse("GET").text());
      }
      client.send(get("/absent"));
      assertEquals(404, client.readResponse("GET").status());
      client.send(get("/fd?close"));
      assertTrue(new String(client.readToEnd(), ISO_8859_1).endsWith("\r\n\r\nabcde"));
    }
    await("fd", Step.LEASED, 6);
  }

  @Test
  void pipelinedRequestsStayWithTheFront() throws Exception {
    try (RawHttpClient client = RawHttpClient.connect(front.port())) {
      client.send(
          get("/fd?body=3") + get("/absent") + post("/fd?echo", "hello") + get("/fd?body=1"));
      assertEquals("abc", client.readResponse("GET").text());
      assertEquals(404, client.readResponse("GET").status());
      assertEquals("POST:hello", client.readResponse("POST").text());
      assertEquals("a", client.readResponse("GET").text());
    }
    await("fd", Step.LEASED, 3);
  }

  @Test
  void bodyOfWhoRedirectedIsNotTheReceivers() throws Exception {
    String path = EngineFront.REDIRECTED + "/fd?echo";
    try (RawHttpClient client = RawHttpClient.connect(front.port())) {
      client.send(post(path, "hello") + get("/fd?body=2"));
      assertEquals("GET:", client.readResponse("GET").text());
      assertEquals("ab", client.readResponse("GET").text());
      client.send(
          "POST " + path + " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n");
      client.send("abc\r\n0\r\n\r\n" + get("/fd?body=3"));
      assertEquals("GET:", client.readResponse("GET").text());
      assertEquals("abc", client.readResponse("GET").text());
    }
    await("fd", Step.LEASED, 4);
  }

  @Test
  void bodiesComeAlongOrFromTheSocket() throws Exception {
    try (RawHttpClient client = RawHttpClient.connect(front.port())) {
      client.send("POST /fd?echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n01234");
      receiver.awaitLine("packet", SOON);
      client.send("56789" + get("/fd?body=2"));
      assertEquals("POST:0123456789", client.readResponse("POST").text());
      assertEquals("ab", client.readResponse("GET").text());
      client.send(
          "POST /fd?echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
              + "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
              + get("/fd?body=4"));
      assertEquals("POST:abcde", client.readResponse("POST").text());
      assertEquals("abcd", client.readResponse("GET").text());
    }
    await("fd", Step.LEASED, 4);
  }

  @Test
  void changedFlagsAreSetBack() throws Exception {
    try (RawHttpClient client = RawHttpClient.connect(front.port())) {
      client.send(get("/fd?flags&body=3"));
      assertEquals("abc", client.readResponse("GET").text());
      client.send(get("/absent"));
      assertEquals(404, client.readResponse("GET").status());
    }
  }

  @Test
  void bytesReadTooFarComeBack() throws Exception {
    try (RawHttpClient client = RawHttpClient.connect(front.port())) {
      client.send(get("/fd?greedy&body=3"));
      assertEquals("abc", client.readResponse("GET").text());
      client.send(get("/fd?body=2"));
      assertEquals("ab", client.readResponse("GET").text());
    } catch (IOException e) {
      throw new AssertionError(receiver.toString(), e);
    }
  }

  @Test
  void liesAreReset() throws Exception {
    String[] lies = {"lie=1", "lie=-1", "liedread", "lie=1&close", "shut"};
    for (int i = 0; i < lies.length; i++) {
      try (RawHttpClient client = RawHttpClient.connect(front.port())) {
        client.send(get("/fd?" + lies[i]));
        if (lies[i].equals("shut")) {
          client.readResponse("GET");
        } else {
          assertThrows(IOException.class, client::readToEnd, lies[i]);
        }
        await("fd", Step.DOUBTED, i + 1);
      }
    }
  }

  @Test
  void lateBytesResetTheConnection() throws Exception {
    try (RawHttpClient client = RawHttpClient.connect(front.port())) {
      client.send(get("/fd?late&body=3"));
      receiver.awaitLine("late written", SOON);
      client.send(get("/absent"));
      assertThrows(IOException.class, client::readToEnd);
    }
    try (RawHttpClient client = RawHttpClient.connect(front.port())) {
      client.send(get("/fd?late&body=3"));
      receiver.awaitLine("late written", SOON);
      client.send(get("/fd"));
      assertThrows(IOException.class, client::readToEnd);
    }
  }

  @Test
  void givesAndTakesEndInOrder() throws Exception {
    for (String path : new String[] {"/give?body=4", "/fd?take&body=4"}) {
      try (RawHttpClient client = RawHttpClient.connect(front.port())) {
        client.send(get(path));
        assertTrue(new String(client.readToEnd(), ISO_8859_1).endsWith("\r\n\r\nabcd"), path);
      }
    }
    await("give", Step.GIVEN, 1);
    await("fd", Step.TAKEN, 1);
    Await.until(() -> front.state().completions().count() == 2, "two completions");
  }
}
