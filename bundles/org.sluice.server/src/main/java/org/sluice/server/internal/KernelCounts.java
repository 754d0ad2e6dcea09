package org.sluice.server.internal;

import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.sluice.junixsocket.SocketProbe;

/**
 * The kernel's own account of a TCP connection: how many bytes were written to and read from it, by
 * whomever. A lease trusts this and nothing else (T18).
 *
 * <p>Written: sent for the first time, or waiting to be. Read: received and not in the queue any
 * more. Both are exact, whatever is retransmitted, and go on counting for every process that shares
 * the socket. Costs one to three system calls of 0.2 microseconds. One for each event loop.
 */
final class KernelCounts {
  // struct tcp_info of linux/tcp.h; the fields were added at its end, the last of ours in 4.19.
  private static final int IPPROTO_TCP = 6;
  private static final int TCP_INFO = 11;
  private static final int STATE = 0;
  private static final int MOST_PACE = 112;
  private static final int BYTES_ACKNOWLEDGED = 120;
  private static final int BYTES_RECEIVED = 128;
  private static final int NOT_SENT = 144;
  private static final int BYTES_SENT = 200;
  private static final int BYTES_RETRANSMITTED = 208;
  private static final int LENGTH = 216;

  /** Linux's number of the state in which both sides may send. */
  static final int ESTABLISHED = 1;

  /** The client has ended its side. */
  static final int CLOSE_WAIT = 8;

  /** The connection is no more: reset, or ended by both sides long ago. */
  static final int CLOSED = 7;

  /** A number that no kernel sets; where it stays the kernel is older than the counter. */
  private static final long UNSET = -0x5AFEC0DEL;

  /**
   * A client that sends in the very moment costs one more look; this many in a row are no accident.
   */
  private static final int TRIES = 100;

  private final ByteBuffer info = ByteBuffer.allocateDirect(LENGTH).order(ByteOrder.nativeOrder());
  private final SocketProbe probe = new SocketProbe();
  private int state;
  private boolean paced;
  private int waiting;
  private long written;
  private long read;

  /**
   * Reads the counters.
   *
   * @return false if the kernel does not count or the connection is no more
   */
  boolean take(Socket socket) {
    try {
      int number = socket.intValue();
      waiting = probe.waiting(number);
      for (int i = 0; i < TRIES; i++) {
        if (!count(socket)) {
          return false;
        }
        int after = probe.waiting(number);
        if (after == waiting) {
          read -= waiting;
          return true;
        }
        // Bytes came between the two calls: neither belongs to the other.
        waiting = after;
      }
      return false;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Reads what was written, and the state; {@link #read} means nothing afterwards.
   *
   * @return as {@link #take}
   */
  boolean takeWritten(Socket socket) {
    try {
      return count(socket);
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * As {@link #take}, for somebody who knows what to expect. What arrives between the two calls can
   * only make less of what was read, never more, so one question about the queue is enough where
   * the answer is the expected one; and none where nothing has come that anybody could have read.
   *
   * @param least bytes that were read for certain
   * @param expected bytes that should have been
   */
  boolean takeExpecting(Socket socket, long least, long expected) {
    try {
      if (!count(socket)) {
        return false;
      }
      waiting = 0;
      if (read == least) {
        return true;
      }
      waiting = probe.waiting(socket.intValue());
      read -= waiting;
      return read == expected || take(socket);
    } catch (IOException e) {
      return false;
    }
  }

  private boolean count(Socket socket) throws IOException {
    info.clear();
    info.putLong(BYTES_SENT, UNSET);
    info.putLong(BYTES_RETRANSMITTED, UNSET);
    socket.getRawOpt(IPPROTO_TCP, TCP_INFO, info);
    long sent = info.getLong(BYTES_SENT);
    long again = info.getLong(BYTES_RETRANSMITTED);
    if (sent == UNSET || again == UNSET) {
      return false;
    }
    state = info.get(STATE);
    paced = info.getLong(MOST_PACE) != -1;
    written = sent - again + Integer.toUnsignedLong(info.getInt(NOT_SENT));
    read = info.getLong(BYTES_RECEIVED);
    if (state == CLOSE_WAIT) {
      // The client's FIN takes a number like a byte.
      read--;
    }
    return true;
  }

  /**
   * Bytes that the client has acknowledged, give or take those of the handshake: a number to
   * compare with itself.
   *
   * @return 0 if the kernel does not tell
   */
  long acknowledged(Socket socket) {
    try {
      info.clear();
      info.putLong(BYTES_ACKNOWLEDGED, 0);
      socket.getRawOpt(IPPROTO_TCP, TCP_INFO, info);
      return info.getLong(BYTES_ACKNOWLEDGED);
    } catch (IOException e) {
      return 0;
    }
  }

  /** State of the connection at the last {@link #take}. */
  int state() {
    return state;
  }

  /** Whether somebody has set a limit to how fast bytes go (SO_MAX_PACING_RATE). */
  boolean paced() {
    return paced;
  }

  /** Bytes that were received and not read by anybody. */
  int waiting() {
    return waiting;
  }

  /** Bytes written to the connection since it was made. */
  long written() {
    return written;
  }

  /** Bytes read from the connection since it was made. */
  long read() {
    return read;
  }

  /** What else this loop's thread asks of sockets. */
  SocketProbe probe() {
    return probe;
  }
}
