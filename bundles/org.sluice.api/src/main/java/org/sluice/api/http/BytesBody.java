package org.sluice.api.http;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A body that is in memory already. Engines recognise it and write it together with the head.
 *
 * <p>Unlike other bodies it may be shared: {@link #bytes()} is independent of {@link #read()}.
 */
public final class BytesBody implements Body {
  static final BytesBody EMPTY = new BytesBody(new byte[0]);
  private static final CompletionStage<ByteBuffer> END = CompletableFuture.completedStage(null);

  private final byte[] bytes;
  private boolean read;

  BytesBody(byte[] bytes) {
    this.bytes = bytes;
  }

  /** The bytes themselves; they must not be changed. */
  public byte[] bytes() {
    return bytes;
  }

  @Override
  public long length() {
    return bytes.length;
  }

  @Override
  public CompletionStage<ByteBuffer> read() {
    if (read || bytes.length == 0) {
      return END;
    }
    read = true;
    return CompletableFuture.completedStage(ByteBuffer.wrap(bytes));
  }

  @Override
  public void close() {
    // Nothing is held.
  }
}
