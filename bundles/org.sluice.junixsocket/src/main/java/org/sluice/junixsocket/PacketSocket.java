package org.sluice.junixsocket;

import java.io.FileDescriptor;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import org.newsclub.net.unix.NotConnectedSocketException;
import org.newsclub.net.unix.RawDescriptors;

/**
 * The sending side of a standing AF_UNIX connection: packets, with or without descriptors. For a
 * socket of one message {@link FdSender} is enough.
 *
 * <p>The native library closes the descriptor it sends on when the peer is gone. So this holds a
 * duplicate that is its own to lose; {@link #number()} stays with the caller. Not thread-safe.
 */
public final class PacketSocket implements AutoCloseable {
  private final FileDescriptor own = new FileDescriptor();
  private final RawDescriptors.Ancillary ancillary = new RawDescriptors.Ancillary();
  private final int number;

  private PacketSocket(int number) {
    this.number = number;
  }

  /** Type of the socket, as far as packets are concerned. */
  public enum Type {
    /** Packets over a connection. */
    SEQPACKET,
    /** Packets without one. */
    DGRAM
  }

  /**
   * Opens a new socket: non-blocking, not inherited by children, not connected.
   *
   * @return its number, the caller's to close
   * @throws IOException if the system refuses
   */
  public static int open(Type type) throws IOException {
    RawDescriptors.load();
    FileDescriptor socket = new FileDescriptor();
    if (type == Type.SEQPACKET) {
      RawDescriptors.createPacketSocket(socket);
    } else {
      RawDescriptors.createDatagramSocket(socket);
    }
    RawDescriptors.setNonBlocking(socket);
    return RawDescriptors.number(socket);
  }

  /**
   * A sender on the socket with that number; takes one more descriptor until {@link #close}.
   *
   * @throws IOException if the number is not open or the descriptor table is full
   */
  public static PacketSocket on(int number) throws IOException {
    RawDescriptors.load();
    PacketSocket socket = new PacketSocket(number);
    FileDescriptor named = new FileDescriptor();
    RawDescriptors.setNumber(named, number);
    RawDescriptors.duplicate(named, socket.own);
    return socket;
  }

  /** The number this was made from. */
  public int number() {
    return number;
  }

  /**
   * Sends one packet; whole, or not at all.
   *
   * @param data a direct buffer, position to limit are the packet; left as it is
   * @param descriptors numbers to pass, none for a packet without
   * @return false if there is no room now: nothing was sent
   * @throws ErrnoException if the kernel refused; after {@code EPIPE} or {@code ECONNRESET} every
   *     later call fails with {@code EPIPE}
   */
  public boolean send(ByteBuffer data, int... descriptors) throws IOException {
    if (!own.valid()) {
      throw new ErrnoException(Errno.EPIPE, "sendmsg", new IOException("the peer has left"));
    }
    try {
      return RawDescriptors.send(
              own, data, data.position(), data.remaining(), descriptors, ancillary)
          > 0;
    } catch (SocketException e) {
      Errno errno =
          e instanceof NotConnectedSocketException ? Errno.ENOTCONN : Errno.of(e.getMessage());
      throw new ErrnoException(errno, "sendmsg", e);
    }
  }

  /** Closes the duplicate, without a shutdown; again is nothing. */
  @Override
  public void close() throws IOException {
    if (own.valid()) {
      RawDescriptors.close(own);
    }
  }
}
