package org.example.maintenance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;
import org.sluice.api.hook.Verdict;
import org.sluice.testing.MapOptions;
import org.sluice.testing.MemoryExchange;

class MaintenanceHookTest {
  private static Verdict call(String... keysAndValues) {
    MapOptions options = MapOptions.of(keysAndValues).declared(MaintenanceOptions.class);
    return new MaintenanceHook().call(MemoryExchange.get("/").build(), options);
  }

  @Test
  void letsPassUnlessItIsSwitchedOn() {
    assertSame(Verdict.NEXT, call());
    assertSame(Verdict.NEXT, call("maintenance.mode", "off"));
  }

  @Test
  void turnsAwayWithATime() {
    Verdict verdict = call("maintenance.mode", "on", "maintenance.retry", "2m");
    assertEquals(503, verdict.status());
    assertEquals("120", verdict.headers().get("Retry-After"));
  }
}
