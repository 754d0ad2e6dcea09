package org.sluice.receiver.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.sluice.receiver.HandOffListener;

/** The call boundary: whatever the application throws costs its own client only. */
public final class ListenerCall implements Consumer<Arrival> {
  private final Path path;
  private final Counts counts;
  private final HandOffListener listener;
  private final Set<Arrival> running = ConcurrentHashMap.newKeySet();

  /** Calls that listener. */
  public ListenerCall(Path path, Counts counts, HandOffListener listener) {
    this.path = path;
    this.counts = counts;
    this.listener = listener;
  }

  @Override
  public void accept(Arrival arrival) {
    running.add(arrival);
    boolean served = false;
    try {
      listener.handedOff(arrival);
      served = true;
    } catch (IOException e) {
      Log.debug("The listener of " + path + " gave a client up", e);
    } catch (Throwable e) {
      Log.warn("The listener of " + path + " failed", e);
    } finally {
      running.remove(arrival);
      if (!arrival.isAccepted()) {
        counts.failed.increment();
        arrival.decline();
      } else if (!served) {
        counts.failed.increment();
        arrival.client().abort();
      }
      arrival.over();
    }
  }

  /** Resets the clients of calls that still run. */
  public void abort() {
    running.forEach(arrival -> arrival.client().abort());
  }
}
