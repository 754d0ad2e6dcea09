package org.example.sse;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.sluice.api.http.Response;
import org.sluice.testing.MapOptions;
import org.sluice.testing.MemoryExchange;

class SseFlusherTest {
  @Test
  void opensAStream() {
    Response head =
        new SseFlusher().preamble(MemoryExchange.get("/").build(), MapOptions.of()).present();

    assertEquals(200, head.status());
    assertEquals("text/event-stream", head.headers().get("Content-Type"));
    assertEquals(5, head.body().length());
  }
}
