package org.sluice.receiver.internal;

import java.io.FileDescriptor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.newsclub.net.unix.DescriptorSockets;

/**
 * The receiver's end of a standing connection: one line a packet, from any thread, and how many
 * clients of it are in the receiver's hands. The front counts leases by itself; of clients that
 * were given it hears in {@code READY}, which is said again while they take a good part of the
 * room.
 */
final class FrontLine {
  private static final int STALL_MILLIS = 10_000;

  /** Clients of this connection that may still hear something of the front, by their ids. */
  final Map<Long, PacketHandOff> clients = new ConcurrentHashMap<>();

  private final FileDescriptor connection;
  private final String name;
  private final ByteBuffer out = ByteBuffer.allocateDirect(4_096);
  private int capacity;
  private int open;
  private int given;
  private boolean announced;
  private boolean closed;

  FrontLine(FileDescriptor connection, String name) {
    this.connection = connection;
    this.name = name;
  }

  /** Says how many clients this connection takes. */
  synchronized void ready(int newCapacity) {
    capacity = newCapacity;
    ready();
  }

  private void ready() {
    announced = given > 0;
    tell("READY " + name + " " + capacity + " " + open);
  }

  private boolean isCrowded() {
    return given * 2 >= capacity && given > 0;
  }

  /** Says that a client is this process's; false if the front cannot hear it any more. */
  synchronized boolean acknowledge(long id, boolean lease) {
    if (!tell("ACK " + id)) {
      return false;
    }
    open++;
    if (!lease) {
      kept();
    }
    return true;
  }

  /** A lease is this process's own now; the front counts it no longer. */
  synchronized void kept() {
    given++;
    if (isCrowded()) {
      ready();
    }
  }

  /** A client that counted has its place no more. */
  synchronized void left(boolean lease) {
    open--;
    if (!lease) {
      given--;
      if (announced) {
        ready();
      }
    }
  }

  /** Says something; false if the front does not hear it, which is no error of its own. */
  synchronized boolean tell(String line) {
    try {
      out.clear().put(line.getBytes(StandardCharsets.US_ASCII)).flip();
      while (!closed && connection.valid() && out.hasRemaining()) {
        if (DescriptorSockets.write(connection, out) == 0
            && !DescriptorSockets.poll(connection, SelectionKey.OP_WRITE, STALL_MILLIS)) {
          return false;
        }
      }
      return !out.hasRemaining();
    } catch (IOException e) {
      Log.debug("A front did not hear: " + line, e);
      return false;
    }
  }

  /** Wakes whoever reads the connection: there is nothing more to come. */
  synchronized void shutdownReading() {
    try {
      if (!closed && connection.valid()) {
        DescriptorSockets.shutdown(connection, true, false);
      }
    } catch (IOException e) {
      Log.debug("Shutdown of a front's connection failed", e);
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
