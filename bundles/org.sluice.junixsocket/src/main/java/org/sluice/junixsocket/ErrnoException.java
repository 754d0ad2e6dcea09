package org.sluice.junixsocket;

import java.io.IOException;

/** A system call on a descriptor failed; {@link #errno()} says why. */
public final class ErrnoException extends IOException {
  private static final long serialVersionUID = 1L;

  private final Errno errno;
  private final boolean socketClosed;

  ErrnoException(Errno errno, String call, IOException cause) {
    this(errno, call, cause, false);
  }

  ErrnoException(Errno errno, String call, IOException cause, boolean socketClosed) {
    super(call + ": " + (errno == Errno.OTHER ? "" : errno + ", ") + cause.getMessage(), cause);
    this.errno = errno;
    this.socketClosed = socketClosed;
  }

  /** The reason, never null. */
  public Errno errno() {
    return errno;
  }

  /**
   * Whether the native library has closed the socket that the call was made on, as it does where
   * the peer is gone or a number was not open. The socket's number may be a stranger's by now: the
   * caller forgets it, and does not close it.
   */
  public boolean socketClosed() {
    return socketClosed;
  }
}
