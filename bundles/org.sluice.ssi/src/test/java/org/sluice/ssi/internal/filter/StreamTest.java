package org.sluice.ssi.internal.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.sluice.api.http.Body;
import org.sluice.testing.MemoryBody;
import org.sluice.testing.MemoryExchange;

/** Documents in pieces of any size, and of any length. */
class StreamTest {
  private static final String PAGE =
      "ab<!-<!--#set var=\"v\" value=\"1\\\"$x-->\" -->-<!<!--#echo encoding='none' var='v'-->"
          + "<!--#if expr=\"v('v') == '2'\" -->hidden<!--#else-->else<!--#endif-->"
          + "<!--#comment x --><!--#include virtual='/inc.html' -->é<!--#nope --><!-";
  private static final String EXPECTED =
      "ab<!--<!1\"-->elseINCé[an error occurred while processing this directive]<!-";

  private static MiniFront front() {
    return new MiniFront().file("/inc.html", "INC");
  }

  @Test
  void everySplitInTwo() {
    byte[] page = PAGE.getBytes(StandardCharsets.UTF_8);
    for (int i = 1; i < page.length; i++) {
      int at = i;
      MiniFront front = front().file("/page.shtml", page);
      front.bodies(path -> pieces(front, path, page, at));
      assertEquals(EXPECTED, front.get("/page.shtml").bodyText(), "split at " + i);
    }
  }

  @Test
  void oneByteAtATime() {
    byte[] page = PAGE.getBytes(StandardCharsets.UTF_8);
    MiniFront front = front().file("/page.shtml", page);
    front.bodies(path -> path.equals("/page.shtml") ? new Pieces(page, 1) : Body.of("INC"));
    MemoryExchange exchange = front.get("/page.shtml");
    assertEquals(EXPECTED, exchange.bodyText());
    assertTrue(exchange.bodyComplete());
  }

  @Test
  void aDirectiveAcrossEachBoundaryUpToNineThousand() {
    for (int i = 1; i <= 9000; i++) {
      String text = "x".repeat(i);
      MiniFront front = new MiniFront();
      byte[] page =
          (text + "<!--#echo var=\"DOCUMENT_NAME\" -->y").getBytes(StandardCharsets.UTF_8);
      front.file("/page.shtml", page).bodies(path -> new Pieces(page, 4096));
      assertEquals(text + "page.shtmly", front.get("/page.shtml").bodyText());
    }
  }

  @Test
  void valuesOfEachLengthAroundTheLimit() {
    for (int n : new int[] {60_000, 65_490, 65_600, 200_000}) {
      String value = "v".repeat(n);
      MiniFront front = new MiniFront();
      front.file("/page.shtml", "a<!--#set var=\"x\" value=\"" + value + "\" -->b");
      String expected = n > 65_500 ? "a[an error occurred while processing this directive]b" : "ab";
      assertEquals(expected, front.get("/page.shtml").bodyText());
    }
  }

  @Test
  void anyEncodingAndAnyByteSurvives() {
    byte[] page = new byte[512];
    for (int i = 0; i < page.length; i++) {
      page[i] = (byte) i;
    }
    MiniFront front = new MiniFront().file("/page.shtml", page);
    org.junit.jupiter.api.Assertions.assertArrayEquals(page, front.get("/page.shtml").bodyBytes());
  }

  @Test
  void aHundredMegabytesTakeNoRoom() throws Exception {
    byte[] piece =
        ("t".repeat(65_000) + "<!--#echo var=\"nope\" -->").getBytes(StandardCharsets.UTF_8);
    int pieces = 100 * 1024 * 1024 / piece.length;
    MiniFront front = new MiniFront().file("/page.shtml", "");
    front.bodies(path -> new Repeated(piece, pieces));
    MemoryExchange exchange = front.later("/page.shtml");
    Body body = front.captured();
    System.gc();
    long before = used();
    long total = 0;
    long most = 0;
    for (ByteBuffer b = read(body); b != null; b = read(body)) {
      total += b.remaining();
      if (total % 64 == 0) {
        most = Math.max(most, used());
      }
    }
    assertEquals((long) pieces * (65_000 + "(none)".length()), total);
    System.gc();
    assertTrue(used() - before < 8_000_000, "kept " + (used() - before));
    assertTrue(exchange.violations().isEmpty());
  }

  private static ByteBuffer read(Body body) throws Exception {
    return body.read().toCompletableFuture().get();
  }

  private static long used() {
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  @Test
  void aBodyThatFailsAbortsThePage() {
    MiniFront front = new MiniFront().file("/page.shtml", "x");
    front.bodies(path -> MemoryBody.open().offer("abc").fail(new java.io.IOException("disk")));
    MemoryExchange exchange = front.get("/page.shtml");
    assertEquals(org.sluice.api.http.Outcome.End.ABORTED, exchange.outcome().end());
  }

  private static Body pieces(MiniFront front, String path, byte[] page, int at) {
    return path.equals("/page.shtml")
        ? MemoryBody.of(
            java.util.Arrays.copyOf(page, at), java.util.Arrays.copyOfRange(page, at, page.length))
        : Body.of("INC");
  }

  /** A body in pieces of one size, from one buffer that is used again. */
  private static final class Pieces implements Body {
    private final byte[] bytes;
    private final byte[] buffer;
    private int at;

    Pieces(byte[] bytes, int size) {
      this.bytes = bytes;
      this.buffer = new byte[size];
    }

    @Override
    public long length() {
      return bytes.length;
    }

    @Override
    public CompletionStage<ByteBuffer> read() {
      int n = Math.min(buffer.length, bytes.length - at);
      if (n == 0) {
        return CompletableFuture.completedStage(null);
      }
      System.arraycopy(bytes, at, buffer, 0, n);
      at += n;
      return CompletableFuture.completedStage(ByteBuffer.wrap(buffer, 0, n));
    }

    @Override
    public void close() {
      // Nothing is held.
    }
  }

  private static final class Repeated implements Body {
    private final byte[] piece;
    private int left;

    Repeated(byte[] piece, int times) {
      this.piece = piece;
      this.left = times;
    }

    @Override
    public long length() {
      return (long) piece.length * left;
    }

    @Override
    public CompletionStage<ByteBuffer> read() {
      return CompletableFuture.completedStage(left-- > 0 ? ByteBuffer.wrap(piece) : null);
    }

    @Override
    public void close() {
      left = 0;
    }
  }
}
