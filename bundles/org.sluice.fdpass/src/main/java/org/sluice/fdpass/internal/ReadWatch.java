package org.sluice.fdpass.internal;

import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;

/**
 * Waits until a receiver has read its message. Receivers that know no acknowledgement give one all
 * the same: the kernel tells when the message leaves the queue, and when the connection is closed
 * with the message still in it.
 *
 * <p>Registered edge-triggered; an event is only a hint to look ({@link LocalSocket#sign}), as it
 * may belong to a former owner of the descriptor's number. Most receivers close as soon as they
 * have read, so at first only that is listened to: room to write, which tells of the others, is
 * there from the beginning and would be an event for each hand-off.
 */
final class ReadWatch implements EpollIoHandle {
  private static final EpollIoOps CLOSED =
      EpollIoOps.EPOLLIN.with(EpollIoOps.EPOLLRDHUP).with(EpollIoOps.EPOLLET);

  private static final EpollIoOps CLOSED_OR_READ = CLOSED.with(EpollIoOps.EPOLLOUT);

  private static final int ONLY_ROOM_TO_WRITE = EpollIoOps.EPOLLOUT.value();

  private final LocalSocket local;
  private final Passing passing;
  private IoRegistration registration;

  /** Neighbours and deadline in the loop's list of watches, see {@link Lingering}. */
  ReadWatch before;

  ReadWatch after;
  long deadline;
  boolean linked;

  private boolean hearsAll;

  /** Whose message this is, once the client was given without a sign; else null. */
  private Receiver hoarder;

  private Lingering unread;

  ReadWatch(LocalSocket local, Passing passing) {
    this.local = local;
    this.passing = passing;
  }

  /**
   * Begins.
   *
   * @param writing whether a part of the message has still to be written
   */
  void start(IoRegistration newRegistration, boolean writing) {
    registration = newRegistration;
    hearsAll = writing;
    registration.submit(writing ? CLOSED_OR_READ : CLOSED);
  }

  /** It has not closed at once: an event at every room to write, and one for what was before. */
  void hearAll() {
    if (!hearsAll && registration != null && registration.isValid()) {
      hearsAll = true;
      registration.submit(CLOSED_OR_READ);
    }
  }

  @Override
  public FileDescriptor fd() {
    return local.socket();
  }

  /** An exception that got out of here would make the event loop pause for a second. */
  @Override
  public void handle(IoRegistration its, IoEvent event) {
    try {
      happened(event);
    } catch (RuntimeException e) {
      Transfer.LOG.error("the end of a hand-off failed; its time will end it", e);
    }
  }

  private void happened(IoEvent event) {
    boolean waitsOn = hoarder != null;
    boolean hangUp = ((EpollIoEvent) event).ops().value() != ONLY_ROOM_TO_WRITE;
    if (!waitsOn && (!linked || !passing.written())) {
      return;
    }
    LocalSocket.Sign sign;
    try {
      sign = local.sign(hangUp);
    } catch (IOException e) {
      // The kernel does not tell: time will.
      return;
    }
    if (sign == LocalSocket.Sign.NONE) {
      return;
    }
    if (waitsOn) {
      forget();
    } else {
      passing.signed(sign);
    }
  }

  /**
   * The client was given, and nobody knows whether its message was read: until it is, it counts.
   * Descriptors on their way are few for each user, and a receiver that reads nothing must not take
   * those of the others.
   */
  void outlive(Receiver receiver, Lingering lingering) {
    hoarder = receiver;
    unread = lingering;
    lingering.unread(this);
    hearAll();
  }

  /** The message was read, or will never be; or the bundle leaves. */
  void forget() {
    Receiver receiver = hoarder;
    if (receiver != null) {
      hoarder = null;
      unread.read(this);
      local.close();
      end();
      receiver.left();
    }
  }

  /** The time is over, or the bundle leaves. */
  void expired() {
    passing.signed(LocalSocket.Sign.NONE);
  }

  /** After the socket was closed, so that no call is spent on taking it out of the epoll set. */
  void end() {
    if (registration != null) {
      registration.cancel();
    }
  }

  @Override
  public void close() {
    // The loop ends. The process does too, and the kernel closes what is open.
  }
}
