package org.sluice.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sluice.testing.RawHttpClient;
import org.sluice.testing.WireCase;
import org.sluice.testing.WireCase.Observed;

/** The table of raw messages (T1) against the packaged front. */
class HttpWireIT {
  private static Front front;
  private static TestReceiver trap;

  @BeforeAll
  static void start() throws IOException {
    Base base =
        Base.withSite("wire")
            .fixed("all", "/", "all")
            .route("trap", "path=/smuggled", "target=fd:run/trap.sock", "flusher=raw");
    trap = TestReceiver.open(base, "run/trap.sock", TestReceiver.WHOLE);
    front = Front.start(base);
  }

  @AfterAll
  static void stop() throws IOException {
    front.close();
    trap.close();
  }

  static List<WireCase> cases() {
    return WireCase.all();
  }

  /** What lies behind a message that ends the connection never reaches its route. */
  @ParameterizedTest
  @MethodSource("cases")
  void isReadInOneWay(WireCase wire) throws IOException {
    Observed observed;
    try (RawHttpClient client = front.connect()) {
      observed = wire.run(client);
    }
    assertTrue(wire.accepts(observed.outcome()), () -> wire + " but " + observed);
    // Where the rest of a body turns out to be broken, the head has left already.
    if (wire.ends() && wire.isCertain()) {
      assertTrue(observed.text().contains("Connection: close\r\n"), observed.text());
    }
    assertFalse(observed.text().contains("by the receiver"), observed.text());
    assertEquals(0, trap.handedOff(), "taken for a request");
  }
}
