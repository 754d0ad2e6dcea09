package org.sluice.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.sluice.api.http.Attributes;

/** How lines of the front's log about an exchange begin. */
class FailureLineTest {
  private static MemoryExchangeBuilder plan(String id) {
    return MemoryExchange.of("GET", "/x/y").id(id).client("192.0.2.7", 4711);
  }

  @Test
  void beginsWithExchangeClientRouteAndPlugin() {
    MemoryExchange exchange =
        plan("2f").route(MemoryRoute.of("/x", "status:200").withName("r")).build();
    assertEquals("exchange 2f client 192.0.2.7 route r plug-in -", exchange.describe());
    assertEquals("exchange 2f client 192.0.2.7 route r plug-in org.a", exchange.describe("org.a"));
    assertNull(exchange.attribute(Attributes.TOLD));
  }

  @Test
  void theClientIsTheOneThatAHookNamed() {
    MemoryExchange exchange = plan("1").build();
    exchange.attribute(Attributes.CLIENT_ADDRESS, new InetSocketAddress("198.51.100.1", 0));
    assertEquals("exchange 1 client 198.51.100.1 route - plug-in -", exchange.describe());
    exchange.attribute(Attributes.CLIENT_ADDRESS, "_hidden");
    assertEquals("exchange 1 client _hidden route - plug-in -", exchange.describe());
  }

  /** Access logs have the client's own exchange only. */
  @Test
  void ofASubrequestTheClientsExchangeIsToldAndNoted() {
    MemoryExchange page = plan("page").build();
    MemoryExchange inner = plan("inner").parent(page).build();
    assertEquals("exchange page client 192.0.2.7 route - plug-in -", inner.describeFailure());
    assertEquals(true, inner.attribute(Attributes.TOLD));
    assertEquals(true, page.attribute(Attributes.TOLD));
  }

  @Test
  void aFailureIsNotedOnEveryRedirectedExchange() {
    MemoryExchange first = plan("1").build();
    MemoryExchange second = plan("1").build();
    second.attribute(Attributes.REDIRECTED_FROM, first);
    second.describeFailure("org.a");
    assertEquals(true, first.attribute(Attributes.TOLD));
  }
}
