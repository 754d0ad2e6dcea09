package org.sluice.junixsocket;

import java.io.FileDescriptor;
import java.io.IOException;
import org.newsclub.net.unix.RawDescriptors;

/**
 * A second descriptor of a socket, for a thread that must not depend on when the first is closed.
 * Not inherited by children. Whoever holds it closes it, once.
 */
public final class Duplicate implements AutoCloseable {
  private final FileDescriptor own = new FileDescriptor();
  private final int number;

  /**
   * Duplicates the descriptor with that number.
   *
   * @throws IOException if it is not open or the descriptor table is full
   */
  public Duplicate(int socket) throws IOException {
    RawDescriptors.load();
    FileDescriptor named = new FileDescriptor();
    RawDescriptors.setNumber(named, socket);
    RawDescriptors.duplicate(named, own);
    number = RawDescriptors.number(own);
  }

  /** Its number. */
  public int number() {
    return number;
  }

  /** {@code close(2)} without a shutdown; again is nothing. */
  @Override
  public void close() throws IOException {
    if (own.valid()) {
      RawDescriptors.close(own);
    }
  }
}
