package org.sluice.junixsocket;

import java.io.IOException;

/** A system call on a descriptor failed; {@link #errno()} says why. */
public final class ErrnoException extends IOException {
  private static final long serialVersionUID = 1L;

  private final Errno errno;

  ErrnoException(Errno errno, String call, IOException cause) {
    super(call + ": " + (errno == Errno.OTHER ? "" : errno + ", ") + cause.getMessage(), cause);
    this.errno = errno;
  }

  /** The reason, never null. */
  public Errno errno() {
    return errno;
  }
}
