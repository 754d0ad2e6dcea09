package org.sluice.core.internal.front;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sluice.api.engine.Dispatcher;
import org.sluice.api.engine.Engine;
import org.sluice.api.engine.Listener;
import org.sluice.api.engine.ListenerSpec;
import org.sluice.core.internal.config.SiteTable;
import org.sluice.core.internal.config.load.Base;
import org.sluice.core.internal.status.ListenerState;

/** A change of {@code listen=} closes nothing before what takes its place is open. */
class ListenersTest {
  private static final String HERE = "127.0.0.1:8080";
  private static final String THERE = "127.0.0.1:8081";
  private static final String NOWHERE = "192.0.2.77:8080";
  private static final String ANY = "*:8080";

  @TempDir Path folder;
  private final Addresses engine = new Addresses();
  private final Clock clock = new Clock();
  private final List<SiteTable> asked = new ArrayList<>();
  private final List<List<String>> told = new ArrayList<>();
  private final Listeners listeners =
      new Listeners(engine, (transaction, sites) -> asked.add(sites), clock, told::add);
  private Base base;

  @BeforeEach
  void site() throws Exception {
    base = Base.withSite(folder).route("r", "target=file:");
    assertEquals(List.of(), listeners.apply(base.load()));
    assertEquals(Set.of(HERE), engine.bound());
  }

  @AfterEach
  void end() {
    clock.shutdownNow();
  }

  private List<String> listen(String addresses) throws IOException {
    base.site("a", "# moved", "listen=" + addresses);
    return listeners.apply(base.load());
  }

  @Test
  void aMoveOpensTheNewListenerFirst() throws Exception {
    assertEquals(List.of(), listen(THERE));
    assertEquals(Set.of(THERE), engine.bound());
    assertEquals(List.of("open " + HERE, "open " + THERE, "close " + HERE), engine.history);
    assertEquals(List.of(), clock.pauses);
    assertEquals(List.of(List.of("http://" + HERE), List.of("http://" + THERE)), told);
  }

  @Test
  void theOldListenerStaysUntilTheNewOneCanBeOpened() throws Exception {
    engine.taken.add(THERE);
    String place = "etc/org.sluice.site~a.cfg:2 listen=" + THERE + ": ";
    assertEquals(List.of(place + "taken"), listen(THERE));
    assertEquals(Set.of(HERE), engine.bound());
    String told = problems().get(0);
    assertTrue(told.startsWith("error " + place + "taken; it is tried again"), told);

    // What else changes takes effect where the site is.
    base.route("new", "path=/new/", "target=file:");
    listeners.apply(base.load());
    engine.ask(HERE);
    assertEquals(List.of(base.a()), asked.get(0).sites());
    assertEquals("new", asked.get(0).defaultSite().match("/new/").route().name());

    engine.taken.clear();
    clock.pass();
    assertEquals(Set.of(THERE), engine.bound());
    assertEquals(List.of(), problems());
  }

  @Test
  void pausesDoubleAndBeginAnewWithAChange() throws Exception {
    engine.taken.add(THERE);
    listen(THERE);
    for (int i = 0; i < 6; i++) {
      clock.pass();
    }
    assertEquals(List.of(1000L, 2000L, 4000L, 8000L, 16000L, 30000L, 30000L), clock.pauses);
    clock.pauses.clear();
    listeners.apply(base.load());
    assertEquals(List.of(1000L), clock.pauses);
    assertEquals(List.of(), listen(HERE));
    clock.pass();
    assertEquals(List.of(1000L), clock.pauses, "no longer wanted");
    assertEquals(List.of("open " + HERE), engine.history);
  }

  @Test
  void oneOfSeveralThatCannotBeOpenedCostsNoOther() throws Exception {
    engine.taken.add(NOWHERE);
    assertEquals(1, listen(NOWHERE + "," + THERE).size());
    assertEquals(Set.of(HERE, THERE), engine.bound());
    base.delete("org.sluice.site~a.cfg").site("b", "listen=" + THERE);
    listeners.apply(base.load());
    assertEquals(Set.of(THERE), engine.bound(), "the site that kept it is gone");
  }

  @Test
  void whatOverlapsIsHandedOver() throws Exception {
    assertEquals(List.of(), listen(ANY));
    assertEquals(Set.of(ANY), engine.bound());
    assertEquals(List.of(), listen(HERE));
    assertEquals(Set.of(HERE), engine.bound());

    engine.taken.add(ANY);
    engine.history.clear();
    assertEquals(1, listen(ANY).size());
    assertEquals(Set.of(HERE), engine.bound());
    assertEquals(List.of("close " + HERE, "open " + HERE), engine.history);
    clock.pass();
    assertEquals(2, engine.history.size(), "a repetition closes nothing");
    engine.taken.clear();
    listeners.apply(base.load());
    assertEquals(Set.of(ANY), engine.bound());
  }

  @Test
  void nothingIsOpenedAfterTheEnd() throws Exception {
    engine.taken.add(THERE);
    listen(THERE);
    listeners.drain();
    engine.taken.clear();
    clock.pass();
    assertEquals(Set.of(), engine.bound());
  }

  private List<String> problems() {
    return listeners.states().stream()
        .map(ListenerState::problem)
        .filter(problem -> problem != null)
        .map(Object::toString)
        .toList();
  }

  /** Tasks wait until the test lets their time pass. */
  private static final class Clock extends ScheduledThreadPoolExecutor {
    private final List<Long> pauses = new ArrayList<>();
    private Runnable task;
    private ScheduledFuture<?> future;

    Clock() {
      super(1);
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
      pauses.add(unit.toMillis(delay));
      task = command;
      future = super.schedule(() -> {}, 1, TimeUnit.DAYS);
      return future;
    }

    void pass() {
      if (future != null && !future.isCancelled()) {
        task.run();
      }
    }
  }

  /** Addresses of a machine, of which some are taken. */
  private static final class Addresses implements Engine {
    private final Set<String> taken = new HashSet<>();
    private final Set<Socket> sockets = new LinkedHashSet<>();
    private final List<String> history = new ArrayList<>();

    @Override
    public Listener listen(ListenerSpec spec, Dispatcher dispatcher) throws IOException {
      InetSocketAddress wanted = spec.address();
      InetSocketAddress bound =
          wanted.isUnresolved() ? new InetSocketAddress(wanted.getPort()) : wanted;
      Socket socket = new Socket(this, bound, dispatcher);
      if (taken.contains(socket.name()) || sockets.stream().anyMatch(socket::overlaps)) {
        throw new IOException("taken");
      }
      sockets.add(socket);
      history.add("open " + socket.name());
      return socket;
    }

    @Override
    public void serverField(String value) {
      // Not asked here.
    }

    Set<String> bound() {
      Set<String> names = new LinkedHashSet<>();
      sockets.forEach(socket -> names.add(socket.name()));
      return names;
    }

    void ask(String name) {
      sockets.stream()
          .filter(socket -> socket.name().equals(name))
          .forEach(socket -> socket.dispatcher().dispatch(null));
    }
  }

  private record Socket(Addresses engine, InetSocketAddress address, Dispatcher dispatcher)
      implements Listener {
    String name() {
      return (isAny() ? "*" : address.getHostString()) + ":" + address.getPort();
    }

    private boolean isAny() {
      return address.getAddress().isAnyLocalAddress();
    }

    boolean overlaps(Socket other) {
      boolean same = address.getHostString().equals(other.address.getHostString());
      return address.getPort() == other.address.getPort() && (same || isAny() || other.isAny());
    }

    @Override
    public void update(ListenerSpec spec) {
      // Limits are not asked for here.
    }

    @Override
    public int connections() {
      return 0;
    }

    @Override
    public long accepted() {
      return 0;
    }

    @Override
    public CompletionStage<Void> drain() {
      close();
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public void close() {
      if (engine.sockets.remove(this)) {
        engine.history.add("close " + name());
      }
    }
  }
}
