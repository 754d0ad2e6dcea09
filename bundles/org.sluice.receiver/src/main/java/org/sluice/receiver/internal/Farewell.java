package org.sluice.receiver.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.sluice.receiver.ReceiverOptions;

/**
 * The lingering close of finished connections: discards what clients still send until they close
 * their side, within limits. One thread looks at all of them every few milliseconds, which costs
 * one read a connection and is cheaper than a selector, because most clients close at once.
 */
final class Farewell implements AutoCloseable {
  private static final int LOOK_MILLIS = 10;
  private static final long IDLE_MILLIS = 30_000;

  private static final ThreadLocal<ByteBuffer> BUFFERS =
      ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(16 * 1024));

  private final String threadName;
  private final long nanos;
  private final int most;
  private final Queue<Guest> waiting = new ArrayDeque<>();
  private Thread thread;
  private boolean closing;

  Farewell(String threadName, ReceiverOptions options) {
    this.threadName = threadName;
    this.nanos = options.finishTimeout().toNanos();
    this.most = options.finishDiscard();
  }

  /** Takes over a connection whose writing side has ended. */
  void add(OwnedSocket socket) {
    Guest guest = new Guest(socket, System.nanoTime() + nanos, most);
    if (guest.isGone()) {
      socket.release();
      return;
    }
    synchronized (this) {
      waiting.add(guest);
      if (thread == null) {
        thread = new Thread(this::run, threadName);
        thread.setDaemon(true);
        thread.start();
      }
      notifyAll();
    }
  }

  /** Waits until the last connection is gone; each has its own limit. */
  @Override
  public void close() throws InterruptedException {
    Thread running;
    synchronized (this) {
      closing = true;
      notifyAll();
      running = thread;
    }
    if (running != null) {
      running.join();
    }
  }

  private void run() {
    List<Guest> guests = new ArrayList<>();
    while (next(guests)) {
      guests.removeIf(
          guest -> {
            boolean gone = guest.isGone();
            if (gone) {
              guest.socket.release();
            }
            return gone;
          });
    }
  }

  /** Waits for the next look; false when the thread may end. */
  private synchronized boolean next(List<Guest> guests) {
    try {
      if (!guests.isEmpty()) {
        TimeUnit.MILLISECONDS.timedWait(this, LOOK_MILLIS);
      } else if (waiting.isEmpty() && !closing) {
        TimeUnit.MILLISECONDS.timedWait(this, IDLE_MILLIS);
      }
    } catch (InterruptedException e) {
      // Nobody interrupts this thread; if somebody does, looking once more is right.
      closing = true;
    }
    guests.addAll(waiting);
    waiting.clear();
    if (guests.isEmpty()) {
      thread = null;
      return false;
    }
    return true;
  }

  /** A connection that waits for its client to close. */
  private static final class Guest {
    final OwnedSocket socket;
    private final long deadline;
    private long left;

    Guest(OwnedSocket socket, long deadline, long left) {
      this.socket = socket;
      this.deadline = deadline;
      this.left = left;
    }

    /** Discards what is there; true when the client is gone or a limit is reached. */
    boolean isGone() {
      ByteBuffer buffer = BUFFERS.get();
      try {
        int count;
        while ((count = socket.discard(buffer)) > 0) {
          left -= count;
          if (left < 0) {
            return true;
          }
        }
        return count < 0 || System.nanoTime() - deadline >= 0;
      } catch (IOException e) {
        return true;
      }
    }
  }
}
