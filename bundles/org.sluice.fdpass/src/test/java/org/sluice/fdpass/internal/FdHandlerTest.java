package org.sluice.fdpass.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.sluice.api.http.HandlerException;
import org.sluice.testing.MapOptions;
import org.sluice.testing.MemoryClientSocket;
import org.sluice.testing.MemoryConnection;
import org.sluice.testing.MemoryExchange;
import org.sluice.testing.MemoryExchangeBuilder;

/** Requests that cannot be handed over at all. */
class FdHandlerTest {
  private final HandOffState state = new HandOffState(Memos.unkept());
  private final FdHandler handler = new FdHandler(state);
  private final MapOptions options = LoopbackFront.defaults();

  private MemoryExchangeBuilder request() {
    return MemoryExchange.get("/fd").route("/fd", "fd:run/a.sock", options);
  }

  private void assertRefused(MemoryExchangeBuilder plan, String reason) {
    HandlerException e =
        assertThrows(HandlerException.class, () -> handler.handle(plan.build(), options));

    assertEquals(500, e.status());
    assertTrue(e.getMessage().contains(reason), e.getMessage());
    assertEquals(1, state.tally("test", "classic").count(Step.REFUSED));
  }

  @Test
  void subrequest() {
    assertRefused(request().parent(MemoryExchange.get("/page").build()), "subrequest");
  }

  @Test
  void tls() {
    InetSocketAddress any = new InetSocketAddress("127.0.0.1", 1);
    assertRefused(request().connection(new MemoryConnection(any, any, true, 1)), "TLS");
  }

  @Test
  void connectionWithoutASocket() {
    assertRefused(request(), "cannot be handed over");
  }

  @Test
  void engineThatIsNotNetty() {
    assertRefused(request().socket(MemoryClientSocket.idle()), "epoll");
  }
}
