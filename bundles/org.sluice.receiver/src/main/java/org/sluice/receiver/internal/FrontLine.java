package org.sluice.receiver.internal;

import java.io.FileDescriptor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.charset.StandardCharsets;
import org.newsclub.net.unix.DescriptorSockets;

/** The receiver's end of a standing connection: one line a packet, from any thread. */
final class FrontLine {
  private static final int STALL_MILLIS = 10_000;

  private final FileDescriptor connection;
  private final ByteBuffer out = ByteBuffer.allocateDirect(4_096);
  private boolean closed;

  FrontLine(FileDescriptor connection) {
    this.connection = connection;
  }

  /** Says something; a front that has left does not hear it, which is no error here. */
  synchronized void tell(String line) {
    try {
      out.clear().put(line.getBytes(StandardCharsets.US_ASCII)).flip();
      while (!closed && connection.valid() && out.hasRemaining()) {
        if (DescriptorSockets.write(connection, out) == 0
            && !DescriptorSockets.poll(connection, SelectionKey.OP_WRITE, STALL_MILLIS)) {
          return;
        }
      }
    } catch (IOException e) {
      Log.debug("A front did not hear: " + line, e);
    }
  }

  synchronized void close() {
    closed = true;
    try {
      DescriptorSockets.close(connection);
    } catch (IOException e) {
      Log.debug("Close of a front's connection failed", e);
    }
  }
}
