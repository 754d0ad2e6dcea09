package org.sluice.server.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.api.engine.TransferLimits;
import org.sluice.api.http.Body;
import org.sluice.api.http.FileRegion;
import org.sluice.api.http.Headers;
import org.sluice.api.http.Outcome;
import org.sluice.api.http.Outcome.End;
import org.sluice.api.http.Response;
import org.sluice.server.internal.RawClient.Answer;

/** Response bodies: streams, files, back-pressure, and bodies that break their promise. */
class ResponseBodyTest {

  /** Gives the same piece a number of times, at once or later. */
  static final class Pieces implements Body {
    final AtomicInteger reads = new AtomicInteger();
    final AtomicInteger closes = new AtomicInteger();
    private final byte[] piece;
    private final int count;
    private final long length;
    private final boolean later;
    private final Headers trailers;

    Pieces(String piece, int count, long length, boolean later, Headers trailers) {
      this.piece = piece.getBytes(StandardCharsets.ISO_8859_1);
      this.count = count;
      this.length = length;
      this.later = later;
      this.trailers = trailers;
    }

    @Override
    public long length() {
      return length;
    }

    @Override
    public CompletionStage<ByteBuffer> read() {
      ByteBuffer next = reads.incrementAndGet() > count ? null : ByteBuffer.wrap(piece);
      return later
          ? CompletableFuture.supplyAsync(() -> next)
          : CompletableFuture.completedStage(next);
    }

    @Override
    public Headers trailers() {
      return trailers;
    }

    @Override
    public void close() {
      closes.incrementAndGet();
    }
  }

  private static Pieces pieces(String piece, int count, long length, boolean later) {
    return new Pieces(piece, count, length, later, Headers.empty());
  }

  @Test
  void sendsStreamsInChunks() throws Exception {
    for (boolean later : new boolean[] {false, true}) {
      Pieces body = new Pieces("piece;", 1000, -1, later, Headers.of("X-Sum", "7"));
      try (TestServer server = new TestServer(t -> t.respond(Response.of(200).withBody(body)));
          RawClient client = server.connect()) {
        Answer answer = client.get("/").read();
        assertEquals("piece;".repeat(1000), answer.body);
        assertEquals("[X-Sum: 7]", answer.trailers.toString());
        assertNull(answer.field("Content-Length"));
        Outcome outcome = server.outcome();
        assertEquals(1, body.closes.get());
        assertEquals(End.COMPLETE, outcome.end());
        assertEquals(6000, outcome.bodyBytes());
        assertTrue(outcome.bytesOut() > 6000);
      }
    }
  }

  @Test
  void endsStreamsToOldClientsWithTheConnection() throws Exception {
    try (TestServer server =
            new TestServer(t -> t.respond(Response.of(200).withBody(pieces("ab", 3, -1, true))));
        RawClient client = server.connect()) {
      client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
      Answer answer = client.read();
      assertEquals("ababab", answer.body);
      assertEquals("close", answer.field("Connection"));
      assertNull(answer.field("Transfer-Encoding"));
    }
  }

  @Test
  void sendsStreamsOfKnownLength() throws Exception {
    try (TestServer server =
            new TestServer(
                t -> t.respond(Response.of(200).withBody(pieces("abcd", 50_000, 200_000, false))));
        RawClient client = server.connect()) {
      for (int i = 0; i < 2; i++) {
        Answer answer = client.get("/").read();
        assertEquals("200000", answer.field("Content-Length"));
        assertEquals("abcd".repeat(50_000), answer.body);
      }
    }
  }

  @Test
  void abortsBodiesOfAnotherLength() throws Exception {
    for (long length : new long[] {5, 7}) {
      Pieces body = pieces("abc", 2, length, false);
      try (TestServer server = new TestServer(t -> t.respond(Response.of(200).withBody(body)));
          RawClient client = server.connect()) {
        client.get("/");
        assertTrue(client.end().endsWith("|reset"));
        assertEquals(End.ABORTED, server.outcome().end());
        assertEquals(1, body.closes.get());
      }
    }
  }

  @Test
  void abortsAStreamThatFails() throws Exception {
    CompletableFuture<ByteBuffer> fails = new CompletableFuture<>();
    Body body =
        new Body() {
          private boolean begun;

          @Override
          public long length() {
            return -1;
          }

          @Override
          public CompletionStage<ByteBuffer> read() {
            if (begun) {
              return fails;
            }
            begun = true;
            return CompletableFuture.completedStage(ByteBuffer.wrap(new byte[] {'a'}));
          }

          @Override
          public void close() {}
        };
    CompletableFuture<Throwable> told = new CompletableFuture<>();
    try (TestServer server =
            new TestServer(
                t ->
                    t.respond(Response.of(200).withBody(body))
                        .whenComplete((ok, failure) -> told.complete(failure)));
        RawClient client = server.connect()) {
      client.get("/");
      TestServer.until("the first chunk has arrived", () -> available(client) > 0);
      fails.completeExceptionally(new IOException("disk on fire"));
      assertTrue(client.end().endsWith("|reset"));
      assertEquals("disk on fire", told.get(10, TimeUnit.SECONDS).getMessage());
      Outcome outcome = server.outcome();
      assertEquals(End.ABORTED, outcome.end());
      assertEquals(200, outcome.status());
      assertTrue(outcome.detail().contains("disk on fire"));
    }
  }

  /** Bodies that keep no promise at all; the third reads well, and fails at its end. */
  @ParameterizedTest
  @ValueSource(strings = {"null", "error", "trailers"})
  void namesABodyThatBreaksItsContract(String how) throws Exception {
    final class Broken implements Body {
      private int reads;

      @Override
      public long length() {
        return -1;
      }

      @Override
      public CompletionStage<ByteBuffer> read() {
        // The first comes later: what follows is not in the stack of whoever answered.
        if (reads++ == 0) {
          return CompletableFuture.supplyAsync(() -> ByteBuffer.wrap(new byte[] {'a'}));
        }
        return switch (how) {
          case "null" -> null;
          case "error" -> throw new AssertionError("told to");
          default -> CompletableFuture.completedStage(null);
        };
      }

      @Override
      public Headers trailers() {
        throw new IllegalStateException("no trailers");
      }

      @Override
      public void close() {}
    }

    CompletableFuture<Throwable> told = new CompletableFuture<>();
    try (TestServer server =
            new TestServer(
                t ->
                    t.respond(Response.of(200).withBody(new Broken()))
                        .whenComplete((ok, failure) -> told.complete(failure)));
        RawClient client = server.connect()) {
      client.get("/");
      String expected =
          switch (how) {
            case "null" ->
                "java.lang.IllegalStateException: "
                    + Broken.class.getName()
                    + ": read() gave no stage";
            case "error" -> "java.lang.AssertionError: told to";
            default -> "java.lang.IllegalStateException: no trailers";
          };
      assertEquals(expected, told.get(10, TimeUnit.SECONDS).toString());
      assertTrue(client.end().endsWith("|reset"));
      assertEquals(End.ABORTED, server.outcome().end());
    }
  }

  private static int available(RawClient client) {
    try {
      return client.socket.getInputStream().available();
    } catch (IOException e) {
      return -1;
    }
  }

  @Test
  void pullsNoFasterThanTheClientTakes() throws Exception {
    Pieces body = pieces("x".repeat(16 * 1024), 100_000, -1, false);
    try (TestServer server = new TestServer(t -> t.respond(Response.of(200).withBody(body)));
        RawClient client = server.connect()) {
      client.get("/");
      int[] last = {-1};
      int[] same = {0};
      TestServer.until(
          "the producer rests",
          () -> {
            same[0] = body.reads.get() == last[0] && last[0] > 0 ? same[0] + 1 : 0;
            last[0] = body.reads.get();
            return same[0] > 50;
          });
      // What rests is in the kernel (a few MiB on loopback) and one short queue here.
      assertTrue(body.reads.get() < 1000, "reads: " + body.reads.get());
      client.take(1024 * 1024);
      client.reset();
      assertEquals(End.ABORTED, server.outcome().end());
      TestServer.until("the body is closed", () -> body.closes.get() == 1);
    }
  }

  @Test
  void abortsAClientThatTakesNothing() throws Exception {
    TransferLimits limits = new TransferLimits(0, Duration.ZERO, Duration.ofMillis(400));
    Pieces body = pieces("x".repeat(64 * 1024), 100_000, -1, false);
    try (TestServer server =
            new TestServer(
                t -> {
                  t.limits(limits);
                  t.respond(Response.of(200).withBody(body));
                });
        RawClient client = server.connect()) {
      client.get("/");
      Outcome outcome = server.outcome();
      assertEquals(End.ABORTED, outcome.end());
      assertEquals("write time-out", outcome.detail());
      assertTrue(client.end().endsWith("|reset"));
    }
  }

  @Test
  void sendsFilesAndClosesThemOnce(@TempDir Path dir) throws Exception {
    Path file = dir.resolve("file");
    String text = "0123456789".repeat(300_000);
    Files.writeString(file, text);
    FileRegion[] region = new FileRegion[1];
    try (TestServer server =
            new TestServer(
                t -> {
                  try {
                    FileRegion whole = FileRegion.open(file);
                    region[0] = new FileRegion(whole.channel(), 10, whole.length() - 20);
                  } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                  }
                  t.respond(Response.of(200).withBody(region[0]));
                });
        RawClient client = server.connect()) {
      for (int i = 0; i < 2; i++) {
        assertEquals(text.substring(10, text.length() - 10), client.get("/").read().body);
        // The last byte may be read before the loop comes to closing the file.
        TestServer.until("closed", () -> !region[0].channel().isOpen());
        assertEquals(text.length() - 20, server.outcome().bodyBytes());
      }
      client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
      assertEquals("" + (text.length() - 20), client.read(true).field("Content-Length"));
      TestServer.until("closed", () -> !region[0].channel().isOpen());
    }
  }

  @Test
  void abortsAFileThatBecameShorter(@TempDir Path dir) throws Exception {
    Path file = dir.resolve("file");
    Files.writeString(file, "short");
    for (int length : new int[] {100, 100_000}) {
      FileRegion region = new FileRegion(FileRegion.open(file).channel(), 0, length);
      try (TestServer server = new TestServer(t -> t.respond(Response.of(200).withBody(region)));
          RawClient client = server.connect()) {
        client.get("/");
        assertTrue(client.end().endsWith("|reset"));
        assertEquals(End.ABORTED, server.outcome().end());
        assertFalse(region.channel().isOpen());
      }
    }
  }

  @Test
  void sendsSmallFilesInOnePiece(@TempDir Path dir) throws Exception {
    Path file = dir.resolve("file");
    Files.writeString(file, "0123456789");
    try (TestServer server =
            new TestServer(
                t -> {
                  try {
                    FileRegion whole = FileRegion.open(file);
                    t.respond(Response.of(200).withBody(new FileRegion(whole.channel(), 2, 6)));
                  } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                  }
                });
        RawClient client = server.connect()) {
      for (int i = 0; i < 3; i++) {
        assertEquals("234567", client.get("/").read().body);
        assertEquals(6, server.outcome().bodyBytes());
      }
    }
  }

  @Test
  void closesTheFileWhenTheClientLeaves(@TempDir Path dir) throws Exception {
    Path file = dir.resolve("file");
    Files.write(file, new byte[64 * 1024 * 1024]);
    CompletableFuture<FileRegion> sent = new CompletableFuture<>();
    try (TestServer server =
        new TestServer(
            t -> {
              try {
                FileRegion region = FileRegion.open(file);
                sent.complete(region);
                t.respond(Response.of(200).withBody(region));
              } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            })) {
      RawClient client = server.connect();
      client.get("/").take(1000);
      client.reset();
      assertEquals(End.ABORTED, server.outcome().end());
      FileRegion region = sent.get(10, TimeUnit.SECONDS);
      TestServer.until("closed", () -> !region.channel().isOpen());
    }
  }

  @Test
  void sendsLargeBytesWithoutHurtingTheNextRequest() throws Exception {
    byte[] large = new byte[3_000_000];
    java.util.Arrays.fill(large, (byte) 'z');
    try (TestServer server =
            new TestServer(t -> t.respond(Response.of(200).withBody(Body.of(large))));
        RawClient client = server.connect()) {
      for (int i = 0; i < 3; i++) {
        assertEquals(3_000_000, client.get("/").read().body.length());
      }
    }
  }
}
