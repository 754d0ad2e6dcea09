package org.sluice.server.internal;

import io.netty.buffer.ByteBuf;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.NotYetConnectedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is done to a client's socket beside reading and writing. */
final class SocketControl {
  private static final Logger LOG = LoggerFactory.getLogger(SocketControl.class);

  // Numbers of asm-generic/socket.h and netinet/tcp.h, the same on x86-64 and arm64.
  private static final int SOL_SOCKET = 1;
  private static final int SO_KEEPALIVE = 9;
  private static final int SO_RCVLOWAT = 18;
  private static final int SO_RCVTIMEO = 20;
  private static final int SO_SNDTIMEO = 21;
  private static final int SO_PEERNAME = 28;
  private static final int SO_MAX_PACING_RATE = 47;
  private static final int SO_MEMINFO = 55;
  private static final int SK_MEMINFO_SNDBUF = 3;
  private static final int SK_MEMINFO_WMEM_QUEUED = 5;
  private static final int IPPROTO_TCP = 6;
  private static final int TCP_CORK = 3;
  private static final int TCP_USER_TIMEOUT = 18;

  // struct sockaddr_in: family, port, address; struct sockaddr_in6: family, port, flow, address.
  private static final short AF_INET = 2;
  private static final int SOCKADDR_IN = 8;
  private static final int SOCKADDR_IN6 = 24;

  /** What stands before an IPv4 address in a socket of the other family, its last word. */
  private static final int MAPPED = 0xffff;

  // States of a connection, linux/tcp_states.h.
  private static final int TCP_ESTABLISHED = 1;
  private static final int TCP_SYN_RECV = 3;
  private static final int TCP_FIN_WAIT1 = 4;
  private static final int TCP_FIN_WAIT2 = 5;
  private static final int TCP_CLOSE_WAIT = 8;

  private SocketControl() {}

  static Socket of(UnixChannel channel) {
    return (Socket) channel.fd();
  }

  /**
   * Resets the connection, whoever else holds a copy of the descriptor: a connect to AF_UNSPEC ends
   * a TCP connection with RST at once. SO_LINGER with 0 would reset only at the last close.
   */
  static void reset(UnixChannel channel) {
    if (!channel.isOpen()) {
      return;
    }
    Socket socket = of(channel);
    try {
      socket.disconnect();
    } catch (IOException e) {
      LOG.debug("cannot disconnect, lingering for 0 s instead: {}", e.getMessage());
      closeResets(channel, true);
    }
  }

  /** Whether the last close of this socket is a reset instead of an orderly end. */
  static void closeResets(UnixChannel channel, boolean reset) {
    try {
      of(channel).setSoLinger(reset ? 0 : -1);
    } catch (IOException e) {
      LOG.debug("cannot set SO_LINGER: {}", e.getMessage());
    }
  }

  /** Whether the connection is reset, or both directions have ended; also if it cannot be told. */
  static boolean isDown(EpollSocketChannel channel) {
    try {
      return switch (channel.tcpInfo().state()) {
        case TCP_ESTABLISHED, TCP_SYN_RECV, TCP_FIN_WAIT1, TCP_FIN_WAIT2, TCP_CLOSE_WAIT -> false;
        default -> true;
      };
    } catch (RuntimeException e) {
      return true;
    }
  }

  /** One {@code recv} into an empty direct buffer; what it took, 0 or less if nothing. */
  static int read(UnixChannel channel, ByteBuf into) throws IOException {
    Socket socket = of(channel);
    int n =
        into.hasMemoryAddress()
            ? socket.recvAddress(into.memoryAddress(), 0, into.capacity())
            : socket.recv(into.internalNioBuffer(0, into.capacity()), 0, into.capacity());
    into.writerIndex(Math.max(0, n));
    return n;
  }

  /**
   * Whether the socket is still connected to the client that it was accepted from.
   *
   * @param scratch direct, at least 24 bytes, cleared
   */
  static boolean hasPeer(EpollSocketChannel channel, ByteBuffer scratch) {
    InetSocketAddress client = channel.remoteAddress();
    byte[] address = client.getAddress().getAddress();
    try {
      ByteBuffer name = peerName(channel, scratch, SOCKADDR_IN);
      boolean wide = name.order(ByteOrder.nativeOrder()).getShort(0) != AF_INET;
      name.order(ByteOrder.BIG_ENDIAN);
      if (wide) {
        name = peerName(channel, scratch.clear(), SOCKADDR_IN6);
        if (address.length == 4 && (name.getLong(8) != 0 || name.getInt(16) != MAPPED)) {
          return false;
        }
      }
      int from = wide ? 24 - address.length : 4;
      boolean same = Short.toUnsignedInt(name.getShort(2)) == client.getPort();
      for (int i = 0; i < address.length; i++) {
        same &= name.get(from + i) == address[i];
      }
      return same;
    } catch (IOException e) {
      return false;
    }
  }

  private static ByteBuffer peerName(UnixChannel channel, ByteBuffer scratch, int length)
      throws IOException {
    ByteBuffer name = scratch.limit(length);
    of(channel).getRawOpt(SOL_SOCKET, SO_PEERNAME, name);
    return name.clear();
  }

  /** Sends what the kernel has kept back: to set this option, also again, does. */
  static void push(UnixChannel channel) {
    if (!channel.isOpen()) {
      return;
    }
    try {
      of(channel).setTcpNoDelay(true);
    } catch (IOException e) {
      LOG.debug("cannot send what was held: {}", e.getMessage());
    }
  }

  /** Ends both directions, for everybody who has a copy of the descriptor. */
  static void shutdown(UnixChannel channel) {
    try {
      of(channel).shutdown(true, true);
    } catch (IOException | NotYetConnectedException e) {
      LOG.debug("a connection had ended before it was shut down");
    }
  }

  /** Sends FIN behind what was written. False if the connection is gone. */
  static boolean shutdownOutput(UnixChannel channel) {
    try {
      of(channel).shutdown(false, true);
      return true;
    } catch (IOException | NotYetConnectedException e) {
      // The second is Netty's word for ENOTCONN, also where a connection is no more.
      return false;
    }
  }

  /**
   * Bytes that the kernel would take at once. The kernel counts whole buffers with their overhead;
   * half of what is left is safe for payload in one write.
   *
   * @param scratch direct, at least 36 bytes, cleared
   * @return 0 if it cannot be told
   */
  static int sendBufferFree(UnixChannel channel, ByteBuffer scratch) {
    try {
      ByteBuffer info = scratch.order(ByteOrder.nativeOrder()).limit(36);
      of(channel).getRawOpt(SOL_SOCKET, SO_MEMINFO, info);
      int free = scratch.getInt(4 * SK_MEMINFO_SNDBUF) - scratch.getInt(4 * SK_MEMINFO_WMEM_QUEUED);
      return Math.max(0, free / 2);
    } catch (IOException e) {
      LOG.debug("cannot read SO_MEMINFO: {}", e.getMessage());
      return 0;
    }
  }

  /**
   * Sets back what a receiver may have changed on the file description it shared with us (T18): all
   * that would hold up our loop or this response, and what the next receiver relies on. Each call
   * is paid for by every lease, so what only changes how fast bytes go is left as it is: sizes of
   * buffers, congestion control. A limit to the speed is not: it may be a byte a second, and the
   * counters tell of it. The times of probes are set by a hand-off for good, the time for
   * unacknowledged bytes by {@link #own} too.
   *
   * @param counts as they were taken of this socket
   * @param scratch direct, at least 16 bytes, cleared
   * @return false if the socket is not what it was
   */
  static boolean restore(UnixChannel channel, KernelCounts counts, ByteBuffer scratch) {
    Socket socket = of(channel);
    try {
      counts.probe().setNonBlocking(socket.intValue());
      socket.setSoLinger(-1);
      socket.setTcpNoDelay(true);
      socket.setIntOpt(IPPROTO_TCP, TCP_CORK, 0);
      socket.setIntOpt(SOL_SOCKET, SO_RCVLOWAT, 1);
      socket.setIntOpt(SOL_SOCKET, SO_KEEPALIVE, 1);
      if (counts.paced()) {
        socket.setIntOpt(SOL_SOCKET, SO_MAX_PACING_RATE, -1);
      }
      ByteBuffer none = scratch.putLong(0, 0).putLong(8, 0).limit(16);
      socket.setRawOpt(SOL_SOCKET, SO_RCVTIMEO, none);
      none.rewind().limit(16);
      socket.setRawOpt(SOL_SOCKET, SO_SNDTIMEO, none);
      return true;
    } catch (IOException e) {
      LOG.debug("cannot restore options of a socket: {}", e.getMessage());
      return false;
    }
  }

  /**
   * Before our own first bytes to a client whom a receiver has had: a client that reads slowly is
   * not to be reset because that receiver had no patience.
   */
  static void own(UnixChannel channel) {
    try {
      of(channel).setIntOpt(IPPROTO_TCP, TCP_USER_TIMEOUT, 0);
    } catch (IOException e) {
      LOG.debug("cannot set TCP_USER_TIMEOUT: {}", e.getMessage());
    }
  }
}
