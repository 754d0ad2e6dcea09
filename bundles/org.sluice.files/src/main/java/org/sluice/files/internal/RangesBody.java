package org.sluice.files.internal;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.sluice.api.http.Body;

/**
 * Several ranges of a file as {@code multipart/byteranges} (RFC 9110 section 14.6). Reads the file
 * on a worker, one piece at a time, and owns it.
 */
final class RangesBody implements Body {
  private static final int PIECE = 64 * 1024;

  private final FileChannel channel;
  private final Executor workers;
  private final long[] ranges;
  private final byte[][] heads;
  private final long length;
  private ByteBuffer buffer;
  private int part;
  private long position;
  private long end;

  /**
   * A body.
   *
   * @param channel open for reading; owned by the body
   * @param ranges first, last, first, last
   * @param heads what stands before each range, and at last what ends the body
   */
  RangesBody(FileChannel channel, Executor workers, long[] ranges, byte[][] heads) {
    this.channel = channel;
    this.workers = workers;
    this.ranges = ranges;
    this.heads = heads;
    this.length = length(ranges, heads);
  }

  static long length(long[] ranges, byte[][] heads) {
    long sum = 0;
    for (byte[] head : heads) {
      sum += head.length;
    }
    for (int i = 0; i < ranges.length; i += 2) {
      sum += ranges[i + 1] - ranges[i] + 1;
    }
    return sum;
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public CompletionStage<ByteBuffer> read() {
    if (position < end) {
      return CompletableFuture.supplyAsync(this::piece, workers);
    }
    if (part == heads.length) {
      return CompletableFuture.completedStage(null);
    }
    if (part < heads.length - 1) {
      position = ranges[2 * part];
      end = ranges[2 * part + 1] + 1;
    }
    return CompletableFuture.completedStage(ByteBuffer.wrap(heads[part++]));
  }

  private ByteBuffer piece() {
    try {
      if (buffer == null) {
        buffer = ByteBuffer.allocate(PIECE);
      }
      buffer.clear().limit((int) Math.min(PIECE, end - position));
      int n = channel.read(buffer, position);
      if (n < 0) {
        throw new EOFException("the file became shorter while it was sent");
      }
      position += n;
      return buffer.flip();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // Read only: nothing is lost, and nobody can act on it.
    }
  }
}
