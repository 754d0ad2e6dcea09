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
import org.sluice.api.http.Headers;
import org.sluice.api.http.Response;
import org.sluice.core.internal.dispatch.TestTransaction.Answer;

/** Fields that routes add to, set in and remove from responses, whoever made them. */
class HeaderEditsTest {
  @TempDir Path folder;
  private FrontFixture front;

  @BeforeEach
  void open() throws Exception {
    front = new FrontFixture(folder);
    front.base.site(
        "a",
        "listen=127.0.0.1:80",
        "hosts=a.example",
        "header.X-Frame-Options=DENY",
        "header.set.X-One=mine",
        "header.remove.x-powered-by=on",
        "header.remove.X-Stays=off",
        "header.response.add.X.Dotted=1",
        "header.request.set.X-Secret=s");
    front.route("files", "path=/", "target=file:");
    front.route("other", "path=/other/", "header.X-Frame-Options=", "header.add.X-One=more");
    front.handler(
        "file",
        (exchange, options) ->
            exchange.respond(
                Response.of(
                    200,
                    Headers.of(
                        "X-ONE", "theirs", "X-Powered-By", "x", "X-Stays", "y", "x-one", "2"),
                    Body.of("text"))));
  }

  @AfterEach
  void close() throws Exception {
    front.close();
  }

  @Test
  void everyResponseOfARoute() throws Exception {
    Headers fields = front.get("/x").headers();
    assertEquals("DENY", fields.get("X-Frame-Options"));
    assertEquals(List.of("mine"), fields.all("X-One"));
    assertNull(fields.get("X-Powered-By"));
    assertEquals("y", fields.get("X-Stays"));
    assertEquals("1", fields.get("X.Dotted"));
    assertNull(fields.get("X-Secret"), "meant for backends");
    assertEquals(4, fields.size(), fields.toString());
  }

  @Test
  void routesAddAndEmptyThem() throws Exception {
    Headers fields = front.get("/other/x").headers();
    assertNull(fields.get("X-Frame-Options"));
    assertEquals(List.of("more", "mine"), fields.all("X-One"));
  }

  /** What protects pages protects error pages too. */
  @Test
  void errorPages() throws Exception {
    front.route("none", "path=/none/", "target=!");
    Answer answer = front.get("/none/x");
    assertEquals(404, answer.status());
    assertEquals("DENY", answer.headers().get("X-Frame-Options"));
    assertEquals("mine", answer.headers().get("X-One"));
  }
}
