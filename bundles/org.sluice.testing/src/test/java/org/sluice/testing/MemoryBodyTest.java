package org.sluice.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class MemoryBodyTest {
  @Test
  void buffersAreLentUntilTheNextRead() {
    MemoryBody body = MemoryBody.of("a", "b");
    assertEquals(2, body.length());
    ByteBuffer first = Await.completed(body.read());
    assertEquals('a', first.get(0));
    Await.completed(body.read());
    assertEquals((byte) 0xEE, first.get(0));
    assertNull(Await.completed(body.read()));
    assertNull(Await.completed(body.read()));
  }

  @Test
  void oneReadAtATime() {
    MemoryBody body = MemoryBody.open();
    CompletableFuture<ByteBuffer> read = body.read().toCompletableFuture();
    assertThrows(IllegalStateException.class, body::read);
    assertTrue(body.waiting());
    body.offer("x");
    assertEquals('x', Await.completed(read).get());
    CompletableFuture<ByteBuffer> last = body.read().toCompletableFuture();
    body.end();
    assertNull(Await.completed(last));
  }

  @Test
  void failsBehindWhatIsThere() {
    IOException cause = new IOException("cut");
    MemoryBody body = MemoryBody.open().offer("x").fail(cause);
    assertEquals('x', Await.completed(body.read()).get());
    assertEquals(cause, Await.failed(body.read()));
  }

  @Test
  void closeEndsAReadThatWaits() {
    MemoryBody body = MemoryBody.open();
    CompletableFuture<ByteBuffer> read = body.read().toCompletableFuture();
    body.close();
    body.close();
    assertNull(Await.completed(read));
    assertEquals(2, body.closes());
  }
}
