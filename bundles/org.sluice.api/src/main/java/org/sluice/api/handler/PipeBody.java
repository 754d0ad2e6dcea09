package org.sluice.api.handler;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.sluice.api.http.Body;

/**
 * A body written by one thread and pulled by another, one buffer at a time: the writer waits until
 * the reader has asked again, so a slow client holds back the writer and memory stays at one
 * buffer.
 */
final class PipeBody implements Body {
  private final Object lock = new Object();
  private CompletableFuture<ByteBuffer> wanted;
  private boolean ended;
  private boolean closed;
  private Throwable failure;

  @Override
  public long length() {
    return -1;
  }

  @Override
  public CompletionStage<ByteBuffer> read() {
    synchronized (lock) {
      if (failure != null) {
        return CompletableFuture.failedStage(failure);
      }
      if (ended || closed) {
        return CompletableFuture.completedStage(null);
      }
      wanted = new CompletableFuture<>();
      lock.notifyAll();
      return wanted;
    }
  }

  @Override
  public void close() {
    finish(null, true);
  }

  void fail(Throwable cause) {
    finish(cause, false);
  }

  private void finish(Throwable cause, boolean byReader) {
    CompletableFuture<ByteBuffer> reader;
    synchronized (lock) {
      if (ended || closed) {
        return;
      }
      ended = !byReader;
      closed = byReader;
      failure = cause;
      reader = wanted;
      wanted = null;
      lock.notifyAll();
    }
    if (reader != null) {
      if (cause == null) {
        reader.complete(null);
      } else {
        reader.completeExceptionally(cause);
      }
    }
  }

  /**
   * Waits for demand and hands over {@code buffer}, then waits until the reader is done with it.
   */
  private void put(ByteBuffer buffer) throws IOException {
    CompletableFuture<ByteBuffer> reader;
    synchronized (lock) {
      awaitDemand();
      reader = wanted;
      wanted = null;
    }
    reader.complete(buffer);
    synchronized (lock) {
      awaitDemand();
    }
  }

  private void awaitDemand() throws IOException {
    while (wanted == null) {
      if (closed || ended) {
        throw new IOException("the client has left");
      }
      try {
        lock.wait();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted");
      }
    }
  }

  OutputStream output() {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        put(ByteBuffer.wrap(new byte[] {(byte) b}));
      }

      @Override
      public void write(byte[] from, int offset, int length) throws IOException {
        if (length > 0) {
          put(ByteBuffer.wrap(from, offset, length));
        }
      }

      @Override
      public void close() {
        finish(null, false);
      }
    };
  }
}
