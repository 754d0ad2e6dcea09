package org.sluice.junixsocket;

import java.io.FileDescriptor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.newsclub.net.unix.RawDescriptors;

/**
 * What one call of {@link FdSender} needs, kept for the next call: a descriptor of our own to send
 * on, and a buffer.
 *
 * <p>The native library closes the descriptor it sends on when the peer is gone, and that number
 * may be a stranger's a moment later. So a message is sent on a duplicate, which is ours to lose:
 * {@code dup2} lays it over a reserved number and, after sending, lays a parking socket over it, so
 * that we never keep a connection open. A reserved number also means that a full descriptor table
 * does not stop hand-offs.
 */
final class SendLane {
  private static final int SLOTS = 16;
  private static final int SCRATCH = 65_536 + 512;
  private static final AtomicReferenceArray<SendLane> IDLE = new AtomicReferenceArray<>(SLOTS);

  /**
   * One socket without a peer, made with the first lane and kept as long as the bundle is loaded.
   */
  private static volatile FileDescriptor parking;

  private final FileDescriptor named = new FileDescriptor();
  private final FileDescriptor own = new FileDescriptor();
  private final RawDescriptors.Ancillary ancillary = new RawDescriptors.Ancillary();
  private ByteBuffer scratch;

  /** An idle lane, the one this thread used last if possible, or a new one. */
  static SendLane take() throws IOException {
    int first = slot();
    for (int i = 0; i < SLOTS; i++) {
      SendLane lane = IDLE.getAndSet((first + i) % SLOTS, null);
      if (lane != null) {
        return lane;
      }
    }
    openParking();
    return new SendLane();
  }

  void giveBack() throws IOException {
    int first = slot();
    for (int i = 0; i < SLOTS; i++) {
      if (IDLE.compareAndSet((first + i) % SLOTS, null, this)) {
        return;
      }
    }
    RawDescriptors.close(own);
  }

  private static int slot() {
    return (int) (Thread.currentThread().getId() % SLOTS);
  }

  private static void openParking() throws IOException {
    if (parking == null) {
      synchronized (IDLE) {
        if (parking == null) {
          FileDescriptor socket = new FileDescriptor();
          RawDescriptors.load();
          RawDescriptors.createSocket(socket);
          parking = socket;
        }
      }
    }
  }

  int send(int socket, ByteBuffer data, int length, int[] descriptors) throws IOException {
    RawDescriptors.setNumber(named, socket);
    RawDescriptors.duplicate(named, own);
    try {
      if (data.isDirect()) {
        return RawDescriptors.send(own, data, data.position(), length, descriptors, ancillary);
      }
      return RawDescriptors.send(own, copy(data, length), 0, length, descriptors, ancillary);
    } finally {
      release();
    }
  }

  /**
   * Lets go of the connection but keeps the number; if the library has closed it, the next call
   * reserves another.
   */
  private void release() throws IOException {
    if (own.valid()) {
      RawDescriptors.duplicate(parking, own);
    }
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
