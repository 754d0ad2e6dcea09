package org.sluice.server.internal;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelConfig;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;

/**
 * What a connection reads, and whether: one buffer per event, and none at all while it is shut.
 *
 * <p>Auto-read alone does not stop Netty: when the client sends a FIN, Netty reads to the end
 * whatever the settings. Bytes it read then would be lost to the receiver that owns the socket, or
 * pile up before a handler that did not ask for them. While shut, this hands out a buffer without
 * room, so that the {@code recv} that follows takes nothing.
 */
final class Intake implements RecvByteBufAllocator, RecvByteBufAllocator.ExtendedHandle {
  /** Bytes of the first read: most heads fit. */
  static final int SMALL = 4 * 1024;

  /** Bytes of a read once a body fills the buffers. */
  static final int LARGE = 64 * 1024;

  private boolean shut;
  private boolean refused;
  private int size = SMALL;
  private int attempted;
  private int last;
  private long received;

  /** From now on nothing is read. */
  void shut() {
    shut = true;
  }

  /** From now on is read again. */
  void open() {
    shut = false;
  }

  boolean isShut() {
    return shut;
  }

  /** Bytes that were read here since the connection was made. */
  long received() {
    return received;
  }

  /** That many bytes were read past the channel. */
  void alsoReceived(int bytes) {
    received += bytes;
  }

  /** Back to small buffers, at the start of a message. */
  void small() {
    size = SMALL;
  }

  /** Whether a read was refused since the last call: epoll would report the data again at once. */
  boolean takeRefused() {
    boolean was = refused;
    refused = false;
    return was;
  }

  @Override
  public Intake newHandle() {
    return this;
  }

  @Override
  public ByteBuf allocate(ByteBufAllocator allocator) {
    if (shut) {
      refused = true;
      return Unpooled.EMPTY_BUFFER;
    }
    return allocator.ioBuffer(size);
  }

  @Override
  public int guess() {
    return shut ? 0 : size;
  }

  @Override
  public void reset(ChannelConfig config) {
    last = 0;
  }

  @Override
  public void incMessagesRead(int messages) {
    // One message per event: nothing to count.
  }

  @Override
  public void lastBytesRead(int bytes) {
    // With a buffer without room Netty takes the 0 of recv(2) for an end of file.
    last = shut && bytes <= 0 ? 0 : bytes;
    received += Math.max(0, bytes);
    if (bytes == attempted && bytes == size && size < LARGE) {
      size = Math.min(size * 4, LARGE);
    }
  }

  @Override
  public int lastBytesRead() {
    return last;
  }

  @Override
  public void attemptedBytesRead(int bytes) {
    attempted = bytes;
  }

  @Override
  public int attemptedBytesRead() {
    return attempted;
  }

  @Override
  public boolean continueReading() {
    return false;
  }

  @Override
  public boolean continueReading(UncheckedBooleanSupplier maybeMoreData) {
    return false;
  }

  @Override
  public void readComplete() {
    // Nothing is adapted at the end of an event.
  }
}
