package org.sluice.fdpass.internal;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The receivers of one target, and the lines of exchanges that wait because those they may go to
 * are busy. Any thread.
 */
final class Pool {
  private final AtomicInteger turn = new AtomicInteger();
  private final Line line = new Line(this::room);
  private final Map<Receiver, Line> lines = new ConcurrentHashMap<>();
  private volatile List<Receiver> receivers;

  Pool(List<Receiver> receivers) {
    this.receivers = List.copyOf(receivers);
    receivers.forEach(receiver -> receiver.joined(this));
  }

  /** The receivers now. */
  List<Receiver> receivers() {
    return receivers;
  }

  /** Other receivers, of a watched folder. Who waits looks again. */
  void replace(List<Receiver> now) {
    List<Receiver> before = receivers;
    receivers = List.copyOf(now);
    for (Receiver receiver : now) {
      if (!before.contains(receiver)) {
        receiver.joined(this);
      }
    }
    for (Receiver receiver : before) {
      if (!now.contains(receiver)) {
        receiver.left(this);
      }
    }
    lines.keySet().removeIf(receiver -> !now.contains(receiver) && lines.get(receiver).isEmpty());
    wake();
  }

  /**
   * The best receiver not in {@code excluded}: rather one that neither pauses nor is in {@code
   * avoided}, then the one with the fewest hand-offs in flight, then in turn.
   *
   * @return null if none is left
   */
  Receiver choose(Collection<Receiver> excluded, Collection<Receiver> avoided) {
    List<Receiver> all = receivers;
    int n = all.size();
    if (n == 1) {
      Receiver only = all.get(0);
      return excluded.contains(only) || only.isDrained() ? null : only;
    }
    int first = n == 0 ? 0 : Math.floorMod(turn.getAndIncrement(), n);
    Receiver best = null;
    long bestCost = Long.MAX_VALUE;
    for (int i = 0; i < n; i++) {
      Receiver receiver = all.get((first + i) % n);
      if (!excluded.contains(receiver) && !receiver.isDrained()) {
        boolean poor = avoided.contains(receiver) || receiver.pauses();
        long cost = receiver.inFlight() + (poor ? 1L << 32 : 0);
        if (cost < bestCost) {
          best = receiver;
          bestCost = cost;
        }
      }
    }
    return best;
  }

  /**
   * The receiver that a key belongs to, among those not excluded: the one with the highest weight
   * of (key, receiver), so that only the keys of a receiver that comes or goes move.
   *
   * @return null if none is left
   */
  Receiver choose(long key, Collection<Receiver> excluded) {
    Receiver best = null;
    long bestWeight = 0;
    for (Receiver receiver : receivers) {
      if (excluded.contains(receiver) || receiver.isDrained()) {
        continue;
      }
      long weight = mix(key ^ receiver.seed);
      if (best == null || Long.compareUnsigned(weight, bestWeight) > 0) {
        best = receiver;
        bestWeight = weight;
      }
    }
    return best;
  }

  /** The finalizer of SplitMix64: every bit of the key reaches every bit of the weight. */
  static long mix(long value) {
    long z = value + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  /** Where those wait who may go to any receiver. */
  Line line() {
    return line;
  }

  /** Where those wait who may go to that receiver only. */
  Line line(Receiver receiver) {
    Line own = lines.get(receiver);
    return own != null ? own : lines.computeIfAbsent(receiver, key -> new Line(key::mayTake));
  }

  /** How many its receivers may take now; 0 if none, and one will say so when that changes. */
  private int room() {
    List<Receiver> now = receivers;
    int sum = now.isEmpty() ? 1 : 0;
    for (Receiver receiver : now) {
      sum += receiver.mayTake();
    }
    return sum;
  }

  /** The lines of those who may go to that receiver. */
  void lines(Receiver receiver, List<Line> to) {
    to.add(line);
    Line own = lines.get(receiver);
    if (own != null) {
      to.add(own);
    }
  }

  /** A receiver may have room. */
  void wake() {
    line.wake();
    if (!lines.isEmpty()) {
      lines.values().forEach(Line::wake);
    }
  }

  int waiting() {
    int sum = line.length();
    for (Line own : lines.values()) {
      sum += own.length();
    }
    return sum;
  }

  /** Everybody who waits. */
  List<Line.Place> everybody() {
    List<Line.Place> all = line.everybody();
    lines.values().forEach(own -> all.addAll(own.everybody()));
    return all;
  }
}
