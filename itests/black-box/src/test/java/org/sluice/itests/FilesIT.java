package org.sluice.itests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.sluice.testing.PathCases;
import org.sluice.testing.PathCases.PathCase;
import org.sluice.testing.RawHttpClient;
import org.sluice.testing.RawResponse;

/** Files over the wire. */
class FilesIT {
  private static final int LARGE = 20_000_000;

  private static Front front;
  private static byte[] large;
  private static Path root;

  @BeforeAll
  static void start() throws IOException {
    Base base =
        Base.make("files")
            .site("main", "listen=127.0.0.1:0", "root=tree/root", "error.404=/none.html")
            .route("files", "path=/", "target=file:")
            .route("large", "path=/large/", "target=file:large", "files.type.bin=text/x-bin")
            .route("listed", "path=/listed/", "target=file:large", "listing=on")
            .route("secret", "path=/large/secret/", "target=!")
            .route("docs", "path=/docs", "target=file:docs", "precompressed=on", "charset=utf-8")
            .route("pages", "path=/pages/", "match=^/pages/(\\w+)$", "target=file:docs/$1.html")
            .route("one", "path=/robots.txt", "target=file:docs/a.html")
            .route("scripts", "path=/prog/", "target=file:prog", "index=run.cgi,index.html")
            .route("cgi", "path=/prog/", "match=[.]cgi$", "target=status:200", "status.text=ran")
            .route("old", "path=/old/", "target=redirect:/large/", "redirect.status=308");
    Files.createDirectories(base.path("tree"));
    root = PathCases.make(base.path("tree"));
    large = new byte[LARGE];
    new Random(1).nextBytes(large);
    base.bytes("large/x.bin", large)
        .bytes("large/secret/x", new byte[] {1})
        .file("docs/a.html", "<p>a")
        .file("docs/a.html.gz", "compressed")
        .file("docs/index.html", "index")
        .file("prog/run.cgi", "SOURCE");
    front = Front.start(base);
  }

  @AfterAll
  static void stop() {
    front.close();
  }

  static List<PathCase> paths() {
    return PathCases.all();
  }

  @ParameterizedTest
  @MethodSource("paths")
  void path(PathCase each) throws IOException {
    RawResponse answer = front.get(each.target());
    String text = new String(answer.body(), StandardCharsets.UTF_8);
    assertFalse(text.contains(PathCases.SECRET), each::toString);
    assertTrue(each.statuses().contains(answer.status()), each + ": " + answer.status());
    if (answer.status() == 200) {
      assertEquals(each.body(), text);
    }
    assertNull(answer.header("X-Injected"));
  }

  @Test
  void largeFileWholeAndInParts() throws IOException {
    try (RawHttpClient client = front.connect()) {
      RawResponse whole = client.get("/large/x.bin").readResponse();
      assertArrayEquals(large, whole.body());
      assertEquals("text/x-bin", whole.header("Content-Type"));
      RawResponse part = client.get("/large/x.bin", "Range: bytes=1000-2999999").readResponse();
      assertEquals(206, part.status());
      assertArrayEquals(Arrays.copyOfRange(large, 1000, 3_000_000), part.body());
      RawResponse parts = client.get("/large/x.bin", "Range: bytes=0-99999,-100000").readResponse();
      assertEquals(206, parts.status());
      assertEquals(1, parts.count("Content-Length"));
      String type = parts.header("Content-Type");
      int boundary = type.length() - type.indexOf('=') - 1;
      int head = new String(parts.body(), StandardCharsets.ISO_8859_1).indexOf("\r\n\r\n") + 4;
      assertArrayEquals(
          Arrays.copyOf(large, 100_000), Arrays.copyOfRange(parts.body(), head, head + 100_000));
      int tail = parts.body().length - boundary - 8;
      assertArrayEquals(
          Arrays.copyOfRange(large, LARGE - 100_000, LARGE),
          Arrays.copyOfRange(parts.body(), tail - 100_000, tail));
      client.send("HEAD /large/x.bin HTTP/1.1\r\nHost: x\r\n\r\n");
      RawResponse bare = client.readResponse("HEAD");
      assertEquals(Integer.toString(LARGE), bare.header("Content-Length"));
      assertEquals(whole.header("ETag"), bare.header("ETag"));
      RawResponse same =
          client.get("/large/x.bin", "If-None-Match: " + whole.header("ETag")).readResponse();
      assertEquals(304, same.status());
      RawResponse beyond = client.get("/large/x.bin", "Range: bytes=20000000-").readResponse();
      assertEquals(416, beyond.status());
      assertEquals("bytes */" + LARGE, beyond.header("Content-Range"));
      assertEquals(412, client.get("/large/x.bin", "If-Match: \"x\"").readResponse().status());
    }
  }

  /** A client that has part of a file which then shrinks must be able to tell. */
  @ParameterizedTest
  @CsvSource({"'', 20000000", "Range: bytes=0-19999998, 19999999"})
  void fileThatShrinksWhileItIsSent(String field, int length) throws IOException {
    front.base().bytes("large/shrink.bin", large);
    try (RawHttpClient client = front.connect()) {
      client.get("/large/shrink.bin", field.isEmpty() ? new String[0] : new String[] {field});
      assertTrue(client.readHead().contains("Content-Length: " + length));
      client.read(1000);
      Path file = front.base().path("large/shrink.bin");
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.truncate(5000);
      }
      assertEquals(RawHttpClient.End.RESET, client.awaitEnd());
    }
  }

  @Test
  void changesAreSeenAtOnce() throws IOException {
    try (RawHttpClient client = front.connect()) {
      for (int i = 0; i < 50; i++) {
        Files.writeString(root.resolve("changing.txt"), "state " + i);
        assertEquals("state " + i, client.get("/changing.txt").readResponse().text());
      }
      Files.delete(root.resolve("changing.txt"));
      assertEquals(404, client.get("/changing.txt").readResponse().status());
    }
  }

  @Test
  void busyFileIsRightAgainWithinItsTime() throws IOException {
    Files.writeString(root.resolve("busy.txt"), "before");
    try (RawHttpClient client = front.connect()) {
      for (int i = 0; i < 3000; i++) {
        assertEquals("before", client.get("/busy.txt").readResponse().text());
      }
      Files.writeString(root.resolve("busy.txt"), "after");
      front.await("/busy.txt", answer -> answer.text().equals("after"), "the new content");
      for (int i = 0; i < 3000; i++) {
        assertEquals("after", client.get("/busy.txt").readResponse().text());
      }
    }
  }

  @Test
  void methods() throws IOException {
    try (RawHttpClient client = front.connect()) {
      client.send("POST /a.txt HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc");
      RawResponse post = client.readResponse();
      assertEquals(405, post.status());
      assertEquals("GET, HEAD, OPTIONS", post.header("Allow"));
      assertEquals("a.txt", client.get("/a.txt").readResponse().text());
    }
  }

  @Test
  void foldersAndRedirects() throws IOException {
    assertEquals("/docs/?q", front.get("/docs?q").header("Location"));
    assertEquals("index", front.get("/docs/").text().strip());
    assertEquals("/large/x%20y?z", front.get("/old/x%20y?z").header("Location"));
    assertEquals(308, front.get("/old/").status());
    assertEquals(404, front.get("/large/secret/x").status());
    String page = front.get("/listed/").text();
    assertTrue(page.contains("<a href=\"./x.bin\">x.bin</a></td><td>19.0 MiB</td>"), page);
    assertEquals(403, front.get("/large/").status());
  }

  @Test
  void mappings() throws IOException {
    assertEquals("<p>a\n", front.get("/pages/a").text());
    assertEquals("<p>a\n", front.get("/robots.txt").text());
    assertEquals(404, front.get("/robots.txt/x").status());
    assertEquals("text/html; charset=utf-8", front.get("/docs/a.html").header("Content-Type"));
    RawResponse compressed = front.get("/docs/a.html", "Accept-Encoding: gzip");
    assertEquals("compressed\n", compressed.text());
    assertEquals("gzip", compressed.header("Content-Encoding"));
  }

  /** T5: what another route makes of a file is never shown as the file itself. */
  @Test
  void indexOfAnotherRoute() throws IOException {
    assertEquals("ran", front.get("/prog/run.cgi").text());
    assertEquals("ran", front.get("/prog/").text());
    assertEquals(404, front.get("/prog/run.cgi/").status());
    assertEquals(404, front.get("/prog/run.cgi/x").status());
  }

  @Test
  void pipelinedRequestsAreAnsweredInOrder() throws IOException {
    try (RawHttpClient client = front.connect()) {
      StringBuilder all = new StringBuilder();
      for (int i = 0; i < 20; i++) {
        all.append("GET /").append(i % 2 == 0 ? "a.txt" : "sub/b.txt");
        all.append(" HTTP/1.1\r\nHost: x\r\n\r\n");
      }
      client.send(all.toString());
      for (int i = 0; i < 20; i++) {
        assertEquals(i % 2 == 0 ? "a.txt" : "sub/b.txt", client.readResponse().text());
      }
    }
  }
}
