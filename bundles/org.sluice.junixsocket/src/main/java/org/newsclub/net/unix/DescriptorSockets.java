package org.newsclub.net.unix;

import java.io.FileDescriptor;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketOptions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SelectionKey;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.newsclub.net.unix.AFSelector.PollFd;
import org.newsclub.net.unix.pool.ObjectPool.Lease;

/**
 * The receiving side of what {@link RawDescriptors} is for the sending side: the library's natives,
 * about one system call a method, on descriptors that the caller owns.
 *
 * <p>The library's own socket classes cannot be used where a descriptor came from another process:
 * their close always calls shutdown(2), so that a reset looks like a clean end; their bind makes
 * the socket file writable for everybody and takes the place of a living server; a message with
 * more than 60 descriptors is cut and what had arrived of it is never closed. This class stands in
 * the library's package because the natives are private to it; nothing of the library is changed.
 *
 * <p>Errors of the system calls are thrown as {@link IOException}. Beware: when a connection turns
 * out to be gone, the library <em>closes</em> the descriptor before it throws. So calls on one
 * descriptor must exclude each other, {@link #poll} excepted, and the caller must expect {@link
 * FileDescriptor#valid()} to be false after an exception.
 */
public final class DescriptorSockets {
  /** Linux passes at most 253 descriptors in a message: 16 bytes of header and 4 for each. */
  private static final int CONTROL_BYTES = 16 + 256 * Integer.BYTES;

  private static final int SOL_SOCKET = 1;
  private static final int SCM_RIGHTS = 1;
  private static final VarHandle CONTROL = controlBuffer();

  private static final ThreadLocal<ByteBuffer> CONTROL_BUFFERS =
      ThreadLocal.withInitial(
          () -> ByteBuffer.allocateDirect(CONTROL_BYTES).order(ByteOrder.nativeOrder()));
  private static final ThreadLocal<ByteBuffer> PEER_ADDRESSES =
      ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(256));

  private DescriptorSockets() {}

  /**
   * Creates an AF_UNIX stream socket that child processes do not inherit.
   *
   * @return the descriptor, the caller's to close
   * @throws IOException if the system refuses
   * @throws UnsupportedOperationException if the library has no native code for this machine
   */
  public static FileDescriptor open() throws IOException {
    RawDescriptors.load();
    FileDescriptor socket = new FileDescriptor();
    RawDescriptors.createSocket(socket);
    return socket;
  }

  /**
   * Creates an AF_UNIX SEQPACKET socket that child processes do not inherit.
   *
   * @return the descriptor, the caller's to close
   * @throws IOException if the system refuses
   * @throws UnsupportedOperationException if the library has no native code for this machine
   */
  public static FileDescriptor openPackets() throws IOException {
    RawDescriptors.load();
    FileDescriptor socket = new FileDescriptor();
    RawDescriptors.createPacketSocket(socket);
    return socket;
  }

  /**
   * Gives a socket its name. The file that appears is writable for everybody, but nobody can
   * connect before {@link #listen}: set its mode between the two.
   *
   * @param socket from {@link #open}
   * @param path where nothing exists yet; relative to the process's directory
   * @throws IOException if the path is too long (107 bytes) or taken
   */
  public static void bind(FileDescriptor socket, Path path) throws IOException {
    try (Lease<ByteBuffer> lease = AFUNIXSocketAddress.of(path).getNativeAddressDirectBuffer()) {
      ByteBuffer address = lease.get();
      NativeUnixSocket.bind(address, address.limit(), socket, 0);
    }
  }

  /**
   * Starts listening.
   *
   * @param socket a bound socket
   * @param backlog connections that may wait to be accepted; the kernel caps it
   * @throws IOException if the system refuses
   */
  public static void listen(FileDescriptor socket, int backlog) throws IOException {
    NativeUnixSocket.listen(socket, backlog);
  }

  /**
   * Waits for a connection. {@link #shutdown} of the listening socket ends the wait with an error.
   *
   * @param socket a listening socket
   * @return the connection, blocking, not inherited by children, the caller's to close
   * @throws IOException if the system refuses (too many open files) or the socket was shut down
   */
  public static FileDescriptor accept(FileDescriptor socket) throws IOException {
    FileDescriptor connection = new FileDescriptor();
    ByteBuffer address = PEER_ADDRESSES.get();
    NativeUnixSocket.accept(address, address.capacity(), socket, connection, 0, 0);
    if (!connection.valid()) {
      throw new SocketException("Nothing to accept");
    }
    return connection;
  }

  /**
   * Receives bytes and the descriptors that came with them.
   *
   * @param socket an AF_UNIX stream socket
   * @param into a direct buffer with room left; the bytes are put at its position
   * @param descriptors gets what arrived, owned by the caller, not inherited by children
   * @return the number of bytes; -1 at the end of the stream; 0 if nothing is there and the socket
   *     is non-blocking
   * @throws ControlTruncatedException if not all descriptors fitted in or could be opened; those
   *     that arrived are closed
   * @throws IOException if the system refuses
   */
  public static int receive(
      FileDescriptor socket, ByteBuffer into, List<FileDescriptor> descriptors) throws IOException {
    ByteBuffer control = CONTROL_BUFFERS.get();
    control.putLong(0, 0);
    AncillaryDataSupport ancillary = new AncillaryDataSupport();
    CONTROL.set(ancillary, control);
    int count;
    try {
      count = receive(socket, into, ancillary);
    } catch (SocketException e) {
      // The library reports a cut message as "no buffer space" and forgets what it had received.
      // With no descriptor left for even the first, there is no trace of it in the control buffer.
      if (closeAll(control) || "No buffer space available".equals(e.getMessage())) {
        throw new ControlTruncatedException(e);
      }
      throw e;
    }
    for (FileDescriptor descriptor : ancillary.getReceivedFileDescriptors()) {
      descriptors.add(descriptor);
      keepFromChildren(descriptor);
    }
    return count;
  }

  /**
   * Reads bytes. Descriptors that come with them are closed by the kernel.
   *
   * @param socket any stream socket
   * @param into a direct buffer with room left; the bytes are put at its position
   * @return as {@link #receive}
   * @throws IOException if the connection was reset or the system refuses
   */
  public static int read(FileDescriptor socket, ByteBuffer into) throws IOException {
    return receive(socket, into, (AncillaryDataSupport) null);
  }

  /**
   * Writes bytes.
   *
   * @param socket any stream socket
   * @param from a direct buffer; its position moves behind the bytes that the kernel took
   * @return the number of bytes; 0 if the kernel takes none now and the socket is non-blocking
   * @throws IOException if the peer is gone or the system refuses
   */
  public static int write(FileDescriptor socket, ByteBuffer from) throws IOException {
    int count =
        NativeUnixSocket.send(
            socket,
            from,
            from.position(),
            from.remaining(),
            null,
            0,
            NativeUnixSocket.OPT_NON_BLOCKING,
            null);
    from.position(from.position() + count);
    return count;
  }

  /**
   * Waits until a read or a write would not block. A descriptor that was closed is waited for in
   * vain: wait in slices where another thread may meet the end of the connection.
   *
   * @param socket any socket
   * @param operation {@link SelectionKey#OP_READ} or {@link SelectionKey#OP_WRITE}
   * @param milliseconds how long at most; 0 only looks
   * @return whether to try again now; false when the time is over, and sometimes before
   * @throws IOException if the system refuses
   */
  public static boolean poll(FileDescriptor socket, int operation, int milliseconds)
      throws IOException {
    try {
      return NativeUnixSocket.poll(new PollFd(socket, operation), milliseconds) > 0;
    } catch (SocketException e) {
      if ("Interrupted system call".equals(e.getMessage())) {
        return false;
      }
      throw e;
    }
  }

  /**
   * Waits until one of many sockets is ready. Costs time for each of them, as poll(2) does.
   *
   * @param sockets any sockets; one that was closed is never ready
   * @param operations for each what to wait for: {@link SelectionKey#OP_READ}, {@link
   *     SelectionKey#OP_WRITE} or both
   * @param ready gets for each what it is ready for, other than 0 also when its connection is over
   * @param milliseconds how long at most; 0 only looks; -1 without limit
   * @return how many are ready; 0 when the time is over, and sometimes before
   * @throws IOException if the system refuses
   */
  public static int poll(FileDescriptor[] sockets, int[] operations, int[] ready, int milliseconds)
      throws IOException {
    PollFd all = new PollFd(sockets, operations);
    try {
      int count = NativeUnixSocket.poll(all, milliseconds);
      System.arraycopy(all.rops, 0, ready, 0, sockets.length);
      return count;
    } catch (SocketException e) {
      if ("Interrupted system call".equals(e.getMessage())) {
        return 0;
      }
      throw e;
    }
  }

  /**
   * Connects two new AF_UNIX datagram sockets with each other, non-blocking and not inherited by
   * child processes.
   *
   * @return both descriptors, the caller's to close
   * @throws IOException if the system refuses
   */
  public static FileDescriptor[] pair() throws IOException {
    RawDescriptors.load();
    FileDescriptor[] both = {new FileDescriptor(), new FileDescriptor()};
    NativeUnixSocket.socketPair(
        NativeUnixSocket.DOMAIN_UNIX, NativeUnixSocket.SOCK_DGRAM, both[0], both[1]);
    for (FileDescriptor each : both) {
      if (!each.valid()) {
        throw new SocketException("No descriptors for a pair of sockets");
      }
      keepFromChildren(each);
      setNonBlocking(each);
    }
    return both;
  }

  /**
   * Tells whether a descriptor is a socket.
   *
   * @param descriptor any descriptor
   * @return false for files, pipes and closed descriptors
   */
  public static boolean isSocket(FileDescriptor descriptor) {
    try {
      NativeUnixSocket.getSocketOptionInt(descriptor, SocketOptions.SO_LINGER);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Makes a socket non-blocking, for every process that shares it. Costs one system call when it is
   * already.
   *
   * @param socket any socket
   * @throws IOException if the system refuses
   */
  public static void setNonBlocking(FileDescriptor socket) throws IOException {
    if (NativeUnixSocket.checkBlocking(socket) != 0) {
      NativeUnixSocket.configureBlocking(socket, false);
    }
  }

  /**
   * Sets SO_LINGER, for every process that shares the socket.
   *
   * @param socket any socket
   * @param seconds 0: the last close resets the connection; -1: off, the system's default
   * @throws IOException if it is no socket
   */
  public static void setLinger(FileDescriptor socket, int seconds) throws IOException {
    NativeUnixSocket.setSocketOptionInt(socket, SocketOptions.SO_LINGER, seconds);
  }

  /**
   * Shuts one or both directions down, for every process that shares the socket. Does nothing on a
   * socket that is not connected any more.
   *
   * @param socket any socket
   * @param read ends reading, also of those who wait in it
   * @param write ends writing: the peer reads an end of file after what was written
   * @throws IOException if the system refuses
   */
  public static void shutdown(FileDescriptor socket, boolean read, boolean write)
      throws IOException {
    int how =
        read && write
            ? NativeUnixSocket.SHUT_RD_WR
            : read ? NativeUnixSocket.SHUT_RD : NativeUnixSocket.SHUT_WR;
    NativeUnixSocket.shutdown(socket, how);
  }

  /**
   * Resets a TCP connection at once, for every process that shares the socket, and wakes who waits
   * in {@link #poll} on it. The descriptor stays to be closed.
   *
   * @param socket a connected TCP socket; others refuse
   * @throws IOException if the system refuses
   */
  public static void reset(FileDescriptor socket) throws IOException {
    NativeUnixSocket.disconnect(socket);
  }

  /**
   * Closes the descriptor and nothing else: no shutdown. Does nothing when it is closed already.
   *
   * @param descriptor any descriptor
   * @throws IOException if the system reports an error; the descriptor is closed all the same
   */
  public static void close(FileDescriptor descriptor) throws IOException {
    if (descriptor.valid()) {
      RawDescriptors.close(descriptor);
    }
  }

  /**
   * Tells the address of the peer of a TCP socket.
   *
   * @param socket any socket
   * @return the address, null when there is no peer or it has no IP address
   * @throws IOException if the system refuses
   */
  public static InetSocketAddress peer(FileDescriptor socket) throws IOException {
    byte[] address = NativeUnixSocket.sockname(NativeUnixSocket.DOMAIN_GENERIC, socket, true);
    if (address == null) {
      return null;
    }
    // struct sockaddr_in: family 2, port 2, address 4; sockaddr_in6: family 2, port 2, flow 4,
    // address 16
    int from = address.length == 16 ? 4 : 8;
    int length = address.length == 16 ? 4 : 16;
    if (address.length != 16 && address.length != 28) {
      return null;
    }
    int port = ((address[2] & 0xff) << 8) | (address[3] & 0xff);
    return new InetSocketAddress(
        InetAddress.getByAddress(Arrays.copyOfRange(address, from, from + length)), port);
  }

  private static int receive(FileDescriptor socket, ByteBuffer into, AncillaryDataSupport ancillary)
      throws IOException {
    int count =
        NativeUnixSocket.receive(
            socket, into, into.position(), into.remaining(), null, 0, ancillary, 0);
    if (count > 0) {
      into.position(into.position() + count);
    }
    return count;
  }

  /**
   * Sets FD_CLOEXEC, because the library receives without MSG_CMSG_CLOEXEC: a dup2 onto itself
   * changes nothing, and the library sets the flag after each dup.
   */
  private static void keepFromChildren(FileDescriptor descriptor) throws IOException {
    NativeUnixSocket.duplicate(descriptor, descriptor);
  }

  /** Closes what the kernel wrote into a control buffer; the layout is that of 64-bit Linux. */
  private static boolean closeAll(ByteBuffer control) throws IOException {
    long length = control.getLong(0);
    if (length < 16 || control.getInt(8) != SOL_SOCKET || control.getInt(12) != SCM_RIGHTS) {
      return false;
    }
    for (int at = 16; at + Integer.BYTES <= length; at += Integer.BYTES) {
      FileDescriptor descriptor = new FileDescriptor();
      NativeUnixSocket.initFD(descriptor, control.getInt(at));
      close(descriptor);
    }
    return true;
  }

  private static VarHandle controlBuffer() {
    try {
      return MethodHandles.privateLookupIn(AncillaryDataSupport.class, MethodHandles.lookup())
          .findVarHandle(AncillaryDataSupport.class, "ancillaryReceiveBuffer", ByteBuffer.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** A message brought more descriptors than could be received; all of them are closed. */
  public static final class ControlTruncatedException extends IOException {
    private static final long serialVersionUID = 1L;

    ControlTruncatedException(IOException cause) {
      super(
          "Descriptors of a message were lost (MSG_CTRUNC); those that arrived are closed", cause);
    }
  }
}
