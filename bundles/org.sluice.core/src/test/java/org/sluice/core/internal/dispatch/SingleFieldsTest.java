package org.sluice.core.internal.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sluice.api.http.Body;
import org.sluice.api.http.HandlerException;
import org.sluice.api.http.Headers;
import org.sluice.api.http.Response;

/**
 * No field of a route is twice in an answer that may have it once, and none lies about an error.
 */
class SingleFieldsTest {
  private static final String TEXT = "text/plain; charset=utf-8";

  @TempDir Path folder;
  private FrontFixture front;

  @BeforeEach
  void open() throws Exception {
    front = new FrontFixture(folder);
    front.handler(
        "http",
        (exchange, options) ->
            exchange.respond(
                Response.of(
                    200,
                    Headers.of(
                        "content-type", "text/html",
                        "Cache-Control", "private",
                        "Vary", "Accept",
                        "Last-Modified", "Fri, 01 Jan 2021 00:00:00 GMT",
                        "Set-Cookie", "a=1"),
                    Body.of("text"))));
    front.handler(
        "fd",
        (exchange, options) -> {
          throw new HandlerException(503, "none", "nobody is there", null, 1);
        });
  }

  @AfterEach
  void close() throws Exception {
    front.close();
  }

  private Headers get(String target, String... fields) throws Exception {
    String[] lines = new String[fields.length + 2];
    lines[0] = "path=/";
    lines[1] = "target=" + target;
    System.arraycopy(fields, 0, lines, 2, fields.length);
    front.route("r", lines);
    return front.get("/x", "Accept", "text/plain").headers();
  }

  @Test
  void whatIsNoListIsReplaced() throws Exception {
    Headers fields =
        get(
            "http://a/",
            "header.Content-Type=text/css",
            "header.add.last-modified=Sat, 02 Jan 2021 00:00:00 GMT");
    assertEquals(List.of("text/css"), fields.all("Content-Type"));
    assertEquals(List.of("Sat, 02 Jan 2021 00:00:00 GMT"), fields.all("Last-Modified"));
  }

  @Test
  void listsGrow() throws Exception {
    Headers fields =
        get(
            "http://a/",
            "header.Cache-Control=no-transform",
            "header.Vary=Cookie",
            "header.Set-Cookie=b=2");
    assertEquals(List.of("private", "no-transform"), fields.all("Cache-Control"));
    assertEquals(List.of("Accept", "Cookie"), fields.all("Vary"));
    assertEquals(List.of("a=1", "b=2"), fields.all("Set-Cookie"));
  }

  @Test
  void oneOfTwoOfTheRoute() throws Exception {
    Headers fields =
        get("http://a/", "header.Content-Type=text/css", "header.set.content-type=text/csv");
    assertEquals(List.of("text/csv"), fields.all("Content-Type"));
    assertNull(get("http://a/", "header.remove.Content-Type=on").get("Content-Type"));
  }

  /** The content of an error page is not the route's. */
  @Test
  void errorsKeepWhatTellsOfTheirContent() throws Exception {
    for (String field :
        List.of(
            "header.Content-Type=text/css",
            "header.set.Content-Type=text/css",
            "header.remove.Content-Type=on")) {
      assertEquals(List.of(TEXT), get("fd:run/a.sock", field).all("Content-Type"), field);
    }
    Headers fields =
        get(
            "fd:run/a.sock",
            "header.Content-Encoding=gzip",
            "header.set.Content-Language=de",
            "header.Content-Disposition=attachment",
            "header.Content-Security-Policy=default-src 'self'",
            "header.Cache-Control=private");
    for (String name : List.of("Content-Encoding", "Content-Language", "Content-Disposition")) {
      assertNull(fields.get(name), name);
    }
    assertEquals("default-src 'self'", fields.get("Content-Security-Policy"));
    assertEquals(List.of("no-store", "private"), fields.all("Cache-Control"));
  }

  @Test
  void errorsHaveTheRoutesOwnWordOnce() throws Exception {
    assertEquals(List.of("1"), get("fd:run/a.sock").all("Retry-After"));
    assertEquals(List.of("7"), get("fd:run/a.sock", "header.Retry-After=7").all("Retry-After"));
  }

  @Test
  void errorPagesToo() throws Exception {
    front.route("page", "path=/page", "target=http://a/");
    Headers fields = get("fd:run/a.sock", "error.503=/page", "header.Content-Type=text/css");
    assertEquals(List.of("text/html"), fields.all("Content-Type"));
  }
}
