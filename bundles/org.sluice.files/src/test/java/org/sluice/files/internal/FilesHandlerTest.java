package org.sluice.files.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiPredicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.api.http.Attributes;
import org.sluice.api.http.Body;
import org.sluice.api.http.FileFacts;
import org.sluice.api.http.Headers;
import org.sluice.api.http.Response;
import org.sluice.testing.Await;
import org.sluice.testing.MemoryExchange;

/** What the handler answers, in memory. */
class FilesHandlerTest {
  private static final Executor NO_WORKERS =
      task -> {
        throw new RejectedExecutionException();
      };

  @TempDir Path folder;
  private TestFiles files;

  @BeforeEach
  void tree() throws IOException {
    files =
        new TestFiles(Files.createDirectories(folder.resolve("root")))
            .file("a.txt", "hello\n")
            .file("empty.txt", "")
            .file("page.html", "<p>page")
            .file("noext", "?")
            .file("dir/index.html", "<p>index")
            .file("bare/x.txt", "x")
            .file("b c+d;e%.txt", "odd");
  }

  private static String field(MemoryExchange exchange, String name) {
    return exchange.responseHeaders().get(name);
  }

  @Test
  void whole() throws IOException {
    Files.setLastModifiedTime(files.path("a.txt"), FileTime.from(Instant.ofEpochSecond(784111777)));
    MemoryExchange exchange = files.get("/a.txt");
    assertEquals(200, exchange.status());
    assertEquals("hello\n", exchange.bodyText());
    assertEquals("text/plain", field(exchange, "Content-Type"));
    assertEquals("Sun, 06 Nov 1994 08:49:37 GMT", field(exchange, "Last-Modified"));
    assertEquals("bytes", field(exchange, "Accept-Ranges"));
    assertTrue(field(exchange, "ETag").matches("\"6-[0-9a-f]+-[0-9a-f]+\""));
    assertEquals(5 - 1, exchange.responseHeaders().size());
    FileFacts facts = (FileFacts) exchange.attribute(Attributes.FILE);
    assertEquals(files.path("a.txt").toRealPath(), facts.path());
    assertEquals(6, facts.size());
    assertEquals("text/plain", facts.type());
  }

  @Test
  void headSaysTheLengthAndSendsNothing() {
    MemoryExchange exchange = files.run("HEAD", "/a.txt");
    assertEquals(200, exchange.status());
    assertEquals("6", field(exchange, "Content-Length"));
    assertEquals("", exchange.bodyText());
  }

  @Test
  void emptyFile() {
    MemoryExchange exchange = files.get("/empty.txt");
    assertEquals(200, exchange.status());
    assertEquals("", exchange.bodyText());
    assertEquals(416, files.get("/empty.txt", "Range", "bytes=0-").failure().status());
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH", "TRACE", "BREW"})
  void otherMethods(String method) {
    MemoryExchange exchange = files.run(method, "/a.txt");
    assertEquals(405, exchange.failure().status());
    assertEquals("GET, HEAD, OPTIONS", exchange.failure().headers().get("Allow"));
  }

  @Test
  void options() {
    MemoryExchange exchange = files.run("OPTIONS", "/a.txt");
    assertEquals(204, exchange.status());
    assertEquals("GET, HEAD, OPTIONS", field(exchange, "Allow"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "x.html     | text/html",
        "x.HTML     | text/html",
        "x.css      | text/css",
        "x.js       | text/javascript",
        "x.mjs      | text/javascript",
        "x.json     | application/json",
        "x.svg      | image/svg+xml",
        "x.png      | image/png",
        "x.webp     | image/webp",
        "x.avif     | image/avif",
        "x.woff2    | font/woff2",
        "x.wasm     | application/wasm",
        "x.pdf      | application/pdf",
        "x.tar.gz   | application/gzip",
        "x.md       | text/markdown",
        "x.shtml    | text/html",
        "x.mp4      | video/mp4",
        "x.own      | text/x-own",
        "x.unknown  | -",
        "x.         | -",
        "x          | -",
      })
  void mediaTypes(String name, String type) {
    assertEquals(type, new MediaTypes(java.util.Map.of("OWN", "text/x-own")).of(name));
  }

  @Test
  void typesCharsetAndCacheControlByKey() throws IOException {
    assertEquals("application/octet-stream", field(files.get("/noext"), "Content-Type"));
    files.with("charset", "utf-8").with("files.type", "none").with("cache-control", "max-age=60");
    files.with("files.type.HTML", "application/xhtml+xml").file("i.png", "");
    assertEquals("text/plain; charset=utf-8", field(files.get("/a.txt"), "Content-Type"));
    assertEquals("application/xhtml+xml", field(files.get("/page.html"), "Content-Type"));
    assertEquals("image/png", field(files.get("/i.png"), "Content-Type"));
    assertNull(field(files.get("/noext"), "Content-Type"));
    MemoryExchange exchange = files.get("/a.txt");
    assertEquals("max-age=60", field(exchange, "Cache-Control"));
    MemoryExchange same = files.get("/a.txt", "If-None-Match", field(exchange, "ETag"));
    assertEquals("max-age=60", field(same, "Cache-Control"));
  }

  @ParameterizedTest
  @CsvSource({
    "/dir,        /dir/",
    "/dir?q=1&r,  /dir/?q=1&r",
    "/dir?,       /dir/?",
    "/d%20%C3%A4, /d%20%C3%A4/",
    "/d%5Ce,      /d%5Ce/",
  })
  void foldersGetTheirSlash(String target, String location) throws IOException {
    files.file("d ä/x", "").file("d\\e/x", "");
    MemoryExchange exchange = files.get(target);
    assertEquals(301, exchange.status());
    assertEquals(location, field(exchange, "Location"));
  }

  @Test
  void index() throws IOException {
    assertEquals("<p>index", files.get("/dir/").bodyText());
    assertEquals("text/html", field(files.get("/dir/"), "Content-Type"));
    files.with("index", "none,x.txt,index.html");
    assertEquals("x", files.get("/bare/").bodyText());
    assertEquals("<p>index", files.get("/dir/").bodyText());
    assertEquals(403, files.get("/").failure().status());
    // A folder of that name is no index file.
    Files.createDirectories(files.path("folder/index.html"));
    files.with("index", "index.html");
    assertEquals(403, files.get("/folder/").failure().status());
    files.file("first/index.txt", "x").with("index", ".ht,index.txt");
    assertEquals(403, files.get("/first/").failure().status());
  }

  @Test
  void indexOfAnotherRouteIsThatRoutesBusiness() throws IOException {
    files.file("dir/index.html", "SOURCE");
    files.elsewhere(
        subrequest ->
            subrequest.target().equals("/dir/index.html?q")
                ? Response.of(200, Headers.empty(), Body.of("program"))
                : null);
    assertEquals("program", files.get("/dir/?q").bodyText());
    files.elsewhere(subrequest -> Response.of(401));
    assertEquals(401, files.get("/dir/").status());
    files.elsewhere(subrequest -> Response.of(404)).with("index", "index.html,a.txt");
    assertEquals(403, files.get("/dir/").failure().status());
  }

  @Test
  void pathInfo() {
    assertEquals(404, files.get("/a.txt/more").failure().status());
    assertEquals(404, files.get("/a.txt/").failure().status());
    files.with("path-info", "off");
    assertEquals(404, files.get("/a.txt/more").failure().status());
    files.with("path-info", "on");
    assertEquals("hello\n", files.get("/a.txt/more/and%20more").bodyText());
    assertEquals("hello\n", files.get("/a.txt/").bodyText());
    // The file in front belongs to another route, such as programs: never its source.
    files.elsewhere(subrequest -> Response.of(200));
    assertEquals(404, files.get("/a.txt/more").failure().status());
  }

  @Test
  void conditions() {
    MemoryExchange first = files.get("/a.txt");
    String tag = field(first, "ETag");
    MemoryExchange same = files.get("/a.txt", "If-None-Match", "W/" + tag);
    assertEquals(304, same.status());
    assertEquals("", same.bodyText());
    assertEquals(tag, field(same, "ETag"));
    assertNull(field(same, "Content-Type"));
    assertNull(field(same, "Last-Modified"));
    assertEquals(
        304,
        files.run("HEAD", "/a.txt", "If-Modified-Since", field(first, "Last-Modified")).status());
    assertEquals(412, files.get("/a.txt", "If-Match", "\"x\"").failure().status());
    assertEquals(412, files.get("/dir/", "If-Match", "\"x\"").failure().status());
    assertEquals(404, files.get("/none", "If-Match", "\"x\"").failure().status());
  }

  @Test
  void ranges() {
    MemoryExchange part = files.get("/a.txt", "Range", "bytes=1-3");
    assertEquals(206, part.status());
    assertEquals("ell", part.bodyText());
    assertEquals("bytes 1-3/6", field(part, "Content-Range"));
    assertEquals(200, files.run("HEAD", "/a.txt", "Range", "bytes=1-3").status());
    MemoryExchange none = files.get("/a.txt", "Range", "bytes=6-");
    assertEquals(416, none.failure().status());
    assertEquals("bytes */6", none.failure().headers().get("Content-Range"));
    assertEquals(200, files.get("/a.txt", "Range", "bytes=1-3", "Range", "bytes=1-3").status());
    assertEquals(200, files.get("/a.txt", "Range", "bytes=1-", "If-Range", "\"x\"").status());
    String tag = field(part, "ETag");
    assertEquals(206, files.get("/a.txt", "Range", "bytes=1-", "If-Range", tag).status());
    assertEquals(304, files.get("/a.txt", "Range", "bytes=1-", "If-None-Match", tag).status());
  }

  @ParameterizedTest
  @ValueSource(strings = {"64k", "0"})
  void severalRangesFromMemoryAndFromTheFile(String memory) {
    files.with("files.memory", memory);
    MemoryExchange parts = files.get("/a.txt", "Range", "bytes=4-,0-1");
    assertEquals(206, parts.status());
    String type = field(parts, "Content-Type");
    assertTrue(type.startsWith("multipart/byteranges; boundary="), type);
    String mark = "--" + type.substring(type.indexOf('=') + 1);
    assertEquals(
        mark
            + "\r\nContent-Type: text/plain\r\nContent-Range: bytes 4-5/6\r\n\r\no\n\r\n"
            + mark
            + "\r\nContent-Type: text/plain\r\nContent-Range: bytes 0-1/6\r\n\r\nhe\r\n"
            + mark
            + "--\r\n",
        parts.bodyText());
    assertEquals(parts.bodyText().length(), parts.response().body().length());
    assertNull(field(parts, "Content-Range"));
    assertEquals("ell", files.get("/a.txt", "Range", "bytes=1-3").bodyText());
    assertEquals("hello\n", files.get("/a.txt").bodyText());
  }

  @Test
  void compressedSiblings() throws IOException {
    files.file("a.txt.gz", "GZ").file("a.txt.br", "BR").file("page.html.gz", "old");
    Files.setLastModifiedTime(files.path("page.html.gz"), FileTime.from(Instant.EPOCH));
    assertNull(field(files.get("/a.txt", "Accept-Encoding", "gzip"), "Content-Encoding"));
    files.with("precompressed", "on");
    MemoryExchange plain = files.get("/a.txt");
    assertEquals("hello\n", plain.bodyText());
    assertEquals("Accept-Encoding", field(plain, "Vary"));
    MemoryExchange gzip = files.get("/a.txt", "Accept-Encoding", "gzip");
    assertEquals("GZ", gzip.bodyText());
    assertEquals("gzip", field(gzip, "Content-Encoding"));
    assertEquals("text/plain", field(gzip, "Content-Type"));
    assertEquals("Accept-Encoding", field(gzip, "Vary"));
    assertNotEquals(field(plain, "ETag"), field(gzip, "ETag"));
    MemoryExchange br = files.get("/a.txt", "Accept-Encoding", "gzip, deflate, br");
    assertEquals("br", field(br, "Content-Encoding"));
    assertEquals(
        "B", files.get("/a.txt", "Accept-Encoding", "br", "Range", "bytes=0-0").bodyText());
    String tag = field(gzip, "ETag");
    assertEquals(
        304, files.get("/a.txt", "Accept-Encoding", "gzip", "If-None-Match", tag).status());
    assertEquals(200, files.get("/a.txt", "If-None-Match", tag).status());
    MemoryExchange outdated = files.get("/page.html", "Accept-Encoding", "gzip");
    assertEquals("<p>page", outdated.bodyText());
    assertNull(field(outdated, "Vary"));
    assertEquals("application/gzip", field(files.get("/a.txt.gz"), "Content-Type"));
  }

  @Test
  void listing() throws IOException {
    files.file("l/<b>&\"'.txt", "x").file("l/a:b", "12").file("l/.secret", "").file("l/.ht", "");
    Files.createDirectories(files.path("l/sub dir"));
    Files.createSymbolicLink(files.path("l/out"), folder.resolve("elsewhere"));
    assertEquals(403, files.get("/l/").failure().status());
    files.with("listing", "on");
    MemoryExchange page = files.get("/l/");
    assertEquals(200, page.status());
    assertEquals("text/html; charset=utf-8", field(page, "Content-Type"));
    String html = page.bodyText();
    assertTrue(html.contains("<title>Index of /l/</title>"), html);
    assertTrue(
        html.contains("<a href=\"./%3Cb%3E&amp;%22&#39;.txt\">&lt;b&gt;&amp;&quot;&#39;.txt</a>"),
        html);
    assertTrue(html.contains("<a href=\"./a:b\">a:b</a></td><td>2 B</td>"), html);
    assertTrue(html.contains("<a href=\"./sub%20dir/\">sub dir/</a>"), html);
    assertTrue(html.contains("<a href=\"../\">"), html);
    assertTrue(html.indexOf("sub dir/") < html.indexOf("a:b"), html);
    assertFalse(html.contains("secret") || html.contains(".ht\"") || html.contains("out"), html);
    assertFalse(files.get("/").bodyText().contains("../"));
    assertEquals("<p>index", files.get("/dir/").bodyText());
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "1023, 1023 B",
    "1024, 1.0 KiB",
    "1535, 1.4 KiB",
    "1048575, 1023.9 KiB",
    "1048576, 1.0 MiB",
    "68719476736, 64.0 GiB",
    "9223372036854775807, 7.9 EiB",
  })
  void sizes(long bytes, String text) {
    assertEquals(text, Listing.size(bytes));
  }

  @Test
  void changesAreSeenAtOnce() throws IOException {
    for (int i = 0; i < 20; i++) {
      files.file("a.txt", "state " + i);
      assertEquals("state " + i, files.get("/a.txt").bodyText());
      String tag = field(files.get("/a.txt"), "ETag");
      assertEquals(304, files.get("/a.txt", "If-None-Match", tag).status());
    }
    Files.delete(files.path("a.txt"));
    assertEquals(404, files.get("/a.txt").failure().status());
    Files.createDirectories(files.path("a.txt"));
    assertEquals(301, files.get("/a.txt").status());
  }

  @Test
  void sameLengthAndSameTimeIsSeenToo() throws IOException {
    FileTime time = FileTime.from(Instant.ofEpochSecond(784111777));
    Files.setLastModifiedTime(files.path("a.txt"), time);
    String tag = field(files.get("/a.txt"), "ETag");
    files.file("a.txt", "HELLO\n");
    Files.setLastModifiedTime(files.path("a.txt"), time);
    MemoryExchange changed = files.get("/a.txt", "If-None-Match", tag);
    assertEquals(200, changed.status());
    assertEquals("HELLO\n", changed.bodyText());
  }

  @Test
  void linkThatIsSwitched() throws IOException {
    files.file("v1/x.txt", "1").file("v2/x.txt", "2");
    Files.createSymbolicLink(files.path("current"), Path.of("v1"));
    assertEquals("1", files.get("/current/x.txt").bodyText());
    Files.delete(files.path("current"));
    Files.createSymbolicLink(files.path("current"), Path.of("v2"));
    assertEquals("2", files.get("/current/x.txt").bodyText());
    files.with("links", "off");
    assertEquals(403, files.get("/current/x.txt").failure().status());
  }

  @Test
  void busyFileIsAnsweredWithoutWorkers() throws IOException {
    files.with("files.revalidate", "1h");
    awaitBusy("/a.txt");
    files.file("a.txt", "changed");
    MemoryExchange exchange = files.run(files.request("GET", "/a.txt").workers(NO_WORKERS));
    assertEquals("hello\n", exchange.bodyText());
    files.with("files.memory", "0");
    awaitBusy("/a.txt");
    String tag = field(files.get("/a.txt"), "ETag");
    files.file("a.txt", "again");
    // The head is in memory, the content is not: opening the file shows that it is another one.
    assertEquals("again", files.get("/a.txt").bodyText());
    assertNotEquals(tag, field(files.get("/a.txt"), "ETag"));
  }

  /** A file just changed is looked at for every request, for as long as its times may deceive. */
  private void awaitBusy(String target) throws IOException {
    Await.until(
        Duration.ofSeconds(10),
        () -> {
          files.get(target);
          return files.run(files.request("HEAD", target).workers(NO_WORKERS)).failure() == null;
        },
        target + " is answered from memory");
  }

  @Test
  void entryBecomesBusyAndStaysSoWhileItIsConfirmed() {
    long window = 5_000_000;
    long far = Long.MAX_VALUE / 4;
    Entry entry = new Entry(null, variant(), new Variant[0], true);
    long now = System.nanoTime();
    for (int i = 1; i < Entry.BUSY; i++) {
      assertFalse(entry.mayAnswer(now, far));
    }
    assertTrue(entry.mayAnswer(now, far));
    // The time is over: the disk is asked, and the file is still a busy one.
    assertFalse(entry.mayAnswer(now + far / 2, window));
    entry.confirm();
    assertTrue(entry.mayAnswer(now + far / 2, far));
    // Nobody has confirmed for too long.
    assertFalse(entry.mayAnswer(now + far / 2, window));
    // Not so busy any more.
    assertFalse(entry.mayAnswer(now + far, window));
    entry.confirm();
    assertFalse(entry.mayAnswer(now + far, window));
    assertFalse(entry.mayAnswer(System.nanoTime(), 0));
  }

  private Variant variant() {
    Stamp stamp = new Stamp(1, 1, 1, FileTime.fromMillis(0), FileTime.fromMillis(0), 0644);
    return new Variant(folder, stamp, null, "\"t\"", Headers.empty(), Headers.empty(), new byte[1]);
  }

  @Test
  void memoryIsBounded() throws IOException {
    FileCache cache = new FileCache(20_000);
    FileCache.Region region = cache.region();
    for (int i = 0; i < 100; i++) {
      region.put("k" + i, new Entry(null, variant(), new Variant[0], true));
      region.put("k" + i, new Entry(null, variant(), new Variant[0], true));
      Entry favourite = region.get("k0");
      if (favourite != null) {
        favourite.used = true;
      }
    }
    assertTrue(cache.used() <= 20_000, "" + cache.used());
    assertTrue(region.get("k0") != null, "what is used stays");
    assertTrue(region.get("k99") != null || region.get("k98") != null);
    assertNull(region.get("k50"));
  }

  @Test
  void lookup() throws IOException {
    CompletableFuture<FileFacts> asked = new CompletableFuture<>();
    MemoryExchange parent = files.request("GET", "/page.html").build();
    MemoryExchange exchange = files.request("GET", "/a.txt").parent(parent).build();
    exchange.attribute(Attributes.LOOKUP, asked);
    files.handle(exchange);
    assertEquals(204, exchange.status());
    assertEquals(files.path("a.txt").toRealPath(), asked.join().path());
    assertSame(asked.join(), exchange.attribute(Attributes.FILE));
    MemoryExchange missing = files.request("GET", "/none").parent(parent).build();
    missing.attribute(Attributes.LOOKUP, new CompletableFuture<FileFacts>());
    assertEquals(404, files.handle(missing).failure().status());
  }

  @Test
  void wholeFileForFilters() throws IOException {
    files.with("precompressed", "on").file("a.txt.gz", "GZ");
    String tag = field(files.get("/a.txt"), "ETag");
    MemoryExchange exchange =
        files
            .request("GET", "/a.txt")
            .header("Range", "bytes=1-2")
            .header("If-None-Match", tag)
            .header("Accept-Encoding", "gzip")
            .build();
    exchange.attribute(Attributes.WHOLE_FILE, named("a.txt"));
    files.handle(exchange);
    assertEquals(200, exchange.status());
    assertEquals("hello\n", exchange.bodyText());
    assertNull(field(exchange, "Accept-Ranges"));
    MemoryExchange head = files.request("HEAD", "/a.txt").build();
    head.attribute(Attributes.WHOLE_FILE, named("a.txt"));
    assertNull(field(files.handle(head), "Content-Length"));
  }

  /** Text beside pages, on a route with ssi=on. */
  @Test
  void whatTheFilterLeavesAloneHasRangesAndCompressedSiblings() throws IOException {
    files.with("ssi", "on").with("precompressed", "on").file("a.txt.gz", "GZ");
    for (String[] asked :
        new String[][] {
          {"Range", "bytes=1-2", "el"},
          {"Accept-Encoding", "gzip", "GZ"}
        }) {
      MemoryExchange exchange = files.request("GET", "/a.txt").header(asked[0], asked[1]).build();
      exchange.attribute(Attributes.WHOLE_FILE, named("page.html"));
      assertEquals(asked[2], files.handle(exchange).bodyText());
      assertEquals("bytes", field(exchange, "Accept-Ranges"));
    }
  }

  private static BiPredicate<FileFacts, Headers> named(String name) {
    return (file, fields) ->
        file.path().endsWith(name) && fields.get("Content-Type").equals(file.type());
  }

  @Test
  void targets() throws IOException {
    files.file("data/x.json", "{}").route("/api/", "file:" + files.path("data"));
    assertEquals("{}", files.get("/api/x.json").bodyText());
    files.route("/api/", "file://" + files.path("data"));
    assertEquals("{}", files.get("/api/x.json").bodyText());
    files.route("/robots", "file:" + files.path("a.txt"));
    assertEquals("hello\n", files.get("/robots").bodyText());
    files.route("/g/", "file:" + files.path("data") + "/$1.json");
    assertEquals("{}", files.run(files.request("GET", "/g/any").groups("/g/any", "x")).bodyText());
    assertEquals(
        404,
        files.run(files.request("GET", "/g/any").groups("/g/any", "../data/x")).failure().status());
    for (String bad : new String[] {"file://host/x", "file:$1", "file:$1/x"}) {
      files.route("/", bad);
      assertEquals("bad-target", files.get("/x").failure().code());
    }
  }

  @Test
  void refusedWorkers() {
    MemoryExchange exchange = files.run(files.request("GET", "/a.txt").workers(NO_WORKERS));
    assertEquals(503, exchange.failure().status());
    assertEquals(1, exchange.failure().retryAfter());
  }
}
