package org.sluice.flush.head.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.Headers;
import org.sluice.handoff.api.Preamble;
import org.sluice.testing.MapOptions;
import org.sluice.testing.MemoryExchange;

class HeadFlusherTest {
  private final HeadFlusher flusher = new HeadFlusher();
  private final Exchange exchange = MemoryExchange.get("/fd/").build();

  @Test
  void headHasNoFieldsOfItsOwn() {
    Preamble preamble = flusher.preamble(exchange, MapOptions.of());

    assertEquals(200, preamble.present().status());
    assertEquals(0, preamble.present().headers().size());
    assertEquals(0, preamble.present().body().length());
  }

  @Test
  void configuredFieldsAreAdded() {
    MapOptions options =
        MapOptions.of(
            "header.Content-Type", "text/event-stream",
            "header.X-Content-Type-Options", "nosniff");

    Headers fields = flusher.preamble(exchange, options).present().headers();

    assertEquals(2, fields.size());
    assertEquals("text/event-stream", fields.get("content-type"));
    assertEquals("nosniff", fields.get("x-content-type-options"));
  }

  /** Names of options are no names of fields, and what backends are told is not for clients. */
  @Test
  void editsAreAppliedAndWhatIsForBackendsStaysBehind() {
    MapOptions options =
        MapOptions.of(
            "header.set.X-A", "1",
            "header.add.X-B", "2",
            "header.remove.X-C", "on",
            "header.set.Server", "mine",
            "header.request.set.X-Secret", "s");

    Headers fields = flusher.preamble(exchange, options).present().headers();

    assertEquals("1", fields.get("X-A"));
    assertEquals("2", fields.get("X-B"));
    assertEquals(2, fields.size(), fields.toString());
  }

  @Test
  void headIsMadeOncePerConfiguration() {
    MapOptions options = MapOptions.of("header.A", "b");

    assertSame(flusher.preamble(exchange, options), flusher.preamble(exchange, options));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Content-Length", "transfer-encoding", "Connection", "Date", "SERVER", "Upgrade"})
  void fieldsOfTheFrontAreRefused(String name) {
    MapOptions options = MapOptions.of("header." + name, "1");

    String message =
        assertThrows(IllegalArgumentException.class, () -> flusher.preamble(exchange, options))
            .getMessage();

    assertTrue(message.contains("header." + name + "=1"), message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bad name", "a:b", ""})
  void namesThatAreNoTokensAreRefused(String name) {
    MapOptions options = MapOptions.of("header.X" + name + " ", "1");

    assertThrows(IllegalArgumentException.class, () -> flusher.preamble(exchange, options));
  }
}
