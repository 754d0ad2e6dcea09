package org.sluice.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sluice.testing.Await;
import org.sluice.testing.RawHttpClient;
import org.sluice.testing.WireCase;
import org.sluice.testing.WireCase.Observed;

/**
 * The whole table of raw messages (T1) through the packaged front to a backend that records: what
 * is accepted arrives as exactly as many requests, byte for byte as they have to be; of what is
 * refused nothing arrives that could be taken for a request.
 */
class ProxyWireIT {
  private static Front front;
  private static RecordingBackend backend;

  @BeforeAll
  static void start() throws IOException {
    backend = new RecordingBackend();
    Base base =
        Base.withSite("proxy-wire")
            .route(
                "all",
                "path=/",
                "target=" + backend.url(),
                "forwarded=off",
                "backend.via=off",
                "backend.host=client");
    front = Front.start(base);
  }

  @AfterAll
  static void stop() throws IOException {
    front.close();
    backend.close();
  }

  static List<WireCase> cases() {
    return WireCase.all();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void arrivesAsItWasAccepted(WireCase wire) throws IOException {
    int before = backend.requests.size();
    Observed observed;
    try (RawHttpClient client = front.connect()) {
      observed = wire.run(client);
    }
    // TRACE is never forwarded, and the asterisk is about the front.
    boolean trace = wire.id().equals("length-zero-of-trace");
    boolean own = trace || wire.id().equals("asterisk-options");
    assertTrue(
        trace ? observed.outcome().equals("405") : wire.accepts(observed.outcome()),
        () -> wire + " but " + observed);
    List<String> arrived = List.copyOf(backend.requests.subList(before, backend.requests.size()));
    String outcome = observed.outcome();
    assertEquals(
        WireExpectation.of(wire, outcome, own, backend.authority()), arrived, wire::toString);
    assertEquals(List.of(), backend.broken, wire::toString);
    assertFalse(
        backend.cut.stream().anyMatch(each -> each.startsWith("GET " + WireCase.SMUGGLED)),
        () -> backend.cut.toString());
  }

  /** A body that breaks on its way is cut, never ended. */
  @Test
  void brokenBodyIsCut() throws IOException {
    int before = backend.requests.size();
    long content = backend.content.get();
    try (RawHttpClient client = front.connect()) {
      client.send(
          "POST /broken HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
      Await.until(() -> backend.content.get() - content >= 5, "the backend has the first chunk");
      client.send("zz\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n");
      String text = new String(client.readToEnd(), java.nio.charset.StandardCharsets.ISO_8859_1);
      assertTrue(text.startsWith("HTTP/1.1 400 "), text);
    }
    Await.until(
        () -> backend.cut.stream().anyMatch(each -> each.startsWith("POST /broken ")),
        "the backend sees that the request is not whole");
    assertEquals(before, backend.requests.size());
  }
}
