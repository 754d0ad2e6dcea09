package org.sluice.cgi.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.api.http.Attributes;
import org.sluice.api.http.FileFacts;
import org.sluice.cgi.api.CgiCommand;
import org.sluice.testing.Await;
import org.sluice.testing.MemoryBody;
import org.sluice.testing.MemoryExchange;

/** Requests against real programs: what the client gets. */
class CgiHandlerTest {
  @TempDir Path folder;
  private Stage stage;

  @BeforeEach
  void open() throws IOException {
    stage = new Stage(folder.toRealPath());
  }

  @AfterEach
  void close() {
    stage.awaitNothing();
    stage.close();
  }

  private static String[] lines(String text) {
    return text.split(" ; ");
  }

  /** Program (lines separated by " ; "), status, body, one field. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "echo 'Content-Type: text/plain' ; echo ; echo hi|200|hi~|Content-Type: text/plain",
        "echo ; echo hi|200|hi~|X-Content-Type-Options: nosniff",
        "echo 'Status: 404 Nix da' ; echo 'A: b' ; echo ; echo no|404|no~|A: b",
        "echo 'Status: 202' ; echo ; exit 7|202||",
        "echo 'Location: http://example.org/x' ; echo ; echo gone|302|*|Location:"
            + " http://example.org/x",
        "echo 'Location: rel/x' ; echo ; echo gone|302|*|Location: rel/x",
        "echo 'Status: 302 Moved Here' ; echo 'Location: /plain.txt' ; echo ; echo"
            + " own|302|own~|Location: /plain.txt",
        "echo 'Status: 201 Made' ; echo 'Location: /new' ; echo ; echo own|201|own~|Location: /new",
        "echo 'Status: 204' ; echo 'Content-Type: a/b' ; echo ; echo dropped|204||",
        "echo 'Content-Length: 1' ; echo ; echo whole|200|whole~|",
        "printf 'X: a\\r\\n\\r\\nx'|200|x|X: a",
        "echo nonsense|500||",
        "true|500||",
        "printf 'A: b'|500||",
        "echo 'Status: 103 Early' ; echo ; echo x|500||",
        "echo 'Status: 700' ; echo ; echo x|500||",
        "echo 'Bad Name: 1' ; echo ; echo x|500||",
        "printf 'A: \\000b\\n\\nx'|500||",
        "kill -9 $$|500||",
        "echo x ; kill -9 $$|500||",
        "echo ; kill -9 $$|200||",
        "head -c 9000 /dev/zero|500||",
        "head -c 200000 /dev/urandom|500||",
        "yes 'A: b'|500||",
      })
  void answers(String program, int status, String body, String field) throws IOException {
    stage.sh("x.sh", lines(program));
    MemoryExchange exchange = stage.run("/cgi-bin/x.sh");
    assertEquals(status, exchange.status(), () -> String.valueOf(exchange.failure()));
    if (status == 500) {
      assertEquals(MemoryExchange.Answer.FAILURE, exchange.answer());
    } else if (!"*".equals(body)) {
      assertEquals(body == null ? "" : body.replace('~', '\n'), exchange.bodyText());
    }
    if (field != null) {
      String name = field.substring(0, field.indexOf(':'));
      assertEquals(field.substring(name.length() + 2), exchange.responseHeaders().get(name));
    }
    assertEquals(java.util.List.of(), exchange.violations());
  }

  @Test
  void reasonIsKept() throws IOException {
    stage.sh("x.sh", "echo 'Status: 404 Nix da'", "echo");
    assertEquals("Nix da", stage.run("/cgi-bin/x.sh").response().reason());
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "/cgi-bin/no.sh,404,not-found",
    "/cgi-bin/,403,cgi-folder",
    "/cgi-bin/sub,403,cgi-folder",
    "/cgi-bin/sub/x.sh,200,",
    "/cgi-bin/sub/x.sh/a/b,200,",
    "/cgi-bin/plain,500,cgi-command",
    "/cgi-bin/noexec.sh,500,cgi-command",
    "/cgi-bin/nointerp.sh,500,cgi-start",
    "/cgi-bin/crlf.sh,500,cgi-command",
    "/cgi-bin/.ht.sh,403,hidden",
    "/cgi-bin/nph-x.sh,403,cgi-nph",
    "/cgi-bin/link.sh,403,outside",
  })
  void whichScriptsRun(String target, int status, String code) throws IOException {
    stage.sh("sub/x.sh", "echo", "echo ok");
    stage.sh(".ht.sh", "echo", "echo ok");
    stage.sh("nph-x.sh", "echo HTTP/1.1 200 OK", "echo");
    Files.writeString(stage.folder.resolve("plain"), "echo; echo ran as shell\n");
    stage.folder.resolve("plain").toFile().setExecutable(true);
    Files.setPosixFilePermissions(
        stage.sh("noexec.sh", "echo"),
        java.nio.file.attribute.PosixFilePermissions.fromString("rw-r--r--"));
    stage.script("nointerp.sh", "#!/no/such/interpreter\n");
    stage.script("crlf.sh", "#!/bin/sh\r\necho\r\n");
    Path outside = Files.createTempFile("cgi-outside", ".sh");
    Files.createSymbolicLink(stage.folder.resolve("link.sh"), outside);
    try {
      MemoryExchange exchange = stage.run(target);
      assertEquals(status, exchange.status());
      assertEquals(code, exchange.failure() == null ? null : exchange.failure().code());
    } finally {
      Files.delete(outside);
    }
  }

  @Test
  void pathInformation() throws IOException {
    stage.sh("x.sh", "echo", "echo \"$SCRIPT_NAME|$PATH_INFO|$PWD\"");
    assertEquals(
        "/cgi-bin/x.sh|/a b/c|" + stage.folder + "\n",
        stage.run("/cgi-bin/x.sh/a%20b/c?q").bodyText());
    stage.with("cgi.path-info", "off");
    assertEquals(404, stage.run("/cgi-bin/x.sh/a").status());
  }

  @Test
  void noArgumentsUnlessWanted() throws IOException {
    stage.sh("x.sh", "echo", "printf '%s|' \"$#\" \"$@\"");
    assertEquals("0|", stage.run("/cgi-bin/x.sh?a+b").bodyText());
    stage.with("cgi.query-arguments", "on");
    assertEquals("2|a|$b;|", stage.run("/cgi-bin/x.sh?a+%24b%3B").bodyText());
    assertEquals("0|", stage.run("/cgi-bin/x.sh?a=b+c").bodyText());
    assertEquals(400, stage.run("/cgi-bin/x.sh?-s").status());
    assertEquals(400, stage.run("/cgi-bin/x.sh?a%00b").status());
  }

  @Test
  void perlAndPython() throws IOException {
    String perl = Stage.need("perl");
    stage.script(
        "x.pl",
        "#!" + perl + " -w\nprint \"Content-Type: a/b\\r\\n\\r\\nperl $ENV{QUERY_STRING}\";\n");
    assertEquals("perl q", stage.run("/cgi-bin/x.pl?q").bodyText());
    String python = Stage.need("python3");
    stage.script(
        "x.py",
        "#!"
            + python
            + "\nimport os\nprint('Content-Type: a/b\\n')\nprint(os.environb[b'HTTP_X'])\n");
    assertEquals(
        "b'\\xe9'\n",
        stage.run(stage.get("/cgi-bin/x.py").header("X", "\u00e9")).bodyText(),
        "bytes as they came");
  }

  @Test
  void interpretersOfOthers() throws IOException {
    stage.script("x.txt", "text");
    stage.with("cgi.interpreter.txt", "/bin/sh -c printf%s true");
    CgiCommand cat =
        script ->
            java.util.List.of(
                "/bin/sh", "-c", "printf 'A: b\\n\\n'; cat \"$0\"", script.path().toString());
    assertEquals("text", new StageWith(stage, ".md", cat).text("x.md", "text"));
    assertEquals(
        500, stage.run("/cgi-bin/x.txt").status(), "the configured one, which answers nothing");
  }

  /** A script of a suffix that another bundle serves. */
  private record StageWith(Stage stage, String suffix, CgiCommand command) {
    String text(String name, String content) throws IOException {
      stage.script(name, content);
      return stage
          .run(stage.get("/cgi-bin/" + name).plugin(CgiCommand.class, suffix, command))
          .bodyText();
    }
  }

  @ParameterizedTest
  @CsvSource({"HEAD,HEAD,''", "POST,POST,POST", "OPTIONS,OPTIONS,OPTIONS", "FOO,FOO,FOO"})
  void methods(String method, String seen, String body) throws IOException {
    stage.sh("x.sh", "echo \"M: $REQUEST_METHOD\"", "echo", "printf $REQUEST_METHOD");
    MemoryExchange exchange = stage.run(stage.of(method, "/cgi-bin/x.sh"));
    assertEquals(seen, exchange.responseHeaders().get("M"));
    assertEquals(body, exchange.bodyText());
  }

  @Test
  void bodies() throws IOException {
    stage.sh("x.sh", "echo", "printf \"$CONTENT_LENGTH|\"", "cat");
    assertEquals("5|hello", stage.run(stage.of("POST", "/cgi-bin/x.sh").body("hello")).bodyText());
    assertEquals(
        "|hello", stage.run(stage.of("POST", "/cgi-bin/x.sh").chunks("hel", "lo")).bodyText());
    assertEquals("|", stage.run("/cgi-bin/x.sh").bodyText());
    stage.with("cgi.body", "spool");
    assertEquals(
        "5|hello", stage.run(stage.of("POST", "/cgi-bin/x.sh").chunks("hel", "lo")).bodyText());
    stage.with("cgi.spool-memory", "2");
    assertEquals(
        "5|hello", stage.run(stage.of("POST", "/cgi-bin/x.sh").chunks("hel", "lo")).bodyText());
  }

  /** Both directions at once: an echo of more than all buffers between. */
  @ParameterizedTest
  @CsvSource({"stream", "spool"})
  void echoOfMuch(String mode) throws Exception {
    stage.c(
        "echo",
        "#include <unistd.h>",
        "int main(void){char b[8192];long n;write(1,\"\\n\",1);",
        "while((n=read(0,b,sizeof b))>0)for(long i=0;i<n;)i+=write(1,b+i,n-i);return 0;}");
    byte[] much = new byte[8_000_003];
    new Random(1).nextBytes(much);
    MemoryExchange exchange =
        stage.with("cgi.body", mode).run(stage.of("POST", "/cgi-bin/echo").body(much));
    assertArrayEquals(much, exchange.bodyBytes());
    assertEquals(java.util.List.of(), exchange.violations());
  }

  @ParameterizedTest
  @CsvSource({
    "'echo ; echo done'",
    "'exec <&- ; echo ; echo done'",
    "'echo ; echo done ; head -c 10 >/dev/null'"
  })
  void readsNothing(String program) throws IOException {
    stage.sh("x.sh", lines(program));
    MemoryExchange exchange =
        stage.run(stage.of("POST", "/cgi-bin/x.sh").body(new byte[3_000_000]));
    assertEquals(200, exchange.status());
    assertEquals("done\n", exchange.bodyText());
  }

  @Test
  void bodyBreaksOff() throws IOException {
    stage.sh("x.sh", "cat >/dev/null", "echo", "echo done");
    MemoryBody body = MemoryBody.open();
    MemoryExchange exchange = stage.begin(stage.of("POST", "/cgi-bin/x.sh").body(body));
    body.fail(new IOException("gone"));
    Await.until(Stage.LIMIT, () -> exchange.outcome() != null, "it fails");
    assertEquals(400, exchange.status());
  }

  @ParameterizedTest(name = "{0}: {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "If-None-Match|\"1\"|304",
        "If-Match|\"2\"|412",
        "If-None-Match|\"2\"|200",
      })
  void conditional(String name, String value, int status) throws IOException {
    stage.sh(
        "x.sh",
        "echo 'ETag: \"1\"'",
        "echo 'Set-Cookie: a=b'",
        "echo 'Content-Type: a/b'",
        "echo",
        "echo body");
    MemoryExchange exchange = stage.run(stage.get("/cgi-bin/x.sh").header(name, value));
    assertEquals(status, exchange.status());
    if (status == 304) {
      assertEquals("a=b", exchange.responseHeaders().get("Set-Cookie"));
      assertNull(exchange.responseHeaders().get("Content-Type"));
      assertEquals("", exchange.bodyText());
    }
    assertEquals(200, stage.run(stage.of("POST", "/cgi-bin/x.sh").header(name, value)).status());
  }

  @Test
  void conditionsDoNotMatterWithAStatus() throws IOException {
    stage.sh("x.sh", "echo 'Status: 200'", "echo 'ETag: \"1\"'", "echo", "echo body");
    assertEquals(
        200, stage.run(stage.get("/cgi-bin/x.sh").header("If-None-Match", "\"1\"")).status());
  }

  @ParameterizedTest
  @CsvSource({"/plain.txt?a=b,", "//host/x,", "/plain.txt,echo 'Status: 200 OK'"})
  void localRedirect(String target, String status) throws IOException {
    stage.sh(
        "x.sh",
        status == null ? "true" : status,
        "echo 'Location: " + target + "'",
        "echo 'Set-Cookie: a=b'",
        "echo",
        "echo dropped");
    MemoryExchange exchange = stage.begin(stage.of("POST", "/cgi-bin/x.sh").body("x"));
    Await.until(Stage.LIMIT, () -> exchange.redirect() != null, "it is redirected");
    assertEquals(target, exchange.redirect().target());
    assertEquals("a=b", exchange.redirect().fields().get("Set-Cookie"));
  }

  @Test
  void outputComesAsItIsWritten() throws IOException {
    Path go = stage.folder.resolve("go");
    stage.sh(
        "x.sh",
        "echo",
        "echo first",
        "while [ ! -e " + go + " ]; do sleep 0.02; done",
        "echo second");
    MemoryExchange exchange = stage.begin(stage.get("/cgi-bin/x.sh"));
    Await.until(
        Stage.LIMIT,
        () -> exchange.response() != null && exchange.bodyText().equals("first\n"),
        "first");
    assertNull(exchange.outcome());
    Files.createFile(go);
    Await.until(Stage.LIMIT, () -> exchange.outcome() != null, "the end");
    assertEquals("first\nsecond\n", exchange.bodyText());
  }

  @Test
  void slowClientHoldsBackTheProgram() throws IOException {
    Path all = stage.folder.resolve("all");
    stage.sh("x.sh", "echo", "head -c 3000000 /dev/zero", "touch " + all);
    MemoryExchange exchange = stage.begin(stage.get("/cgi-bin/x.sh").clientTakes(1));
    Await.until(
        Stage.LIMIT,
        () -> exchange.response() != null && exchange.bodyBytes().length > 0,
        "a start");
    assertFalse(Files.exists(all));
    exchange.demand(Long.MAX_VALUE);
    Await.until(Stage.LIMIT, () -> exchange.outcome() != null, "the end");
    assertEquals(3000000, exchange.bodyBytes().length);
    assertTrue(Files.exists(all));
  }

  @Test
  void timeLimits() throws IOException {
    stage.with("cgi.timeout", "200ms").with("cgi.kill-after", "100ms");
    stage.sh("head.sh", "sleep 60");
    assertEquals(504, stage.run("/cgi-bin/head.sh").status());
    stage.sh("body.sh", "echo", "echo begun", "sleep 60");
    MemoryExchange exchange = stage.run("/cgi-bin/body.sh");
    assertEquals("begun\n", exchange.bodyText());
    assertFalse(exchange.bodyComplete(), "it must not look whole");
    stage.with("cgi.timeout", "30s").with("cgi.lifetime", "300ms");
    stage.sh("busy.sh", "echo", "while :; do echo x; sleep 0.05; done");
    assertFalse(stage.run("/cgi-bin/busy.sh").bodyComplete());
  }

  @Test
  void outputLimit() throws IOException {
    stage.sh("x.sh", "echo", "yes");
    MemoryExchange exchange = stage.with("cgi.limit.output", "100k").run("/cgi-bin/x.sh");
    assertFalse(exchange.bodyComplete());
    assertTrue(exchange.bodyBytes().length <= 100 * 1024);
  }

  @Test
  void tooManyPrograms() throws IOException {
    Path go = stage.folder.resolve("go");
    stage.sh("x.sh", "echo", "while [ ! -e " + go + " ]; do sleep 0.02; done", "echo done");
    stage.with("cgi.max-processes", "1").with("cgi.queue", "1");
    MemoryExchange first = stage.begin(stage.get("/cgi-bin/x.sh"));
    MemoryExchange second = stage.begin(stage.get("/cgi-bin/x.sh"));
    MemoryExchange third = stage.begin(stage.get("/cgi-bin/x.sh"));
    Await.until(Stage.LIMIT, () -> third.failure() != null, "the third is refused");
    assertEquals(503, third.status());
    assertTrue(third.failure().retryAfter() > 0);
    Files.createFile(go);
    Await.until(Stage.LIMIT, () -> first.outcome() != null && second.outcome() != null, "both end");
    assertEquals("done\n", second.bodyText());
    Files.delete(go);
    stage.with("cgi.queue-timeout", "100ms");
    MemoryExchange again = stage.begin(stage.get("/cgi-bin/x.sh"));
    assertEquals(503, stage.run("/cgi-bin/x.sh").status());
    Files.createFile(go);
    Await.until(Stage.LIMIT, () -> again.outcome() != null, "the end");
  }

  @Test
  void lookedUpButNotRun() throws IOException {
    Path script = stage.sh("x.sh", "touch " + stage.folder.resolve("ran"));
    java.util.concurrent.CompletableFuture<FileFacts> facts =
        new java.util.concurrent.CompletableFuture<>();
    MemoryExchange exchange = stage.get("/cgi-bin/x.sh").build();
    exchange.attribute(Attributes.LOOKUP, facts);
    try {
      stage.handler.handle(exchange, stage.now());
    } catch (org.sluice.api.http.HandlerException e) {
      throw new AssertionError(e);
    }
    assertEquals(script, Await.completed(facts).path());
    assertEquals(204, exchange.status());
    assertFalse(Files.exists(stage.folder.resolve("ran")));
  }

  /** However quickly or late it ends. */
  @ParameterizedTest
  @CsvSource({
    "exit 3, 500, %request",
    "sleep 61, 504, %request",
    "echo nonsense, 500, nonsense",
    "trap : TERM; while :; do sleep 0.05; done, 504, %request",
  })
  void scriptLogOfEveryFailure(String program, int status, String text) throws IOException {
    Path log = stage.folder.resolve("script.log");
    stage.with("cgi.log", log.toString());
    stage.with("cgi.timeout", "200ms").with("cgi.kill-after", "100ms");
    Path script = stage.sh("x.sh", program);
    assertEquals(status, stage.run("/cgi-bin/x.sh").status());
    Await.until(
        Stage.LIMIT,
        () -> Files.exists(log) && Files.readString(log).contains("%% " + status + " " + script),
        "an entry");
    stage.awaitNothing();
    assertEquals(1, Files.readString(log).split("%request").length - 1, "one entry");
    assertTrue(Files.readString(log).contains(text), Files.readString(log));
  }

  @Test
  void scriptLogOfWhatCannotBeRun() throws IOException {
    Path log = stage.folder.resolve("script.log");
    stage.with("cgi.log", log.toString());
    Path script = stage.script("x.sh", "echo no program\n");
    assertEquals(500, stage.run("/cgi-bin/x.sh").status());
    String expected = "%% 500 " + script + "\n%error\n" + script + " cannot be run: exec format";
    Await.until(
        Stage.LIMIT,
        () -> Files.exists(log) && Files.readString(log).contains(expected),
        "an entry");
  }

  @Test
  void scriptLog() throws IOException {
    Path log = stage.folder.resolve("script.log");
    stage.with("cgi.log", log.toString());
    stage.sh(
        "x.sh", "cat >/dev/null", "echo 'A: b'", "echo nonsense", "echo more", "echo oops >&2");
    stage.run(stage.of("POST", "/cgi-bin/x.sh?q").header("Cookie", "secret").body("the body"));
    Await.until(
        Stage.LIMIT,
        () -> Files.exists(log) && Files.readString(log).contains("%stdout"),
        "an entry");
    String text =
        Files.readString(log, StandardCharsets.ISO_8859_1).replaceAll("%% \\[.*?\\]", "%% [TIME]");
    String script = stage.folder.resolve("x.sh").toString();
    String expected =
        "%% [TIME] POST /cgi-bin/x.sh?q HTTP/1.1\n%% 500 "
            + script
            + "\n%request\nHost: localhost\nCookie: (masked)\nContent-Length: 8\n\nthe body\n"
            + "%response\nA: b\nnonsense\n%stdout\nmore\n%stderr\noops\n";
    assertTrue(text.contains(expected), text);
    assertTrue(text.contains("%error\noops\n"), text);
    assertEquals(
        "rw-------",
        java.nio.file.attribute.PosixFilePermissions.toString(Files.getPosixFilePermissions(log)));
  }
}
