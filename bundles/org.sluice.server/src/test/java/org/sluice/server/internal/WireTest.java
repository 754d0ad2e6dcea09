package org.sluice.server.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sluice.api.engine.ListenerSpec;
import org.sluice.api.engine.Transaction;
import org.sluice.testing.RawHttpClient;
import org.sluice.testing.WireCase;
import org.sluice.testing.WireCase.Observed;

/** The table of raw messages (T1), against the parsers in memory and the engine over sockets. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WireTest {
  private static final ListenerSpec SPEC =
      new ListenerSpec(
          TestServer.SPEC.address(),
          8190,
          8190,
          100,
          Duration.ofSeconds(20),
          Duration.ofSeconds(20),
          0,
          0,
          128);
  private static final Limits LIMITS = Limits.of(SPEC);

  private TestServer server;

  @BeforeAll
  void start() {
    server = new TestServer(SPEC, WireTest::answer);
  }

  @AfterAll
  void stop() {
    server.close();
  }

  static List<WireCase> cases() {
    return WireCase.all();
  }

  /** Reads a body before it answers, unless the client asks otherwise by the target. */
  private static void answer(Transaction transaction) {
    if (transaction.refusal() != null) {
      TestServer.text("").dispatch(transaction);
    } else {
      RequestBodyTest.echo(transaction);
    }
  }

  @Test
  void theTableIsLargeAndItsNamesAreUnique() {
    assertTrue(cases().size() >= 500);
    assertEquals(cases().size(), cases().stream().map(WireCase::id).distinct().count());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void inMemory(WireCase wire) {
    byte[] bytes = wire.bytes();
    Reading whole = Reading.of(bytes, LIMITS, bytes.length);
    assertTrue(wire.accepts(whole.outcome()), () -> wire + " but " + whole);
    // Pieces make no difference.
    for (int size : new int[] {1, 2, 7}) {
      Reading pieces = Reading.of(bytes, LIMITS, size);
      assertEquals(whole.messages, pieces.messages);
      assertEquals(whole.refused, pieces.refused);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void overSockets(WireCase wire) throws IOException {
    LinkedBlockingQueue<Transaction> seen = (LinkedBlockingQueue<Transaction>) server.seen;
    seen.clear();
    Observed observed;
    try (RawHttpClient client = RawHttpClient.connect(server.listener().address())) {
      observed = wire.run(client);
    }
    assertTrue(wire.accepts(observed.outcome()), () -> wire + " but " + observed);
    for (Transaction each : seen) {
      boolean smuggled = each.request().target().startsWith(WireCase.SMUGGLED);
      assertTrue(!smuggled, () -> wire + ": what lies behind was taken for a request");
    }
    if (wire.ends()) {
      assertTrue(
          !wire.isCertain() || observed.text().contains("Connection: close\r\n"), observed.text());
      int answers = observed.outcome().split(",", -1).length;
      assertEquals(answers, seen.size(), wire + ": transactions");
    }
  }
}
