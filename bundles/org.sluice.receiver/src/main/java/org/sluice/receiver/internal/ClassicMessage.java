package org.sluice.receiver.internal;

import java.io.FileDescriptor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.newsclub.net.unix.DescriptorSockets;
import org.newsclub.net.unix.DescriptorSockets.ControlTruncatedException;

/**
 * What a front wrote on one connection of the dialect {@code classic}: the bytes and the descriptor
 * of its first message. Further bytes are read and ignored, as the dialect may grow, up to the end
 * of the stream: closing over unread bytes would tell the front that nothing was read.
 *
 * @param bytes the bytes of the first message; read-only
 * @param descriptor the client's socket, owned by whoever reads this record
 */
record ClassicMessage(ByteBuffer bytes, FileDescriptor descriptor) {
  /** How long a front may keep the connection open after its message before it is closed here. */
  private static final int END_MILLIS = 200;

  private static final int MOST_BYTES = 1 << 20;

  private static final ThreadLocal<ByteBuffer> BUFFERS =
      ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(64 * 1024));

  /**
   * Reads the message and closes the connection.
   *
   * @return the message, or null when it was refused and counted
   */
  static ClassicMessage read(FileDescriptor connection, int timeoutMillis, Counts counts)
      throws IOException {
    List<FileDescriptor> descriptors = new ArrayList<>(1);
    ByteBuffer bytes = null;
    LongAdder refusal = counts.silent;
    try {
      bytes = firstMessage(connection, timeoutMillis, descriptors);
      if (bytes != null) {
        refusal = refusal(descriptors, counts);
      }
    } catch (ControlTruncatedException e) {
      refusal = counts.truncated;
    } catch (IOException e) {
      // The front was gone before its message was read: nothing to tell anybody.
      refusal = counts.silent;
    } finally {
      readToEndAndClose(connection);
    }
    if (refusal == null) {
      return new ClassicMessage(bytes, descriptors.get(0));
    }
    refusal.increment();
    for (FileDescriptor descriptor : descriptors) {
      DescriptorSockets.close(descriptor);
    }
    return null;
  }

  private static ByteBuffer firstMessage(
      FileDescriptor connection, int timeoutMillis, List<FileDescriptor> descriptors)
      throws IOException {
    if (!DescriptorSockets.poll(connection, SelectionKey.OP_READ, timeoutMillis)) {
      return null;
    }
    ByteBuffer buffer = BUFFERS.get().clear();
    if (DescriptorSockets.receive(connection, buffer, descriptors) < 0) {
      return null;
    }
    ByteBuffer bytes = ByteBuffer.allocate(buffer.flip().remaining());
    return bytes.put(buffer).flip().asReadOnlyBuffer();
  }

  private static LongAdder refusal(List<FileDescriptor> descriptors, Counts counts) {
    if (descriptors.isEmpty()) {
      return counts.withoutDescriptor;
    }
    return descriptors.size() == 1 ? null : counts.severalDescriptors;
  }

  private static void readToEndAndClose(FileDescriptor connection) throws IOException {
    ByteBuffer buffer = BUFFERS.get();
    try {
      for (int total = 0; total < MOST_BYTES; total += buffer.position()) {
        if (!connection.valid()
            || !DescriptorSockets.poll(connection, SelectionKey.OP_READ, END_MILLIS)
            || DescriptorSockets.read(connection, buffer.clear()) <= 0) {
          return;
        }
      }
    } catch (IOException e) {
      // A front that resets has ended too.
      return;
    } finally {
      DescriptorSockets.close(connection);
    }
  }
}
