package org.sluice.ssi.internal.page;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.sluice.api.http.Body;

/**
 * Content that was fetched ahead of its time: its beginning is read while the page is still at what
 * stands before it, so that a slow producer has its time; the rest when it is due.
 */
final class AheadBody implements Body {
  /** Bytes that are read ahead. */
  private static final int ROOM = 64 * 1024;

  private final Body body;
  private final Deque<ByteBuffer> ready = new ArrayDeque<>();
  private int size;
  private boolean reading;
  private boolean due;
  private boolean ended;
  private Throwable failure;
  private CompletableFuture<ByteBuffer> wanted;

  AheadBody(Body body) {
    this.body = body;
    pump();
  }

  @Override
  public long length() {
    return body.length();
  }

  /** Reads while there is room; a loop, so that bodies at hand do not pile up calls. */
  private void pump() {
    for (; ; ) {
      synchronized (this) {
        if (reading || ended || failure != null || due || size >= ROOM) {
          return;
        }
        reading = true;
      }
      CompletableFuture<ByteBuffer> next = body.read().toCompletableFuture();
      if (!next.isDone()) {
        next.whenComplete(
            (buffer, thrown) -> {
              arrived(buffer, thrown);
              pump();
            });
        return;
      }
      next.whenComplete(this::arrived);
    }
  }

  private void arrived(ByteBuffer buffer, Throwable thrown) {
    CompletableFuture<ByteBuffer> reader;
    synchronized (this) {
      reading = false;
      failure = thrown;
      ended = thrown == null && buffer == null;
      if (buffer != null) {
        // The buffer is lent until the next read, which may come before this one is wanted.
        byte[] copy = new byte[buffer.remaining()];
        buffer.get(copy);
        size += copy.length;
        ready.add(ByteBuffer.wrap(copy));
      }
      reader = wanted;
      wanted = null;
    }
    if (reader != null) {
      answer(reader);
    }
  }

  private void answer(CompletableFuture<ByteBuffer> reader) {
    ByteBuffer buffer;
    Throwable thrown;
    synchronized (this) {
      buffer = ready.poll();
      thrown = buffer == null ? failure : null;
    }
    if (thrown != null) {
      reader.completeExceptionally(thrown);
    } else {
      reader.complete(buffer);
    }
  }

  @Override
  public CompletionStage<ByteBuffer> read() {
    CompletableFuture<ByteBuffer> result = new CompletableFuture<>();
    synchronized (this) {
      due = true;
      if (ready.isEmpty() && !ended && failure == null) {
        if (!reading) {
          return body.read();
        }
        wanted = result;
        return result;
      }
    }
    answer(result);
    return result;
  }

  @Override
  public void close() {
    body.close();
  }
}
