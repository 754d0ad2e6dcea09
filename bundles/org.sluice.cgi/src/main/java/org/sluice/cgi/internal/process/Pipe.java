package org.sluice.cgi.internal.process;

import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Our end of a pipe or socket on an event loop: never blocks, watched edge-triggered. An event is
 * only a hint to try again, as it may belong to a former owner of the descriptor's number. Used on
 * the loop.
 */
public final class Pipe implements EpollIoHandle {
  private final ProgramLoop loop;
  private final FileDescriptor descriptor;
  private final Runnable ready;
  private IoRegistration registration;
  private boolean open = true;

  /**
   * Takes over a descriptor that does not block.
   *
   * @param ready called on the loop when it may be worth to read or write again
   */
  public Pipe(ProgramLoop loop, FileDescriptor descriptor, Runnable ready) {
    this.loop = loop;
    this.descriptor = descriptor;
    this.ready = ready;
  }

  Pipe(ProgramLoop loop, int descriptor, Runnable ready) {
    this(loop, new FileDescriptor(descriptor), ready);
  }

  /** Begins to watch for input, or for room for output. */
  public void watch(boolean output) {
    if (!open) {
      return;
    }
    EpollIoOps interest = output ? EpollIoOps.EPOLLOUT : EpollIoOps.EPOLLIN;
    registration = loop.events().register(this).getNow();
    registration.submit(interest.with(EpollIoOps.EPOLLET));
  }

  /** Watches both directions of a socket. */
  public void watchBoth() {
    registration = loop.events().register(this).getNow();
    registration.submit(
        EpollIoOps.EPOLLIN
            .with(EpollIoOps.EPOLLOUT)
            .with(EpollIoOps.EPOLLRDHUP)
            .with(EpollIoOps.EPOLLET));
  }

  /**
   * Reads what is there.
   *
   * @return bytes, none (length 0) when there is nothing now, null at the end
   */
  public byte[] read() throws IOException {
    ByteBuffer scratch = loop.scratch();
    int n = descriptor.read(scratch, 0, scratch.capacity());
    if (n < 0) {
      return null;
    }
    byte[] bytes = new byte[n];
    scratch.get(0, bytes, 0, n);
    return bytes;
  }

  /**
   * Writes what fits of {@code from}, whose position moves.
   *
   * @throws IOException when nobody reads any more
   */
  public void write(ByteBuffer from) throws IOException {
    while (from.hasRemaining()) {
      ByteBuffer scratch = loop.scratch().clear();
      int n = Math.min(from.remaining(), scratch.capacity());
      scratch.put(0, from, from.position(), n);
      int done = descriptor.write(scratch, 0, n);
      from.position(from.position() + Math.max(0, done));
      if (done < n) {
        return;
      }
    }
  }

  /** Whether {@link #end} was not called yet. */
  public boolean isOpen() {
    return open;
  }

  /** Closes the descriptor, once. */
  public void end() {
    if (!open) {
      return;
    }
    open = false;
    try {
      descriptor.close();
    } catch (IOException e) {
      // Nothing was buffered, so nothing is lost.
    }
    if (registration != null) {
      // After closing, so that no call is spent on taking it out of the epoll set.
      registration.cancel();
    }
  }

  @Override
  public FileDescriptor fd() {
    return descriptor;
  }

  @Override
  public void handle(IoRegistration its, IoEvent event) {
    if (open) {
      ready.run();
    }
  }

  /** The loop ends. */
  @Override
  public void close() {
    end();
  }
}
