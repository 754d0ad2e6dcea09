package org.sluice.receiver.internal;

import java.io.FileDescriptor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.newsclub.net.unix.DescriptorSockets;
import org.sluice.receiver.HandedKey;

/** The clients of a selector: arrivals come in a queue, and all that are waited for in one poll. */
public final class Selection implements Consumer<Arrival> {
  private final Counts counts;
  private final Queue<Arrival> arrivals = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean woken = new AtomicBoolean();
  private final FileDescriptor[] bell;

  // Of the selecting thread, or with this object's lock.
  private final List<Selected> keys = new ArrayList<>();
  private final ByteBuffer ding = ByteBuffer.allocateDirect(16);
  private boolean closed;

  /** Makes one without clients. */
  public Selection(Counts counts) throws IOException {
    this.counts = counts;
    this.bell = DescriptorSockets.pair();
  }

  /** A client has come. On a thread of the receiver. */
  @Override
  public void accept(Arrival arrival) {
    arrivals.add(arrival);
    wakeup();
  }

  /** Ends the wait; only the first call since then costs anything. */
  public void wakeup() {
    if (woken.compareAndSet(false, true)) {
      ring();
    }
  }

  private void ring() {
    try {
      synchronized (bell) {
        if (bell[1].valid()) {
          DescriptorSockets.write(bell[1], ByteBuffer.allocateDirect(1));
        }
      }
    } catch (IOException e) {
      Log.debug("A selector was not woken", e);
    }
  }

  /** See {@link org.sluice.receiver.ReceiverSelector#select}. */
  public synchronized List<HandedKey> select(Duration timeout) throws IOException {
    List<HandedKey> found = new ArrayList<>();
    sweep(found);
    arrived(found);
    List<Selected> polled = new ArrayList<>();
    polled.add(null);
    for (Selected key : keys) {
      if (key.interest != 0) {
        polled.add(key);
      }
    }
    int millis = found.isEmpty() ? (int) Math.min(timeout.toMillis(), Integer.MAX_VALUE) : 0;
    poll(polled, millis, found);
    silence();
    arrived(found);
    return found;
  }

  /** Forgets those that have ended, and declines those that nobody wanted. */
  private void sweep(List<HandedKey> found) {
    if (closed) {
      throw new ClosedSelectorException();
    }
    keys.removeIf(
        key -> {
          key.ready = 0;
          if (!key.arrival.isAccepted()) {
            decline(key.arrival);
            return true;
          }
          key.fresh = false;
          if (key.arrival.client().isGone()) {
            found.add(key);
          }
          return !key.arrival.client().isOpen();
        });
  }

  private void decline(Arrival arrival) {
    counts.failed.increment();
    arrival.decline();
    arrival.over();
  }

  private void arrived(List<HandedKey> found) {
    for (Arrival next = arrivals.poll(); next != null; next = arrivals.poll()) {
      Selected key = new Selected(next);
      keys.add(key);
      found.add(key);
    }
  }

  private void poll(List<Selected> polled, int millis, List<HandedKey> found) throws IOException {
    int n = polled.size();
    FileDescriptor[] sockets = new FileDescriptor[n];
    int[] operations = new int[n];
    int[] ready = new int[n];
    sockets[0] = bell[0];
    operations[0] = SelectionKey.OP_READ;
    for (int i = 1; i < n; i++) {
      sockets[i] = polled.get(i).arrival.client().descriptor();
      operations[i] = polled.get(i).interest;
    }
    if (DescriptorSockets.poll(sockets, operations, ready, millis) <= 0) {
      return;
    }
    for (int i = 1; i < n; i++) {
      int met = ready[i] & operations[i];
      if (ready[i] != 0) {
        Selected key = polled.get(i);
        key.ready = met == 0 ? operations[i] : met;
        found.add(key);
      }
    }
  }

  private void silence() throws IOException {
    if (woken.get()) {
      // First empty, then allow the next ring: one that comes between is not lost.
      while (DescriptorSockets.poll(bell[0], SelectionKey.OP_READ, 0)
          && DescriptorSockets.read(bell[0], ding.clear()) > 0) {
        // Until it is still.
      }
      woken.set(false);
    }
  }

  /** Declines those that were not taken; those that were are the application's. */
  public void close() throws IOException {
    wakeup();
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      arrivals.forEach(this::decline);
      arrivals.clear();
      for (Selected key : keys) {
        if (!key.arrival.isAccepted()) {
          decline(key.arrival);
        }
      }
      keys.clear();
      synchronized (bell) {
        DescriptorSockets.close(bell[0]);
        DescriptorSockets.close(bell[1]);
      }
    }
  }
}
