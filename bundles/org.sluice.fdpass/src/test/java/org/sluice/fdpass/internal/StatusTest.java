package org.sluice.fdpass.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sluice.api.status.Table;

class StatusTest {
  private final HandOffState state = new HandOffState(Memos.unkept());

  @Test
  void handOffsByRouteDialectAndOutcome() {
    state.tally("b", "classic").add(Step.GIVEN);
    state.tally("a", "scgi").add(Step.HEAD_ONLY);
    state.tally("a", "classic").add(Step.GIVEN);
    state.tally("a", "classic").add(Step.GIVEN);
    state.tally("a", "classic").add(Step.PASSED_OVER);

    Table table = new HandOffsStatus(state).table(List.of());

    assertEquals(List.of("route", "dialect", "outcome", "count"), table.columns());
    assertEquals(
        List.of(
            List.of("a", "classic", "given", 2L),
            List.of("a", "classic", "passed-over", 1L),
            List.of("a", "scgi", "head-only", 1L),
            List.of("b", "classic", "given", 1L)),
        table.rows());
  }

  @Test
  void receiversByPath() {
    Pool pool = state.pool("z.sock,a.sock");
    pool.receivers().get(0).took();
    pool.receivers().get(1).failed("connection refused: nobody listens");

    Table table = new ReceiversStatus(state).table(List.of());

    assertEquals(
        List.of(
            Arrays.asList(
                "a.sock",
                null,
                "down",
                0,
                0,
                null,
                null,
                null,
                null,
                0L,
                1L,
                0L,
                "connection refused: nobody listens"),
            Arrays.asList(
                "z.sock", null, "unused", 0, 0, null, null, null, null, 1L, 0L, 0L, null)),
        table.rows());
  }

  @Test
  void beingBusyIsNoError() {
    Receiver receiver = state.pool("a.sock").receivers().get(0);

    receiver.busy(ReceiverException.busy("has not said READY yet"));
    assertEquals(null, lastError());
    assertEquals("has not said READY yet", receiver.lastBusy());

    receiver.busy(ReceiverException.shortage("too many descriptors in flight"));
    assertEquals("too many descriptors in flight", lastError());
  }

  private Object lastError() {
    List<Object> row = new ReceiversStatus(state).table(List.of()).rows().get(0);
    return row.get(row.size() - 1);
  }
}
