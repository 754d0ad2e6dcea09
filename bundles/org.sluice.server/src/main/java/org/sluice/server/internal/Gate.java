package org.sluice.server.internal;

import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;

/**
 * Stands between epoll and a client's channel and tells a reset apart from data.
 *
 * <p>Netty learns of a reset only by reading or writing, and reports it by closing the channel. A
 * connection whose request is being answered, or whose socket is on its way to a receiver, is not
 * read from; epoll would report its reset for ever, and the loop would spin. So this handle keeps
 * EPOLLERR and EPOLLHUP from the channel and tells the connection, which decides. Of a socket that
 * was taken the channel hears only that there is room to write.
 */
final class Gate implements EpollIoHandle {
  /** Not among Netty's constants; epoll reports it unasked. */
  private static final int EPOLLHUP = 0x10;

  private static final int GONE = EpollIoOps.EPOLLERR.value() | EPOLLHUP;

  private static final EpollIoEvent ROOM = () -> EpollIoOps.EPOLLOUT;

  private static final EpollIoOps READING = EpollIoOps.EPOLLIN.with(EpollIoOps.EPOLLRDHUP);

  private final EpollIoHandle channel;
  private final Runnable released;
  private HttpConnection owner;

  /** Whether data was announced once since the socket was taken, and epoll not told to be quiet. */
  private boolean spared;

  /** Set while epoll was told to keep quiet about data. */
  private IoRegistration silenced;

  /**
   * A gate in front of {@code channel}.
   *
   * @param released called when the channel has left its loop
   */
  Gate(EpollIoHandle channel, Runnable released) {
    this.channel = channel;
    this.released = released;
  }

  /** Whom to tell of resets; without an owner the channel gets everything. */
  void owner(HttpConnection newOwner) {
    owner = newOwner;
  }

  @Override
  public void handle(IoRegistration registration, IoEvent event) {
    int ops = ((EpollIoEvent) event).ops().value();
    if (owner != null && (ops & GONE) != 0 && !owner.isDown()) {
      // Of a socket that had this number before: it was given away, and its number taken by this
      // one,
      // while the event waited in the batch that epoll had returned. What is true, epoll repeats.
      return;
    }
    if (owner != null
        && (ops & GONE) != 0
        && owner.hungUp((ops & EpollIoOps.EPOLLERR.value()) != 0)) {
      if (registration.isValid()) {
        // The descriptor stays open, as its owner wishes, but epoll must not report it again.
        registration.submit(EpollIoOps.NONE);
      }
      return;
    }
    if (owner != null && owner.isTaken()) {
      taken(registration, ops);
      return;
    }
    channel.handle(registration, event);
  }

  /**
   * Of a taken socket only the room for a preamble matters. Whoever shares it may have made it
   * blocking, and taken the bytes that are announced: even a read of no bytes could hold the loop.
   */
  private void taken(IoRegistration registration, int ops) {
    boolean data = (ops & ~EpollIoOps.EPOLLOUT.value()) != 0;
    if (data && !spared) {
      // A client that asks on as soon as it is answered is mostly read from again before epoll says
      // so once more: two system calls less for each short lease.
      spared = true;
    } else if (data) {
      silenced = registration;
      // Never none: Netty would take the descriptor out of the set, and could not change it later.
      registration.submit(
          owner.isSending() ? EpollIoOps.EPOLLOUT.with(EpollIoOps.EPOLLERR) : EpollIoOps.EPOLLERR);
    }
    if ((ops & EpollIoOps.EPOLLOUT.value()) != 0) {
      channel.handle(registration, ROOM);
    }
  }

  /** The connection is read from again. */
  void listen() {
    IoRegistration its = silenced;
    silenced = null;
    spared = false;
    if (its != null && its.isValid()) {
      its.submit(READING);
    }
  }

  @Override
  public FileDescriptor fd() {
    return channel.fd();
  }

  @Override
  public void registered() {
    channel.registered();
  }

  @Override
  public void unregistered() {
    released.run();
    channel.unregistered();
  }

  @Override
  public void close() throws Exception {
    channel.close();
  }
}
