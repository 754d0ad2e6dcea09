package org.sluice.junixsocket;

import java.util.Locale;

/**
 * The reasons for which the kernel refuses to send a message with descriptors, by their names in
 * {@code errno(3)}.
 */
public enum Errno {
  /** The peer has closed the connection. */
  EPIPE("broken pipe"),
  /** The peer closed the connection while it still had unread messages. */
  ECONNRESET("connection reset by peer"),
  /** The socket was never connected. */
  ENOTCONN("transport endpoint is not connected"),
  /** Nobody is listening (datagram sockets). */
  ECONNREFUSED("connection refused"),
  /** More descriptors in flight than this user may have (RLIMIT_NOFILE): wait and try again. */
  ETOOMANYREFS("too many references: cannot splice"),
  /** The message exceeds what the socket's send buffer takes in one packet. */
  EMSGSIZE("message too long"),
  /** The peer does not accept descriptors, or a security policy forbids it. */
  EPERM("operation not permitted"),
  /** A security policy or the mode of the peer's socket forbids it. */
  EACCES("permission denied"),
  /** The socket's number, or one of the numbers to pass, is not open. */
  EBADF("bad file descriptor"),
  /** The number is no socket. */
  ENOTSOCK("socket operation on non-socket"),
  /** More than 253 descriptors in one message, or a kind of socket that passes none. */
  EINVAL("invalid argument"),
  /** The descriptor table of this process is full. */
  EMFILE("too many open files"),
  /** Anything else; see the message of the exception. */
  OTHER("");

  private final String text;

  Errno(String text) {
    this.text = text;
  }

  /** The library reports the text of {@code strerror(3)} only. */
  static Errno of(String message) {
    String lower = message == null ? "" : message.toLowerCase(Locale.ROOT);
    for (Errno errno : values()) {
      if (errno.text.equals(lower)) {
        return errno;
      }
    }
    return OTHER;
  }
}
