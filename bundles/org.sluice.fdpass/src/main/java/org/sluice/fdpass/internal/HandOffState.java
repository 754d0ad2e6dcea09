package org.sluice.fdpass.internal;

import io.netty.channel.IoEventLoop;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/**
 * What the parts of this bundle share: receivers, counts, and what is under way on each event loop.
 * Grows with the configuration, not with traffic.
 */
@Component(service = HandOffState.class, immediate = true)
public final class HandOffState {
  private final Map<String, Receiver> receivers = new ConcurrentHashMap<>();
  private final Map<String, Pool> pools = new ConcurrentHashMap<>();
  private final Map<String, Map<String, Tally>> tallies = new ConcurrentHashMap<>();
  private final Map<IoEventLoop, Lingering> loops = new ConcurrentHashMap<>();

  /**
   * The receivers of a target.
   *
   * @param rest what follows the scheme
   * @throws IllegalArgumentException if it names no usable sockets
   */
  Pool pool(String rest) {
    Pool pool = pools.get(rest);
    return pool != null ? pool : pools.computeIfAbsent(rest, this::makePool);
  }

  private Pool makePool(String rest) {
    List<Receiver> members = new ArrayList<>();
    for (String path : FdTarget.parse(rest)) {
      members.add(receivers.computeIfAbsent(path, Receiver::new));
    }
    return new Pool(members);
  }

  Tally tally(String route, String dialect) {
    Map<String, Tally> ofRoute = tallies.get(route);
    if (ofRoute == null) {
      ofRoute = tallies.computeIfAbsent(route, name -> new ConcurrentHashMap<>());
    }
    Tally tally = ofRoute.get(dialect);
    return tally != null ? tally : ofRoute.computeIfAbsent(dialect, name -> new Tally(route, name));
  }

  Lingering loop(IoEventLoop loop) {
    Lingering lingering = loops.get(loop);
    return lingering != null ? lingering : loops.computeIfAbsent(loop, Lingering::new);
  }

  Collection<Receiver> receivers() {
    return receivers.values();
  }

  /** Exchanges that wait, over all targets. */
  int waiting() {
    return pools.values().stream().mapToInt(Pool::waiting).sum();
  }

  Collection<Map<String, Tally>> tallies() {
    return tallies.values();
  }

  /** Core has drained this bundle's handler: whatever is left was given too little time. */
  @Deactivate
  void close() {
    for (Pool pool : pools.values()) {
      pool.everybody().forEach(Waiting::handlerLeaves);
    }
    loops.values().forEach(Lingering::endAll);
    loops.clear();
  }
}
