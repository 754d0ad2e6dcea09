package org.sluice.server.internal;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;

/** Bytes read from a client and not consumed. Holds no memory while there are none. */
final class Inbox {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0).asReadOnlyBuffer();

  private ByteBuf bytes;

  /** Takes over {@code more}. */
  void add(ByteBuf more, ByteBufAllocator allocator) {
    if (bytes == null) {
      bytes = more;
      return;
    }
    if (more.readableBytes() > bytes.writableBytes()) {
      ByteBuf larger = allocator.directBuffer(bytes.readableBytes() + more.readableBytes());
      larger.writeBytes(bytes);
      bytes.release();
      bytes = larger;
    }
    bytes.writeBytes(more);
    more.release();
  }

  boolean isEmpty() {
    return bytes == null;
  }

  /** The bytes, to be read from; null when there are none. Call {@link #trim} afterwards. */
  ByteBuf bytes() {
    return bytes;
  }

  /** Frees the memory if everything was read. */
  void trim() {
    if (bytes != null && !bytes.isReadable()) {
      clear();
    }
  }

  /** Drops the first {@code n} bytes, which are there. */
  void skip(int n) {
    if (n > 0) {
      bytes.skipBytes(n);
      trim();
    }
  }

  void clear() {
    if (bytes != null) {
      bytes.release();
      bytes = null;
    }
  }

  int size() {
    return bytes == null ? 0 : bytes.readableBytes();
  }

  /** A copy that outlives this, so that no holder can reach freed memory. Read only. */
  ByteBuffer copy() {
    if (bytes == null) {
      return NOTHING;
    }
    byte[] copy = new byte[bytes.readableBytes()];
    bytes.getBytes(bytes.readerIndex(), copy);
    return ByteBuffer.wrap(copy).asReadOnlyBuffer();
  }
}
