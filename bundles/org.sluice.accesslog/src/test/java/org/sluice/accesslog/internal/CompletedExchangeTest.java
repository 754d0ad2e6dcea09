package org.sluice.accesslog.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.accesslog.internal.filter.Filter;
import org.sluice.accesslog.internal.format.Entry;
import org.sluice.api.http.Body;
import org.sluice.api.http.Headers;
import org.sluice.api.http.Outcome;
import org.sluice.api.http.Response;
import org.sluice.handoff.api.Completion;

/** Lines of given streams that have ended, as their receivers say. */
class CompletedExchangeTest {
  private static final Completion FULL =
      new Completion(
          "main",
          "chat",
          "x7",
          "192.0.2.9",
          40123,
          "GET /chat%20room?id=5&t=\"q HTTP/1.0",
          "chat.example.org:8080",
          "/b/run/app.sock",
          "sluice",
          206,
          1234,
          1000,
          Exchanges.BEGIN,
          3_004_005_000L);

  private static final Completion EMPTY =
      new Completion("", "", "", "2001:db8::7", 1, "", "", "", "", 0, 0, 0, Exchanges.BEGIN, 0);

  private static String line(Completion known, String format) {
    Outcome outcome = Completions.outcome(known);
    byte[] line =
        new Exchanges.Ended(
                new CompletedExchange(known, outcome),
                outcome,
                known.beginMicros() + known.nanos() / 1_000)
            .line(format);
    return new String(line, StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "%h %l %u %t|192.0.2.9 - - [21/Nov/2026:20:38:34 +0100]",
        "\"%r\" %>s %s %b|\"GET /chat%20room?id=5&t=\\\"q HTTP/1.0\" 206 206 1000",
        "%a %{c}a %{remote}p|192.0.2.9 192.0.2.9 40123",
        "%A %{local}p %f %R|- - - -",
        "%m %H %U %q|GET HTTP/1.0 /chat%20room ?id=5&t=\\\"q",
        "%v %V %{Host}i|main chat.example.org chat.example.org:8080",
        "%(site) %(route) %(target) %(handler)|main chat - -",
        "%(id) %(handoff) %(receiver) %(dialect)|x7 ended /b/run/app.sock sluice",
        "%(end) %(outcome) %(error) %(detail)|given success - -",
        "%D %T %{ms}T %{end:%S}t|3004005 3 3004 37",
        "%I %O %S %B|0 1234 1234 1000",
        "%k %L %{x}e %{x}n %{x}C %{x}o %{x}i|0 - - - - - -",
        "%^FB %{x}^ti %{x}^to|- - -",
        "%X|-",
      })
  void everyItemHasAnAnswer(String format, String expected) {
    assertEquals(expected + "\n", line(FULL, format));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "%h \"%r\" %>s %b|2001:db8::7 \"-\" - -",
        "%m %U [%q]|- - []",
        "%v %V %{Host}i|- - -",
        "%(site) %(route) %(id)|- - -",
        "%(handoff) %(receiver) %(dialect)|ended - -",
        "%(plugins) %(trace)|- -",
      })
  void whatIsNotKnownIsNone(String format, String expected) {
    assertEquals(expected + "\n", line(EMPTY, format));
  }

  /** Conditions ask for what is not known of it, too. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "REQUEST_STATUS REQUEST_METHOD REQUEST_SCHEME REQUEST_URI DOCUMENT_URI REQUEST_FILENAME",
        "SCRIPT_FILENAME QUERY_STRING THE_REQUEST CONTENT_TYPE DOCUMENT_ROOT HANDLER",
        "REQUEST_LOG_ID CONN_LOG_ID IS_SUBREQ HTTP2 HTTPS REMOTE_ADDR REMOTE_HOST",
        "CONN_REMOTE_ADDR REMOTE_PORT REMOTE_IDENT REMOTE_USER AUTH_TYPE SERVER_NAME SERVER_PORT",
        "SERVER_PROTOCOL SERVER_SOFTWARE IPV6 HTTP_HOST ROUTE SITE END HANDOFF ERROR BYTES",
        "DURATION_MS TIME_YEAR TIME_WDAY TIME",
      })
  void everyVariableOfConditionsHasAnAnswer(String names) {
    for (Completion known : new Completion[] {FULL, EMPTY}) {
      Outcome outcome = Completions.outcome(known);
      Entry entry = new Entry();
      entry.begin(new CompletedExchange(known, outcome), outcome, known.beginMicros());
      for (String name : names.split(" ")) {
        Filter filter = new Filter(Map.of("condition", "%{" + name + "} != 'x'"));
        assertTrue(filter.takes(entry), name);
      }
      assertTrue(new Filter(Map.of("condition", "-z resp('X')")).takes(entry));
    }
  }

  @Test
  void nothingCanBeDoneToTheClient() {
    CompletedExchange exchange = new CompletedExchange(FULL, Completions.outcome(FULL));
    assertThrows(IllegalStateException.class, () -> exchange.abort("no"));
    assertThrows(
        IllegalStateException.class,
        () -> exchange.respond(Response.of(200, Headers.empty(), Body.empty())));
    assertThrows(IllegalStateException.class, exchange::loop);
  }
}
