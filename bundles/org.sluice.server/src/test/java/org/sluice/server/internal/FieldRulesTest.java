package org.sluice.server.internal;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.sluice.api.http.Headers;
import org.sluice.api.http.Response;
import org.sluice.server.internal.RawClient.Answer;
import org.sluice.testing.Await;

/** What a plug-in can say in a head (T2): every character is judged, wherever it comes from. */
class FieldRulesTest {

  @Test
  void valuesHoldNoControls() {
    for (int c = 0; c < 0x200; c++) {
      String value = "a" + (char) c + "b";
      boolean good = c == '\t' || (c >= ' ' && c != 0x7f && c <= 0xff);
      if (good) {
        assertDoesNotThrow(() -> Headers.of("X", value));
      } else {
        assertThrows(IllegalArgumentException.class, () -> Headers.of("X", value));
        assertThrows(
            IllegalArgumentException.class, () -> Headers.builder().set("Location", value));
      }
    }
  }

  @Test
  void namesAreTokens() {
    String tokens = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    for (int c = 0; c < 0x200; c++) {
      String name = "X" + (char) c;
      if (tokens.indexOf(c) >= 0) {
        assertDoesNotThrow(() -> Headers.of(name, "a"));
      } else {
        assertThrows(IllegalArgumentException.class, () -> Headers.of(name, "a"));
      }
    }
    assertThrows(IllegalArgumentException.class, () -> Headers.of("", "a"));
  }

  /** Fields that a request brought may go back: they were judged when they came. */
  @Test
  void fieldsOfARequestStayWhole() throws Exception {
    try (TestServer server =
            new TestServer(t -> t.respond(Response.of(200).withHeaders(t.request().headers())));
        RawClient client = server.connect()) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\nX: b\t\u00e9\r\nConnection: x\r\n\r\n");
      Answer answer = client.read();
      assertEquals("b\t\u00e9", answer.field("X"));
      assertEquals(null, answer.field("Connection"));
      assertEquals("0", answer.field("Content-Length"));
    }
  }

  @Test
  void theServerFieldIsJudged() throws Exception {
    try (TestServer server = new TestServer(TestServer.text("x"));
        RawClient client = server.connect()) {
      assertThrows(
          IllegalArgumentException.class, () -> server.engine().serverField("a\r\nSet-Cookie: b"));
      assertEquals("Sluice", client.get("/").read().field("Server"));
      server.engine().serverField(null);
      // The loops are told; a request that is there already may come first.
      Await.until(() -> client.get("/").read().field("Server") == null, "no Server field");
    }
  }
}
