package org.newsclub.net.unix;

import java.io.FileDescriptor;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The few native calls of junixsocket that work on plain descriptors, made reachable for {@code
 * org.sluice.junixsocket}. The library keeps them package-private, hence the package of this class.
 *
 * <p>Beware: when {@link #send} fails because the connection is gone, the library <em>closes</em>
 * the descriptor that it was given. Never call it with a descriptor that somebody else owns.
 */
public final class RawDescriptors {
  private RawDescriptors() {}

  /**
   * Loads the native library.
   *
   * @throws UnsupportedOperationException if there is none for this machine, with the reason
   */
  public static void load() {
    NativeUnixSocket.ensureSupported();
  }

  /** The number held by a descriptor object, -1 when closed. */
  public static int number(FileDescriptor descriptor) throws IOException {
    return NativeUnixSocket.getFD(descriptor);
  }

  /** Makes the object hold the number; the former number is forgotten, not closed. */
  public static void setNumber(FileDescriptor descriptor, int number) throws IOException {
    NativeUnixSocket.initFD(descriptor, number);
  }

  /**
   * {@code dup(2)} if the target holds no number, else {@code dup2(2)}; close-on-exec in both
   * cases.
   */
  public static void duplicate(FileDescriptor source, FileDescriptor target) throws IOException {
    if (NativeUnixSocket.duplicate(source, target) == null) {
      throw new IOException("Bad file descriptor");
    }
  }

  /** Makes the object hold a new AF_UNIX stream socket, unconnected, close-on-exec. */
  public static void createSocket(FileDescriptor target) throws IOException {
    NativeUnixSocket.createSocket(
        target, NativeUnixSocket.DOMAIN_UNIX, NativeUnixSocket.SOCK_STREAM);
  }

  /** Makes the object hold a new AF_UNIX SEQPACKET socket, unconnected, close-on-exec. */
  public static void createPacketSocket(FileDescriptor target) throws IOException {
    NativeUnixSocket.createSocket(
        target, NativeUnixSocket.DOMAIN_UNIX, NativeUnixSocket.SOCK_SEQPACKET);
  }

  /** Makes the object hold a new AF_UNIX DGRAM socket, unconnected, close-on-exec. */
  public static void createDatagramSocket(FileDescriptor target) throws IOException {
    NativeUnixSocket.createSocket(
        target, NativeUnixSocket.DOMAIN_UNIX, NativeUnixSocket.SOCK_DGRAM);
  }

  /** Bytes that can be read without waiting ({@code FIONREAD}). */
  public static int available(FileDescriptor socket) throws IOException {
    return NativeUnixSocket.available(socket, null);
  }

  /** Sets O_NONBLOCK; one system call when it is set already. */
  public static void setNonBlocking(FileDescriptor socket) throws IOException {
    if (NativeUnixSocket.checkBlocking(socket) != 0) {
      NativeUnixSocket.configureBlocking(socket, false);
    }
  }

  /** {@code close(2)} without a {@code shutdown(2)}; nothing if the object holds no number. */
  public static void close(FileDescriptor descriptor) throws IOException {
    NativeUnixSocket.close(descriptor);
  }

  /** Outgoing descriptors of one call; the library forgets them with each call, sent or not. */
  public static final class Ancillary {
    private final AncillaryDataSupport support = new AncillaryDataSupport();
  }

  /**
   * One {@code sendmsg(2)}, or {@code send(2)} without descriptors.
   *
   * @param socket non-blocking socket; <strong>closed by the library</strong> when the peer is gone
   * @param data a direct buffer, read from {@code offset}, its position left alone
   * @return bytes taken, 0 when the kernel has no room now
   */
  public static int send(
      FileDescriptor socket,
      ByteBuffer data,
      int offset,
      int length,
      int[] descriptors,
      Ancillary ancillary)
      throws IOException {
    ancillary.support.setOutboundFileDescriptors(descriptors);
    return NativeUnixSocket.send(
        socket,
        data,
        offset,
        length,
        null,
        0,
        NativeUnixSocket.OPT_NON_BLOCKING,
        ancillary.support);
  }
}
