package org.sluice.junixsocket;

import java.io.FileDescriptor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.newsclub.net.unix.RawDescriptors;

/** What one call of {@link FdSender} needs, kept for the next call. */
final class SendLane {
  private static final int SLOTS = 16;
  private static final int SCRATCH = 65_536 + 512;
  private static final AtomicReferenceArray<SendLane> IDLE = new AtomicReferenceArray<>(SLOTS);

  /** The caller's socket, for the time of a call. */
  private final FileDescriptor named = new FileDescriptor();

  private final RawDescriptors.Ancillary ancillary = new RawDescriptors.Ancillary();
  private ByteBuffer scratch;

  private SendLane() {}

  /** An idle lane, the one this thread used last if possible, or a new one. */
  static SendLane take() {
    int first = slot();
    for (int i = 0; i < SLOTS; i++) {
      SendLane lane = IDLE.getAndSet((first + i) % SLOTS, null);
      if (lane != null) {
        return lane;
      }
    }
    RawDescriptors.load();
    return new SendLane();
  }

  void giveBack() {
    int first = slot();
    for (int i = 0; i < SLOTS; i++) {
      if (IDLE.compareAndSet((first + i) % SLOTS, null, this)) {
        return;
      }
    }
  }

  private static int slot() {
    return (int) (Thread.currentThread().getId() % SLOTS);
  }

  int send(int socket, ByteBuffer data, int length, int[] descriptors) throws IOException {
    RawDescriptors.setNumber(named, socket);
    return data.isDirect()
        ? RawDescriptors.send(named, data, data.position(), length, descriptors, ancillary)
        : RawDescriptors.send(named, copy(data, length), 0, length, descriptors, ancillary);
  }

  /** Whether the library has closed the socket of the call before. */
  boolean hasClosed() {
    return !named.valid();
  }

  private ByteBuffer copy(ByteBuffer data, int length) {
    ByteBuffer buffer = scratch;
    if (buffer == null || buffer.capacity() < length) {
      buffer = ByteBuffer.allocateDirect(Math.max(length, SCRATCH));
      if (length <= SCRATCH) {
        scratch = buffer;
      }
    }
    buffer.clear().put(data.duplicate());
    return buffer;
  }
}
