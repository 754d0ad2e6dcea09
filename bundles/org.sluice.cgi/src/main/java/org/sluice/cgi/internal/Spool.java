package org.sluice.cgi.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.sluice.api.http.Body;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.HandlerException;

/**
 * Stores a request body before its program starts, in memory first and then in a file that has no
 * name. Its size is limited by {@code limit.body}, as any body's.
 */
final class Spool {
  private static final int PIECE = 64 * 1024;

  private final Exchange exchange;
  private final long inMemory;
  private final Path folder;
  private final ByteArrayOutputStream memory = new ByteArrayOutputStream();
  private final CompletableFuture<Body> result = new CompletableFuture<>();
  private FileChannel file;
  private Body body;

  /** Stores what is longer than {@code inMemory} in {@code folder}. */
  Spool(Exchange exchange, long inMemory, Path folder) {
    this.exchange = exchange;
    this.inMemory = inMemory;
    this.folder = folder;
  }

  /**
   * Reads and closes {@code source}; completes with what it held, or with a {@link
   * HandlerException} if that cannot be stored, and as {@code source} fails.
   */
  CompletionStage<Body> store(Body source) {
    body = source;
    next();
    return result;
  }

  private void next() {
    body.read()
        .whenComplete(
            (buffer, failure) -> {
              if (failure != null) {
                fail(failure);
              } else if (buffer == null) {
                body.close();
                result.complete(
                    file == null ? Body.of(memory.toByteArray()) : new Stored(file, exchange));
              } else {
                work(() -> keep(buffer));
              }
            });
  }

  private void work(Runnable task) {
    try {
      exchange.workers().execute(task);
    } catch (RejectedExecutionException e) {
      fail(new HandlerException(503, "workers-busy", "no worker thread is free", e, 1));
    }
  }

  private void keep(ByteBuffer buffer) {
    try {
      if (file == null && memory.size() + buffer.remaining() > inMemory) {
        file = open();
        write(ByteBuffer.wrap(memory.toByteArray()));
        memory.reset();
      }
      if (file != null) {
        write(buffer);
      } else {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        memory.writeBytes(bytes);
      }
    } catch (IOException e) {
      fail(notStored(e));
      return;
    }
    next();
  }

  /** A full disk, say: the client has done nothing wrong, and may try again. */
  private HandlerException notStored(IOException cause) {
    String what = "the request body cannot be stored in " + folder;
    return Shortage.isOf(cause)
        ? Shortage.answer(what)
        : new HandlerException(503, "cgi-spool", what + ": " + cause, null, 1);
  }

  private FileChannel open() throws IOException {
    Path path = Files.createTempFile(folder, "cgi-", ".body");
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    Files.delete(path);
    return channel;
  }

  private void write(ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      file.write(buffer);
    }
  }

  private void fail(Throwable cause) {
    body.close();
    if (file != null) {
      close(file);
    }
    result.completeExceptionally(cause);
  }

  private static void close(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // It has no name any more: nothing is left of it.
    }
  }

  /** A stored body: read on workers, so that no loop waits for a disk. */
  private static final class Stored implements Body {
    private final FileChannel file;
    private final Exchange exchange;
    private final long length;
    private long position;

    Stored(FileChannel file, Exchange exchange) {
      this.file = file;
      this.exchange = exchange;
      long size;
      try {
        size = file.size();
      } catch (IOException e) {
        size = -1;
      }
      this.length = size;
    }

    @Override
    public long length() {
      return length;
    }

    @Override
    public CompletionStage<ByteBuffer> read() {
      CompletableFuture<ByteBuffer> read = new CompletableFuture<>();
      try {
        exchange.workers().execute(() -> read(read));
      } catch (RejectedExecutionException e) {
        read.completeExceptionally(e);
      }
      return read;
    }

    private void read(CompletableFuture<ByteBuffer> result) {
      try {
        ByteBuffer buffer = ByteBuffer.allocate(PIECE);
        int n = file.read(buffer, position);
        position += Math.max(0, n);
        result.complete(n < 0 ? null : buffer.flip());
      } catch (IOException e) {
        result.completeExceptionally(e);
      }
    }

    @Override
    public void close() {
      Spool.close(file);
    }
  }
}
