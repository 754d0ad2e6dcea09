package org.sluice.junixsocket;

import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import org.newsclub.net.unix.NotConnectedSocketException;

/**
 * Sends bytes and descriptors over an AF_UNIX socket that is known by its number only. For a socket
 * that lives on after its peer has gone, such as one of an event loop, see {@link PacketSocket}.
 *
 * <p>Numbers stay the caller's, with one exception, which {@link ErrnoException#socketClosed()}
 * tells: the native library closes the socket that it sends on when the peer is gone. Otherwise
 * nothing here closes, shuts down, duplicates, or changes the mode of a descriptor that was passed
 * in. All methods may be called from any thread and do not block if the socket is non-blocking. A
 * number must stay open during the call.
 */
public final class FdSender {
  /** The most descriptors that Linux takes in one message (SCM_MAX_FD). */
  public static final int MAX_DESCRIPTORS = 253;

  private static final int[] NO_DESCRIPTORS = {};

  private FdSender() {}

  /**
   * Sends a message without descriptors, as {@link #send(int, ByteBuffer, int...)}.
   *
   * @see #send(int, ByteBuffer, int...)
   */
  public static int send(int socket, ByteBuffer data) throws IOException {
    return send(socket, data, NO_DESCRIPTORS);
  }

  /**
   * Sends one message: one {@code sendmsg(2)} with the descriptors as SCM_RIGHTS beside the first
   * byte.
   *
   * <p>On a SEQPACKET or DGRAM socket the message is taken whole or not at all. On a STREAM socket
   * part of the bytes may be taken; the descriptors went with the first of them, so the rest is
   * sent without.
   *
   * @param socket number of a connected, non-blocking AF_UNIX socket
   * @param data at least one byte between position and limit; the position moves by the number of
   *     bytes taken. Direct buffers are sent as they are, others are copied
   * @param descriptors numbers to pass, at most {@value #MAX_DESCRIPTORS}; the array is not kept
   * @return number of bytes taken by the kernel, or 0 if it has no room now: nothing was sent,
   *     neither bytes nor descriptors, and the same call may be made again when the socket is
   *     writable
   * @throws ErrnoException if the kernel refused the message; nothing was sent. The socket may be
   *     closed then: see {@link ErrnoException#socketClosed()}
   * @throws IllegalArgumentException if {@code data} is empty, a number negative, or there are too
   *     many descriptors
   */
  public static int send(int socket, ByteBuffer data, int... descriptors) throws IOException {
    int length = check(socket, data, descriptors);
    SendLane lane = SendLane.take();
    try {
      int sent = lane.send(socket, data, length, descriptors);
      data.position(data.position() + sent);
      return sent;
    } catch (SocketException e) {
      throw new ErrnoException(errno(e), "sendmsg", e, lane.hasClosed());
    } finally {
      lane.giveBack();
    }
  }

  private static Errno errno(SocketException e) {
    return e instanceof NotConnectedSocketException ? Errno.ENOTCONN : Errno.of(e.getMessage());
  }

  private static int check(int socket, ByteBuffer data, int[] descriptors) {
    if (socket < 0) {
      throw new IllegalArgumentException("socket " + socket + ": a descriptor number is 0 or more");
    }
    if (descriptors.length > MAX_DESCRIPTORS) {
      throw new IllegalArgumentException(
          descriptors.length + " descriptors: at most " + MAX_DESCRIPTORS + " in a message");
    }
    for (int descriptor : descriptors) {
      if (descriptor < 0) {
        throw new IllegalArgumentException(
            "descriptor " + descriptor + ": a descriptor number is 0 or more");
      }
    }
    int length = data.remaining();
    if (length == 0) {
      throw new IllegalArgumentException("a message has at least one byte");
    }
    return length;
  }
}
