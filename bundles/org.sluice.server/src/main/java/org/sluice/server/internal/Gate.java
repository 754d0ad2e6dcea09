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
 *
 * <p>Most clients have sent their request by the time that they are accepted. So a new connection
 * is read first, and epoll learns of it only if there is something left to wait for: one that is
 * answered and closed, or given away, in the same turn costs epoll nothing.
 */
final class Gate implements EpollIoHandle {
  /** Not among Netty's constants; epoll reports it unasked. */
  private static final int EPOLLHUP = 0x10;

  private static final int GONE = EpollIoOps.EPOLLERR.value() | EPOLLHUP;

  private static final EpollIoEvent ROOM = () -> EpollIoOps.EPOLLOUT;

  private static final EpollIoEvent INPUT = () -> EpollIoOps.EPOLLIN;

  /** Reads in a row before others get their turn. */
  private static final int MOST_READS = 16;

  private static final EpollIoOps READING = EpollIoOps.EPOLLIN.with(EpollIoOps.EPOLLRDHUP);

  private final EpollIoHandle channel;
  private final Runnable released;
  private HttpConnection owner;

  /** Whether data was announced once since the socket was taken, and epoll not told to be quiet. */
  private boolean spared;

  /** Set while epoll was told to keep quiet about data. */
  private IoRegistration silenced;

  /** What epoll was asked for last. */
  private EpollIoOps interest = EpollIoOps.NONE;

  private int noises;

  /** Whether epoll tells of changes only. */
  private boolean edge;

  /** What is not to reach epoll before somebody waits for something; null once it has. */
  private IoRegistration unarmed;

  /** Cancelled before epoll knew it; left to be done once the descriptor is closed. */
  private IoRegistration cancelled;

  /** Whether nothing may reach epoll yet, because the first read is still to come. */
  private boolean late;

  /**
   * A gate in front of {@code channel}.
   *
   * @param late whether epoll is to be told after {@link #first}
   * @param released called when the channel has left its loop
   */
  Gate(EpollIoHandle channel, boolean late, Runnable released) {
    this.channel = channel;
    this.late = late;
    this.released = released;
  }

  /** Reads what came with the connection. Once, after the registration. */
  void first() {
    IoRegistration its = unarmed;
    if (its != null) {
      channel.handle(its, INPUT);
      closed();
    }
    late = false;
    if (!owner.isTaken() || owner.isSending()) {
      arm();
    }
  }

  /** From here on epoll tells. Again is nothing. */
  void arm() {
    IoRegistration its = unarmed;
    unarmed = null;
    late = false;
    if (its != null && its.isValid()) {
      submit(its, interest);
    }
  }

  /** Takes the channel out; what epoll does not know costs no call, after the descriptor's end. */
  boolean cancel(IoRegistration registration) {
    if (unarmed == null) {
      return registration.cancel();
    }
    cancelled = unarmed;
    unarmed = null;
    return true;
  }

  /** The channel may have closed its descriptor. */
  void closed() {
    IoRegistration its = cancelled;
    if (its != null && !channel.fd().isOpen()) {
      cancelled = null;
      its.cancel();
    }
  }

  /** Whom to tell of resets; without an owner the channel gets everything. */
  void owner(HttpConnection newOwner) {
    owner = newOwner;
  }

  @Override
  public void handle(IoRegistration registration, IoEvent event) {
    int ops = ((EpollIoEvent) event).ops().value();
    if (owner != null && (ops & GONE) != 0 && !owner.isDown()) {
      noise(registration, ops & ~GONE);
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
    } else if (edge) {
      readAll(registration, event);
    } else {
      channel.handle(registration, event);
    }
  }

  /**
   * An error, or the end of both directions, of a connection that lives. Once: of a socket that had
   * this number before; it was given away, and its number taken by this one, while the event waited
   * in the batch that epoll had returned. What is true, epoll repeats. And if it does for ever,
   * somebody who shares the socket has shut it down while the client has not, or has left something
   * in its error queue (MSG_ZEROCOPY, SO_TIMESTAMPING), which is his to read: from then on epoll
   * reports changes only (T18).
   */
  private void noise(IoRegistration registration, int others) {
    noises++;
    if (!edge && noises > 1) {
      edge = true;
      silenced = registration;
      submit(registration, interest);
    } else if (edge && others != 0) {
      EpollIoOps ops = EpollIoOps.valueOf(others);
      EpollIoEvent event = () -> ops;
      if (owner.isTaken()) {
        taken(registration, others);
      } else {
        readAll(registration, event);
      }
    }
  }

  /** The channel reads once for each event, and of what is left there would be no other event. */
  private void readAll(IoRegistration registration, IoEvent event) {
    channel.handle(registration, event);
    for (int i = 0; i < MOST_READS && registration.isValid() && owner.hasInput(); i++) {
      channel.handle(registration, INPUT);
    }
    if (registration.isValid() && owner.hasInput()) {
      submit(registration, interest);
    }
  }

  /** A lease has ended: what disturbed it may be gone. */
  void renew() {
    edge = false;
    noises = 0;
  }

  /**
   * Whether the connection has something to report that nobody takes away: it should not live on.
   */
  boolean isNoisy() {
    return edge;
  }

  /** Tells epoll what is of interest. */
  long submit(IoRegistration registration, EpollIoOps ops) {
    interest = ops;
    if (late) {
      unarmed = registration;
      return ops.value();
    }
    unarmed = null;
    return registration.submit(edge ? ops.with(EpollIoOps.EPOLLET) : ops);
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
      submit(
          registration,
          owner.isSending() ? EpollIoOps.EPOLLOUT.with(EpollIoOps.EPOLLERR) : EpollIoOps.EPOLLERR);
    }
    if ((ops & EpollIoOps.EPOLLOUT.value()) != 0) {
      channel.handle(registration, ROOM);
    }
  }

  /** The connection is read from again. */
  void listen() {
    arm();
    IoRegistration its = silenced;
    silenced = null;
    spared = false;
    if (its != null && its.isValid()) {
      submit(its, READING);
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
