package org.sluice.fdpass.internal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.sluice.fdpass.internal.PacketReceivers.SOON;
import static org.sluice.fdpass.internal.PacketReceivers.get;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.testing.RawHttpClient;
import org.sluice.testing.RunningProcess;

/** How hand-offs end where the receiver's word and the front's plan are not the same. */
class LeaseEndingsTest {
  private PacketReceivers world;
  private RunningProcess receiver;
  @TempDir private Path folder;

  @BeforeEach
  void open() throws Exception {
    world = new PacketReceivers(folder);
    receiver = world.start("a.sock");
    world.route("one", "a.sock");
    world.route("head", "a.sock", "flusher", "flush");
  }

  @AfterEach
  void close() {
    world.close();
  }

  private String everything(String request) throws Exception {
    try (RawHttpClient client = RawHttpClient.connect(world.front.port())) {
      return new String(client.send(request).readToEnd(), ISO_8859_1);
    }
  }

  /** The front's keep-alive time-out is 5 s: an end at once is not that one. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1\r\nConnection: close",
        "HTTP/1.0",
        "HTTP/1.0\r\nX-A: b",
        "HTTP/1.0\r\nConnection: keep-alive"
      })
  void keepIsTakenAsCloseWhereTheConnectionEnds(String rest) throws Exception {
    long start = System.nanoTime();
    String answer = everything("GET /one?body=3&keep " + rest + "\r\nHost: x\r\n\r\n");
    assertTrue(answer.endsWith("\r\n\r\nabc"), answer);
    assertTrue(System.nanoTime() - start < 4_000_000_000L, "not after a time-out");
    receiver.awaitLine("packet .*\"keep\": false", SOON);
    receiver.awaitLine("tell DONE 1 .* keep", SOON);
    world.await("one", Step.LEASED, 1);
  }

  /** The end of this body cannot be counted. */
  @Test
  void keepIsTakenAsCloseBehindAChunkedBodyOfUnknownEnd() throws Exception {
    try (RawHttpClient client = RawHttpClient.connect(world.front.port())) {
      client.send(
          "POST /one?echo&keep HTTP/1.1\r\n"
              + "Host: x\r\n"
              + "Transfer-Encoding: chunked\r\n\r\n"
              + "3\r\n"
              + "abc\r\n");
      receiver.awaitLine("packet .*\"left\": -1", SOON);
      client.send("2\r\nde\r\n0\r\n\r\n");
      String answer = new String(client.readToEnd(), ISO_8859_1);
      assertTrue(answer.endsWith("\r\n\r\nPOST:abcde"), answer);
    }
    world.await("one", Step.LEASED, 1);
    assertEquals(0, world.count("one", Step.DOUBTED));
  }

  /** A body may come along in part, and what the receiver took for good ends when it says so. */
  @ParameterizedTest
  @CsvSource({
    "'Content-Length: 10', 01234, 56789, 0123456789",
    "'Content-Length: 4', 0123, '', 0123",
    "'Transfer-Encoding: chunked', '3;abc;', '2;de;0;;', abcde",
    "'Transfer-Encoding: chunked', '3;abc;0;;', '', abc",
  })
  void takenWithABody(String framing, String first, String second, String content)
      throws Exception {
    try (RawHttpClient client = RawHttpClient.connect(world.front.port())) {
      client.send("POST /one?echo&close&take HTTP/1.1\r\nHost: x\r\n" + framing + "\r\n\r\n");
      client.send(first.replace(";", "\r\n"));
      receiver.awaitLine("tell TAKE 1", SOON);
      client.send(second.replace(";", "\r\n"));
      String answer = new String(client.readToEnd(), ISO_8859_1);
      assertTrue(answer.endsWith("\r\n\r\nPOST:" + content), answer);
    }
    world.await("one", Step.TAKEN, 1);
    assertEquals(0, world.count("one", Step.BYTES_LOST));
  }

  /** They stay with the front in a lease, which has nobody to give them to any more. */
  @Test
  void pipelinedRequestsBehindAClientThatIsTakenAreLostAndCounted() throws Exception {
    String answer = everything(get("/one?body=3&close&take") + get("/one?body=4"));
    assertTrue(answer.endsWith("\r\n\r\nabc"), answer);
    world.await("one", Step.TAKEN, 1);
    assertEquals(1, world.count("one", Step.BYTES_LOST));
    assertEquals(0, world.count("one", Step.LEASED));
  }

  /** It says the same as an acknowledgement: the client is the receiver's. */
  @ParameterizedTest
  @ValueSource(strings = {"one", "head"})
  void takeImpliesTheAcknowledgement(String route) throws Exception {
    String answer = everything(get("/" + route + "?noack&close&take&body=3"));
    assertTrue(answer.endsWith("\r\n\r\nabc"), answer);
    world.await(route, route.equals("one") ? Step.TAKEN : Step.GIVEN, 1);
  }

  @Test
  void sentIsWhatTheClientHasOfThePreamble() throws Exception {
    String answer = everything(get("/head?body=3"));
    int preamble = answer.indexOf("\r\n\r\n") + 4;
    receiver.awaitLine("packet .*\"mode\": \"give\".*\"sent\": " + preamble + ",", SOON);
    assertTrue(answer.endsWith("\r\n\r\nabc"), answer);
  }
}
