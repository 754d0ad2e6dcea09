package org.sluice.fdpass.internal;

import io.netty.channel.ChannelException;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.ByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.handoff.api.DialectTraits.SocketType;
import org.sluice.junixsocket.Errno;
import org.sluice.junixsocket.ErrnoException;
import org.sluice.junixsocket.FdSender;
import org.sluice.junixsocket.PacketSocket;

/**
 * One connection to a receiver: non-blocking, for one message, on one event loop. Netty's bare
 * socket calls are used, not its channels: a hand-off needs half a dozen system calls and nothing
 * around them.
 */
final class LocalSocket {
  private static final Logger LOG = LoggerFactory.getLogger(LocalSocket.class);

  // socket(7) and linux/sock_diag.h; the same on the architectures we serve.
  private static final int SOL_SOCKET = 1;
  private static final int SO_PEERCRED = 17;
  private static final int SO_MEMINFO = 55;
  private static final int SO_PASSRIGHTS = 83;

  /** {@code struct ucred} is pid, uid, gid. */
  private static final int UCRED_UID = 4;

  /** Third word of SO_MEMINFO: memory of messages sent and not yet read. */
  private static final int WMEM_ALLOC = 8;

  private static final int THREE_WORDS = 12;

  private static final int MOST_READS = 16;

  private final Socket socket;
  private final ByteBuffer scratch;

  /** Whether the descriptor is closed already, and its number perhaps a stranger's. */
  private boolean lost;

  private LocalSocket(Socket socket, ByteBuffer scratch) {
    this.socket = socket;
    this.scratch = scratch;
  }

  /** What the socket tells about its message. */
  enum Sign {
    /** The receiver has read it. */
    READ,
    /** The receiver will never read it. */
    NEVER_READ,
    /** Not read yet. */
    NONE
  }

  /**
   * Connects, at once or not at all.
   *
   * @param scratch direct, in native byte order, of the loop that uses the connection
   */
  static LocalSocket connect(DomainSocketAddress address, SocketType type, ByteBuffer scratch)
      throws ReceiverException {
    LocalSocket local = new LocalSocket(open(type), scratch);
    try {
      local.socket.connect(address);
      return local;
    } catch (FileNotFoundException e) {
      local.close();
      throw ReceiverException.absent("no such file");
    } catch (ConnectException e) {
      local.close();
      throw refusal(e);
    } catch (IOException e) {
      local.close();
      throw ReceiverException.down(String.valueOf(e.getMessage()));
    }
  }

  private static Socket open(SocketType type) throws ReceiverException {
    try {
      return type == SocketType.STREAM
          ? Socket.newSocketDomain()
          : new Socket(PacketSocket.open(PacketSocket.Type.SEQPACKET));
    } catch (IOException e) {
      throw ReceiverException.shortage("no descriptor for a connection: " + e.getMessage());
    } catch (ChannelException e) {
      // EMFILE, ENFILE, ENOBUFS: connections that end give room again.
      throw ReceiverException.shortage(
          "no descriptor for a connection: " + e.getCause().getMessage());
    }
  }

  /** Netty reports the number in the text only: {@code connect(..) failed with error(-11): …}. */
  static ReceiverException refusal(ConnectException e) {
    String text = String.valueOf(e.getMessage());
    if (text.contains("error(-11)")) {
      return ReceiverException.busy("its backlog is full");
    }
    if (text.contains("error(-111)")) {
      return ReceiverException.absent("connection refused: nobody listens");
    }
    if (text.contains("error(-91)")) {
      return ReceiverException.down(
          "is a socket of another type than the dialect's: classic and scgi need SOCK_STREAM, json"
              + " and sluice SOCK_SEQPACKET");
    }
    int colon = text.indexOf("): ");
    return ReceiverException.down(colon < 0 ? text : text.substring(colon + 3));
  }

  /**
   * Lets the kernel refuse descriptors that a receiver sends, where it can (Linux 6.16); older
   * kernels close them, because they are received without room for them.
   */
  void refuseDescriptors() {
    try {
      socket.setIntOpt(SOL_SOCKET, SO_PASSRIGHTS, 0);
    } catch (IOException e) {
      LOG.debug("SO_PASSRIGHTS is not known here");
    }
  }

  /** The user that called {@code listen(2)} at the other end. */
  int peerUid() throws ReceiverException {
    return word(SO_PEERCRED, UCRED_UID);
  }

  private int word(int option, int offset) throws ReceiverException {
    try {
      scratch.clear().limit(THREE_WORDS);
      socket.getRawOpt(SOL_SOCKET, option, scratch);
      return scratch.getInt(offset);
    } catch (IOException e) {
      throw ReceiverException.down("getsockopt: " + e.getMessage());
    }
  }

  /**
   * Passes a descriptor with its message, of which a stream socket may take a part only: {@link
   * #more} writes the rest, and {@link #finish} comes after the last byte.
   *
   * @throws ReceiverException if nothing was passed
   */
  void pass(ByteBuffer message, int descriptor) throws ReceiverException, IOException {
    int sent;
    try {
      // Not Netty's sendFd, although it is one call less: its byte is whatever the stack holds.
      sent = FdSender.send(socket.intValue(), message, descriptor);
    } catch (ErrnoException e) {
      lost = e.socketClosed();
      throw refusal(e);
    }
    if (sent == 0) {
      throw ReceiverException.busy("its socket takes no message now");
    }
  }

  /** Writes what it takes of the rest of a message, in direct memory. */
  void more(ByteBuffer rest) throws IOException {
    int n = socket.write(rest, rest.position(), rest.limit());
    rest.position(rest.position() + Math.max(0, n));
  }

  /** Ends our side of the connection, as a receiver of the dialect expects. */
  void finish() throws IOException {
    socket.shutdown(false, true);
  }

  static ReceiverException refusal(ErrnoException e) {
    if (e.errno() == Errno.EPIPE || e.errno() == Errno.ECONNRESET) {
      return ReceiverException.lost("closed the connection before the message");
    }
    if (e.errno() == Errno.ETOOMANYREFS || e.errno() == Errno.EMFILE) {
      return ReceiverException.shortage("too many descriptors in flight");
    }
    return ReceiverException.down(String.valueOf(e.getMessage()));
  }

  /**
   * Looks whether the message was read. The send queue is looked at <em>before</em> the socket's
   * state, because a receiver that dies empties the queue too, after the kernel has noted the
   * reset. An end of file alone says nothing: a receiver may have ended only its own side.
   *
   * @param hangUp whether the event loop reported more than room to write
   */
  Sign sign(boolean hangUp) throws IOException {
    for (int round = 0; round < 2; round++) {
      boolean queued = queued();
      if (queued && !hangUp) {
        return Sign.NONE;
      }
      boolean ended;
      try {
        ended = drain();
      } catch (IOException e) {
        return Sign.NEVER_READ;
      }
      if (!queued) {
        return Sign.READ;
      }
      if (!ended) {
        return Sign.NONE;
      }
    }
    return Sign.NONE;
  }

  private boolean queued() throws IOException {
    try {
      return word(SO_MEMINFO, WMEM_ALLOC) != 0;
    } catch (ReceiverException e) {
      throw new IOException(e);
    }
  }

  /** Throws away what the receiver says, which means nothing here; true at its end of file. */
  private boolean drain() throws IOException {
    for (int i = 0; i < MOST_READS; i++) {
      int n = socket.read(scratch, 0, scratch.capacity());
      if (n <= 0) {
        return n < 0;
      }
    }
    return false;
  }

  Socket socket() {
    return socket;
  }

  /** Closes without a shutdown; again is nothing. */
  void close() {
    if (lost) {
      return;
    }
    try {
      socket.close();
    } catch (IOException e) {
      LOG.debug("closing a connection to a receiver", e);
    }
  }
}
