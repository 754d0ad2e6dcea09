package org.sluice.cgi.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.api.hook.Verdict;
import org.sluice.cgi.api.CgiCommand;
import org.sluice.testing.Await;
import org.sluice.testing.MapOptions;
import org.sluice.testing.MemoryExchange;

/** Programs among files: what is run, what is left to the file handler, what is refused. */
class CgiHookTest {
  @TempDir Path temporary;
  private Stage stage;
  private MapOptions options;

  @BeforeEach
  void open() throws IOException {
    stage = new Stage(temporary.toRealPath());
    options =
        Stage.options()
            .with("cgi", "on")
            .with("cgi.suffixes", ".pl,.sh")
            .with("index", "index.html,index.sh");
    stage.sh("x.sh", "echo", "echo \"ran $SCRIPT_NAME|$PATH_INFO|$CONTEXT_PREFIX\"");
    Files.writeString(stage.folder.resolve("x.txt"), "text");
    stage.sh("app/index.sh", "echo", "echo \"index $SCRIPT_NAME\"");
    stage.sh("both/index.sh", "echo");
    Files.writeString(stage.folder.resolve("both/index.html"), "text");
    stage.sh(".hidden.sh", "echo");
    Files.createSymbolicLink(stage.folder.resolve("in.sh"), stage.folder.resolve("x.sh"));
    Files.createSymbolicLink(stage.folder.resolve("out.sh"), Path.of("/bin/sh"));
    Files.createDirectory(stage.folder.resolve("folder.sh"));
  }

  @AfterEach
  void close() {
    stage.awaitNothing();
    stage.close();
  }

  /** Target, what the hook does: run with this output, leave to others (-), or the status. */
  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "/x.sh,ran /x.sh||",
    "/x.sh/a,ran /x.sh|/a|",
    "/x.sh/,ran /x.sh|/|",
    "/x%2Esh,ran /x.sh||",
    "/in.sh,ran /in.sh||",
    "/app/,index /app/index.sh",
    "/both/,-",
    "/x.txt,-",
    "/,-",
    "/no.sh,-",
    "/folder.sh,-",
    "/folder.sh/,-",
    "/out.sh,403",
    "/.hidden.sh,403",
  })
  void verdicts(String target, String expected) {
    MemoryExchange exchange =
        MemoryExchange.get(target)
            .route("/", "file:" + stage.folder, options)
            .plugin(CgiCommand.class, "*", new HashBangCommand())
            .build();
    Verdict verdict = new CgiHook(stage.state).call(exchange, options);
    if (verdict.later() != null) {
      verdict = Await.completed(verdict.later());
    }
    if (expected.equals("-")) {
      assertSame(Verdict.NEXT, verdict);
      return;
    }
    assertSame(Verdict.ANSWERED, verdict);
    Await.until(Stage.LIMIT, () -> exchange.outcome() != null, "the answer");
    if (expected.length() == 3) {
      assertEquals(Integer.parseInt(expected), exchange.status());
    } else {
      assertEquals(expected + "\n", exchange.bodyText());
    }
  }

  @Test
  void onlyWhereItIsOnAndFilesAre() {
    MapOptions off = options.with("cgi", "off");
    MemoryExchange exchange =
        MemoryExchange.get("/x.sh").route("/", "file:" + stage.folder, off).build();
    assertSame(Verdict.NEXT, new CgiHook(stage.state).call(exchange, off));
    MapOptions outer = off.withGuard("cgi", "on", "off");
    Verdict verdict =
        new CgiHook(stage.state)
            .call(
                MemoryExchange.get("/x.txt").route("/", "file:" + stage.folder, outer).build(),
                outer);
    assertSame(Verdict.NEXT, verdict);
    MemoryExchange other =
        MemoryExchange.get("/x.sh").route("/", "http://127.0.0.1:1", options).build();
    assertSame(Verdict.NEXT, new CgiHook(stage.state).call(other, options));
  }

  /** Path information, what the routes make of it, and PATH_TRANSLATED. */
  @ParameterizedTest(name = "{0}: {1} {2}")
  @CsvSource({
    "/a,/,file:$,$/a",
    "/docs/a%20b,/docs/,file:$/there,$/there/a b",
    "/p/a,/p/,cgi:$/bin,$/bin/a",
    "/x/y,/x/,http://127.0.0.1:1,ROOT/x/y",
    "/%C3%A9,/,file:$,$/\u00c3\u00a9",
  })
  void placeOfPathInformation(String info, String path, String target, String expected)
      throws IOException {
    Files.createDirectories(stage.folder.resolve("there"));
    Files.createDirectories(stage.folder.resolve("bin"));
    stage.sh("info.sh", "echo", "printf %s \"$PATH_TRANSLATED\"");
    String folder = stage.folder.toString();
    MemoryExchange[] outer = new MemoryExchange[1];
    outer[0] =
        stage
            .get("/cgi-bin/info.sh" + info)
            .subrequests(
                asked -> {
                  MemoryExchange inner =
                      MemoryExchange.get(asked.target())
                          .parent(outer[0])
                          .route(path, target.replace("$", folder), options)
                          .build();
                  asked.attributes().forEach(inner::attribute);
                  boolean answered =
                      new CgiHook(stage.state).call(inner, options).equals(Verdict.ANSWERED);
                  assertEquals(204, answered ? inner.status() : 0);
                  return CompletableFuture.completedStage(inner.response());
                })
            .build();
    try {
      stage.handler.handle(outer[0], stage.now());
    } catch (org.sluice.api.http.HandlerException e) {
      throw new IOException(e);
    }
    Await.until(Stage.LIMIT, () -> outer[0].outcome() != null, "the exchange ends");
    String root = outer[0].site().root().toString();
    assertEquals(
        expected.replace("$", folder).replace("ROOT", root),
        new String(outer[0].bodyBytes(), StandardCharsets.ISO_8859_1));
  }
}
