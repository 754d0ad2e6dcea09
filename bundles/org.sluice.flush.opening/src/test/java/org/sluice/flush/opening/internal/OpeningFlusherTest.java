package org.sluice.flush.opening.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.api.http.BytesBody;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.FileRegion;
import org.sluice.api.http.HandlerException;
import org.sluice.api.http.Response;
import org.sluice.testing.MapOptions;
import org.sluice.testing.MemoryExchange;

class OpeningFlusherTest {
  private final OpeningFlusher flusher = new OpeningFlusher();
  private final Exchange exchange = MemoryExchange.get("/events").build();

  private Response opening(String... keysAndValues) throws HandlerException {
    MapOptions options = MapOptions.of(keysAndValues).declared(OpeningOptions.class);
    return flusher.preamble(exchange, options).present();
  }

  private static byte[] bytes(Response response) {
    return ((BytesBody) response.body()).bytes();
  }

  @Test
  void defaults() throws HandlerException {
    Response head = opening();

    assertEquals(200, head.status());
    assertEquals(1, head.headers().size());
    assertEquals("text/plain; charset=utf-8", head.headers().get("Content-Type"));
    assertEquals(0, head.body().length());
  }

  @Test
  void statusTypeAndFields() throws HandlerException {
    Response head =
        opening(
            "opening.status", "203",
            "opening.type", "text/event-stream",
            "opening.header.Cache-Control", "no-store");

    assertEquals(203, head.status());
    assertEquals("text/event-stream", head.headers().get("Content-Type"));
    assertEquals("no-store", head.headers().get("Cache-Control"));
    assertNull(opening("opening.type", "none").headers().get("Content-Type"));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "hello,hello",
        "\":ok\\n\\n\",\":ok\n\n\"",
        "a\\tb\\r\\n,\"a\tb\r\n\"",
        "C:\\\\new,C:\\new",
        "\\x\\,\\x\\",
        "grüß,grüß"
      })
  void textWithEscapes(String configured, String sent) throws HandlerException {
    assertArrayEquals(sent.getBytes(UTF_8), bytes(opening("opening.text", configured)));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, OpeningFile.KEPT - 1, OpeningFile.KEPT})
  void smallFilesAreSentFromMemory(int size, @TempDir Path folder) throws Exception {
    Path file = Files.write(folder.resolve("start"), new byte[size]);

    assertEquals(size, bytes(opening("opening.file", file.toString())).length);
  }

  @Test
  void largerFilesAreSentByTheKernel(@TempDir Path folder) throws Exception {
    Path file = Files.write(folder.resolve("start"), new byte[OpeningFile.KEPT + 1]);

    Response head = opening("opening.file", file.toString());

    FileRegion region = assertInstanceOf(FileRegion.class, head.body());
    assertEquals(OpeningFile.KEPT + 1, region.length());
    region.close();
  }

  @Test
  void headOfALargeFileOpensNothing(@TempDir Path folder) throws Exception {
    Path file = Files.write(folder.resolve("start"), new byte[OpeningFile.KEPT + 1]);
    MapOptions options =
        MapOptions.of("opening.file", file.toString()).declared(OpeningOptions.class);

    Exchange head = MemoryExchange.of("HEAD", "/").build();

    assertEquals(0, flusher.preamble(head, options).present().body().length());
  }

  @Test
  void unusableFileNamesKeyAndPath(@TempDir Path folder) {
    for (Path file : new Path[] {folder.resolve("absent"), folder}) {
      HandlerException e =
          assertThrows(HandlerException.class, () -> opening("opening.file", file.toString()));

      assertEquals(500, e.status());
      assertTrue(e.getMessage().contains("opening.file=" + file), e.getMessage());
    }
  }

  @Test
  void fileAppearsWithoutAnyChangeOfConfiguration(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("late");
    MapOptions options =
        MapOptions.of("opening.file", file.toString()).declared(OpeningOptions.class);
    assertThrows(HandlerException.class, () -> flusher.preamble(exchange, options));

    Files.writeString(file, "x");

    assertEquals(1, flusher.preamble(exchange, options).present().body().length());
  }

  @Test
  void textAndFileTogetherAreRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> opening("opening.text", "a", "opening.file", "b"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Content-Length", "content-type", "Transfer-Encoding", "Connection"})
  void fieldsOfTheFrontAreRefused(String name) {
    assertThrows(IllegalArgumentException.class, () -> opening("opening.header." + name, "1"));
  }
}
