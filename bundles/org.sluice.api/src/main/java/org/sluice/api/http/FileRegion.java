package org.sluice.api.http;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A part of an open file as a body. Engines recognise it and let the kernel copy it (sendfile)
 * where the connection is plain.
 *
 * <p>The region owns its channel and closes it. {@link #read()} reads on the calling thread and may
 * therefore block: only worker threads pull a region themselves.
 */
public final class FileRegion implements Body {
  private static final int CHUNK = 64 * 1024;

  private final FileChannel channel;
  private final long position;
  private final long length;
  private final AtomicBoolean closed = new AtomicBoolean();
  private long done;
  private ByteBuffer buffer;

  /**
   * A region of {@code length} bytes from {@code position}, both &gt;= 0.
   *
   * @param channel open for reading; owned by the region from here on
   */
  public FileRegion(FileChannel channel, long position, long length) {
    if (position < 0 || length < 0) {
      throw new IllegalArgumentException("position and length must not be negative");
    }
    this.channel = channel;
    this.position = position;
    this.length = length;
  }

  /** The whole of {@code file} as it is now. Opens it, which may block. */
  public static FileRegion open(Path file) throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    try {
      return new FileRegion(channel, 0, channel.size());
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** The open file; stays owned by the region. */
  public FileChannel channel() {
    return channel;
  }

  /** Offset of the first byte in the file. */
  public long position() {
    return position;
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public CompletionStage<ByteBuffer> read() {
    if (done == length) {
      return CompletableFuture.completedStage(null);
    }
    try {
      if (buffer == null) {
        buffer = ByteBuffer.allocate((int) Math.min(CHUNK, length));
      }
      buffer.clear().limit((int) Math.min(buffer.capacity(), length - done));
      int n = channel.read(buffer, position + done);
      if (n < 0) {
        throw new EOFException("the file became shorter while it was sent");
      }
      done += n;
      return CompletableFuture.completedStage(buffer.flip());
    } catch (IOException e) {
      return CompletableFuture.failedStage(e);
    }
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      try {
        channel.close();
      } catch (IOException e) {
        // Read only: nothing is lost, and nobody can act on it.
      }
    }
  }
}
