package org.sluice.fdpass.internal;

import io.netty.channel.IoEventLoop;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.sluice.handoff.api.CompletionListener;

/**
 * What the parts of this bundle share: receivers, counts, and what is under way on each event loop.
 * Grows with the configuration, not with traffic.
 */
@Component(service = HandOffState.class, immediate = true)
public final class HandOffState {
  /** Sockets of applications whose state is kept; of more, each hand-off begins anew. */
  private static final int MOST_NAMED = 1_000;

  private final Map<String, Receiver> receivers = new ConcurrentHashMap<>();
  private final Map<String, Pool> pools = new ConcurrentHashMap<>();
  private final Map<String, Pool> named = new ConcurrentHashMap<>();
  private final Map<String, Map<String, Tally>> tallies = new ConcurrentHashMap<>();
  private final Map<IoEventLoop, Lingering> loops = new ConcurrentHashMap<>();
  private final Memos memos;
  private final Completions completions;
  private final Folders folders = new Folders(this::receiver, this::forget);
  private final AtomicInteger unacknowledged = new AtomicInteger();
  private final int mostUnacknowledged = OpenFiles.limit() / 4;
  private volatile boolean leaving;

  /** How long short leases may take to end by themselves when the front or its bundle stops. */
  volatile long graceNanos = TimeUnit.SECONDS.toNanos(1);

  /** Called by the component runtime. */
  @Activate
  public HandOffState(BundleContext context) {
    this(
        "check".equals(context.getProperty("sluice.mode"))
            ? Memos.unkept()
            : Memos.open(Path.of("run")));
  }

  HandOffState(Memos memos) {
    this.memos = memos;
    completions = new Completions(memos);
  }

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bindListener(CompletionListener listener) {
    completions.listener(listener);
  }

  void unbindListener(CompletionListener listener) {
    if (completions.listener() == listener) {
      completions.listener(null);
    }
  }

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
    List<String> paths = FdTarget.parse(rest);
    if (folders.isFolder(paths)) {
      return folders.pool(paths);
    }
    List<Receiver> members = new ArrayList<>();
    for (String path : paths) {
      members.add(receiver(path));
    }
    return new Pool(members);
  }

  /** The receiver at a path that an application named; remembered as long as there are not many. */
  Pool named(String path) {
    Pool known = named.get(path);
    if (known != null) {
      return known;
    }
    if (named.size() >= MOST_NAMED) {
      return new Pool(List.of(new Receiver(path)));
    }
    return named.computeIfAbsent(path, key -> new Pool(List.of(receiver(key))));
  }

  private void forget(Receiver receiver) {
    receivers.remove(receiver.path, receiver);
  }

  private Receiver receiver(String path) {
    return receivers.computeIfAbsent(path, Receiver::new);
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

  /** One more client is to be passed and not acknowledged; false if there are too many. */
  boolean sending() {
    if (unacknowledged.incrementAndGet() > mostUnacknowledged) {
      unacknowledged.decrementAndGet();
      return false;
    }
    return true;
  }

  /** One less; whether there were as many as there may be. */
  boolean settled() {
    return unacknowledged.getAndDecrement() >= mostUnacknowledged;
  }

  int unacknowledged() {
    return unacknowledged.get();
  }

  Memos memos() {
    return memos;
  }

  Completions completions() {
    return completions;
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

  /** The counts of a route, by dialect. */
  Collection<Tally> tallies(String route) {
    return tallies.getOrDefault(route, Map.of()).values();
  }

  /** Whether leases become the receivers' as soon as they are acknowledged. */
  boolean leaving() {
    return leaving;
  }

  /**
   * The bundle or the front is about to stop: leases that do not end by themselves in a moment
   * become their receivers', so that nothing has to be waited for that may take hours. A short one
   * that became a give would end its connection, although its response had promised the client
   * another request.
   */
  void leave() {
    Iterator<IoEventLoop> any = loops.keySet().iterator();
    if (graceNanos == 0 || !any.hasNext()) {
      giveLeases();
      return;
    }
    try {
      var unused = any.next().schedule(this::giveLeases, graceNanos, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      giveLeases();
    }
  }

  private void giveLeases() {
    leaving = true;
    for (Receiver receiver : receivers.values()) {
      Controls standing = receiver.controls();
      if (standing != null) {
        standing.giveLeases();
      }
    }
  }

  /** Core has drained this bundle's handler: whatever is left was given too little time. */
  @Deactivate
  void close() {
    giveLeases();
    for (Receiver receiver : receivers.values()) {
      Controls standing = receiver.controls();
      if (standing != null) {
        standing.retire(true);
      }
    }
    folders.close();
    pools.values().forEach(pool -> pool.everybody().forEach(Line.Place::handlerLeaves));
    named.values().forEach(pool -> pool.everybody().forEach(Line.Place::handlerLeaves));
    loops.values().forEach(Lingering::endAll);
    loops.clear();
  }
}
