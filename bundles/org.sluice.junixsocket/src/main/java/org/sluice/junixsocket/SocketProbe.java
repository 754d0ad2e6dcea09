package org.sluice.junixsocket;

import java.io.FileDescriptor;
import java.io.IOException;
import org.newsclub.net.unix.RawDescriptors;

/**
 * Questions to a socket that is known by its number only, and belongs to somebody else. Keeps one
 * object for the number, so that a call allocates nothing: one probe for each thread.
 */
public final class SocketProbe {
  private final FileDescriptor named = new FileDescriptor();

  /** A probe for one thread. Loads the native library. */
  public SocketProbe() {
    RawDescriptors.load();
  }

  /**
   * Bytes that wait in the socket's receive queue (FIONREAD). On TCP an end of file behind them is
   * not counted.
   *
   * @param socket number of an open socket
   * @throws IOException if the number is no open socket
   */
  public int waiting(int socket) throws IOException {
    RawDescriptors.setNumber(named, socket);
    return RawDescriptors.available(named);
  }

  /**
   * Sets O_NONBLOCK on the open file description, for everybody who shares it. One system call when
   * it is set already.
   *
   * @param socket number of an open socket
   * @throws IOException if the number is not open
   */
  public void setNonBlocking(int socket) throws IOException {
    RawDescriptors.setNumber(named, socket);
    RawDescriptors.setNonBlocking(named);
  }
}
