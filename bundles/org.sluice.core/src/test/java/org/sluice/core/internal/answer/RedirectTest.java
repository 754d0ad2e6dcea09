package org.sluice.core.internal.answer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.api.http.HandlerException;
import org.sluice.testing.MapOptions;
import org.sluice.testing.MemoryExchange;
import org.sluice.testing.MemoryExchangeBuilder;

class RedirectTest {
  private static final MapOptions OPTIONS = MapOptions.of().declared(RedirectOptions.class);

  private static MemoryExchange run(MemoryExchangeBuilder builder, MapOptions options) {
    MemoryExchange exchange = builder.build();
    try {
      new Redirect().handle(exchange, options);
    } catch (HandlerException e) {
      exchange.fail(e);
    }
    return exchange;
  }

  private static String location(String path, String target, String asked, String... groups) {
    MemoryExchangeBuilder builder =
        MemoryExchange.get(asked).route(path, "redirect:" + target, OPTIONS).groups(groups);
    return run(builder, OPTIONS).responseHeaders().get("Location");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/old     | /new                  | /old            | /new",
        "/old     | /new                  | /old/x          | /new/x",
        "/old/    | /new/                 | /old/x/y?q=1    | /new/x/y?q=1",
        "/old/    | /new/?fixed           | /old/x?q        | /new/?fixed",
        "/old/    | /new/#part            | /old/x?q        | /new/#part",
        "/        | https://a.example/    | /x%20y%C3%A4    | https://a.example/x%20y%C3%A4",
        "/        | https://a.example     | /x              | https://a.example/x",
        "/        | https://a.example     | /.evil.example  | https://a.example/.evil.example",
        "/        | https://a.example     | /@evil.example  | https://a.example/@evil.example",
        "/        | https://a.example:81  | /1              | https://a.example:81/1",
        "/        | //a.example           | /x              | //a.example/x",
        "/o       | /                     | /o/x            | /x",
        "/o       | /                     | /o//evil        | /evil",
        "/o/      | /                     | /o/%5Cevil      | /%5Cevil",
        "/o/      | /n/                   | /o/a%0D%0AX:y   | /n/a%0D%0AX:y",
        "/o/      | /n/                   | /o/%25%3F%23    | /n/%25%3F%23",
      })
  void whatIsBehindTheRouteGoesAlong(String path, String target, String asked, String expected) {
    assertEquals(expected, location(path, target, asked));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/n/$1.html             | x            | /n/x.html",
        "/n/$1                  | /x           | /n/x",
        "/$1                    | /evil.example | /evil.example",
        "$1                     | //evil.example | /evil.example",
        "$1                     | evil         | /evil",
        "https://a.example/$1   | ä b          | https://a.example/%C3%A4%20b",
        "https://a.example/?u=$1 | x&y#        | https://a.example/?u=x&y%23",
        "java$1                 | script:x     | javascript%3Ax",
        "$1                     | javascript:x | /javascript:x",
        "n/$1                   | a:b          | n/a:b",
      })
  void groups(String target, String group, String expected) {
    assertEquals(expected, location("/o/", target, "/o/x", "", group));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "https://$1/", "https://a$1", "//$1"})
  void theHostIsTheRoutesAlone(String target) {
    MemoryExchangeBuilder builder =
        MemoryExchange.get("/x").route("/", "redirect:" + target, OPTIONS).groups("", "x");
    assertEquals("bad-target", run(builder, OPTIONS).failure().code());
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void status(int status) {
    MapOptions options =
        OPTIONS.with("redirect.status", Integer.toString(status)).with("redirect.rest", "off");
    MemoryExchange exchange =
        run(MemoryExchange.of("POST", "/o/x?q").route("/o/", "redirect:/n", options), options);
    assertEquals(status, exchange.status());
    assertEquals("/n", exchange.responseHeaders().get("Location"));
  }

  @Test
  void temporaryByDefault() {
    MemoryExchange exchange =
        run(MemoryExchange.get("/o").route("/o", "redirect:/n", OPTIONS), OPTIONS);
    assertEquals(302, exchange.status());
  }
}
