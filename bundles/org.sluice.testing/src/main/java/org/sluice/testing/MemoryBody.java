package org.sluice.testing;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.sluice.api.http.Body;
import org.sluice.api.http.Headers;

/**
 * A body from memory that watches its consumer: a second outstanding read throws, and a buffer is
 * overwritten with {@code 0xEE} as soon as it is no longer lent, so that a consumer that keeps one
 * too long is caught. Safe to feed from one thread and to read from another.
 */
public final class MemoryBody implements Body {
  private static final byte POISON = (byte) 0xEE;

  private final Queue<byte[]> chunks = new ArrayDeque<>();
  private long length = -1;
  private Headers trailers = Headers.empty();
  private boolean ended;
  private Throwable failure;
  private CompletableFuture<ByteBuffer> wanted;
  private byte[] lent;
  private int reads;
  private int closes;

  private MemoryBody() {}

  /** A whole body of these chunks, one buffer each, whose length is known. Empty chunks vanish. */
  public static MemoryBody of(byte[]... chunks) {
    MemoryBody body = new MemoryBody();
    long total = 0;
    for (byte[] chunk : chunks) {
      body.offer(chunk);
      total += chunk.length;
    }
    body.length = total;
    body.end();
    return body;
  }

  /** A whole body of the UTF-8 bytes of these chunks, whose length is known. */
  public static MemoryBody of(String... chunks) {
    byte[][] bytes = new byte[chunks.length][];
    for (int i = 0; i < chunks.length; i++) {
      bytes[i] = chunks[i].getBytes(StandardCharsets.UTF_8);
    }
    return of(bytes);
  }

  /** A body without content yet and of unknown length, fed with {@link #offer} and ended. */
  public static MemoryBody open() {
    return new MemoryBody();
  }

  /** Declares this length, right or wrong; -1 for unknown. */
  public MemoryBody withLength(long declared) {
    length = declared;
    return this;
  }

  /** Adds trailer fields. */
  public MemoryBody withTrailers(Headers fields) {
    trailers = fields;
    return this;
  }

  /** Adds a chunk, copied; completes a read that waits. An empty one is ignored. */
  public MemoryBody offer(byte[] chunk) {
    if (chunk.length > 0) {
      CompletableFuture<ByteBuffer> reader;
      ByteBuffer buffer = null;
      synchronized (this) {
        chunks.add(chunk.clone());
        reader = takeWanted();
        buffer = reader == null ? null : lend();
      }
      complete(reader, buffer);
    }
    return this;
  }

  /** Adds the UTF-8 bytes of {@code chunk}. */
  public MemoryBody offer(String chunk) {
    return offer(chunk.getBytes(StandardCharsets.UTF_8));
  }

  /** Nothing more comes. */
  public MemoryBody end() {
    CompletableFuture<ByteBuffer> reader;
    synchronized (this) {
      ended = true;
      reader = takeWanted();
    }
    complete(reader, null);
    return this;
  }

  /** The content cannot be completed: reads fail behind the chunks that are there. */
  public MemoryBody fail(Throwable cause) {
    CompletableFuture<ByteBuffer> reader;
    synchronized (this) {
      failure = cause;
      reader = takeWanted();
    }
    if (reader != null) {
      reader.completeExceptionally(cause);
    }
    return this;
  }

  /** Reads asked for so far. */
  public synchronized int reads() {
    return reads;
  }

  /** Calls of {@link #close()} so far. */
  public synchronized int closes() {
    return closes;
  }

  /** Whether a read waits for {@link #offer}. */
  public synchronized boolean waiting() {
    return wanted != null;
  }

  @Override
  public synchronized long length() {
    return length;
  }

  @Override
  public synchronized CompletionStage<ByteBuffer> read() {
    if (wanted != null) {
      throw new IllegalStateException("a read is outstanding already");
    }
    reads++;
    poison();
    if (closes > 0) {
      return CompletableFuture.completedStage(null);
    }
    if (!chunks.isEmpty()) {
      return CompletableFuture.completedStage(lend());
    }
    if (failure != null) {
      return CompletableFuture.failedStage(failure);
    }
    if (ended) {
      return CompletableFuture.completedStage(null);
    }
    wanted = new CompletableFuture<>();
    return wanted;
  }

  @Override
  public synchronized Headers trailers() {
    return trailers;
  }

  @Override
  public void close() {
    CompletableFuture<ByteBuffer> reader;
    synchronized (this) {
      closes++;
      poison();
      chunks.clear();
      reader = takeWanted();
    }
    complete(reader, null);
  }

  private ByteBuffer lend() {
    lent = chunks.remove();
    return ByteBuffer.wrap(lent);
  }

  private void poison() {
    if (lent != null) {
      Arrays.fill(lent, POISON);
      lent = null;
    }
  }

  private CompletableFuture<ByteBuffer> takeWanted() {
    CompletableFuture<ByteBuffer> reader = wanted;
    wanted = null;
    return reader;
  }

  private static void complete(CompletableFuture<ByteBuffer> reader, ByteBuffer buffer) {
    if (reader != null) {
      reader.complete(buffer);
    }
  }
}
