package org.sluice.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.sluice.testing.RawHttpClient;

/** A route that changes again and again: nobody else notices, no connection is cut. */
class RouteChangesIT {
  private static final int CHANGES = Integer.getInteger("sluice.route.changes", 30);
  private static final int CLIENTS = 8;

  @Test
  void cutNothing() throws Exception {
    Base base =
        Base.withSite("changes", "timeout.keepalive=5m")
            .fixed("other", "/other", "other")
            .fixed("deeper", "/other/deeper", "deeper")
            .fixed("changing", "/changing", "0");
    try (Front front = Front.start(base);
        RawHttpClient idle = front.connect();
        RawHttpClient begun = front.connect()) {
      assertEquals("other", idle.get("/other").readResponse().text());
      begun.send("GET /changing HTTP/1.1\r\nHost: a\r\n");
      long before;
      try (RawHttpClient changing = front.connect();
          Load load = Load.start(front, CLIENTS, List.of("/other", "/other/deeper"))) {
        for (int i = 1; i <= CHANGES; i++) {
          before = load.succeeded();
          String text = Integer.toString(i);
          base.fixed("changing", "/changing", text);
          while (!text.equals(changing.get("/changing").readResponse().text())) {
            // Asked on one connection, which lives through every change.
          }
          assertTrue(load.succeeded() > before, "others go on");
        }
        load.finish();
        assertEquals(List.of(), load.failures());
      }
      assertEquals("other", idle.get("/other").readResponse().text());
      // A head that began before the changes is routed by what is true when it is whole.
      assertEquals(Integer.toString(CHANGES), begun.send("\r\n").readResponse().text());
      // Every client kept its first connection: idle, begun, changing, and one for each.
      assertEquals(CLIENTS + 3, accepted(front));
      assertEquals(List.of(), front.complaints(""));
    }
  }

  private static int accepted(Front front) throws Exception {
    return front.table("sluice:status").stream()
        .map(row -> row.toString())
        .filter(row -> row.contains("listener "))
        .mapToInt(row -> Integer.parseInt(row.replaceFirst(".* open, ([0-9]+) accepted.*", "$1")))
        .sum();
  }
}
