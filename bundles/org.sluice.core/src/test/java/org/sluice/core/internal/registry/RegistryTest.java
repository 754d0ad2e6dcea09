package org.sluice.core.internal.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.sluice.core.internal.registry.TestFramework.properties;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;
import org.sluice.api.handler.Handler;
import org.sluice.testing.Await;

/** Plug-ins come, change and go over a real framework (T15). */
class RegistryTest {
  private static final String KIND = Handler.class.getName();

  private TestFramework framework;
  private BundleContext context;
  private ScheduledExecutorService timer;
  private Registry registry;

  @BeforeEach
  void open() throws Exception {
    framework = new TestFramework();
    context = framework.context();
    timer = Executors.newSingleThreadScheduledExecutor();
    registry = new Registry(context, timer);
    registry.open();
  }

  @AfterEach
  void close() throws Exception {
    registry.close();
    timer.shutdownNow();
    framework.close();
  }

  private ServiceRegistration<Handler> register(Handler handler, Object... properties) {
    return context.registerService(Handler.class, handler, properties(properties));
  }

  private static Handler handler() {
    return (exchange, options) -> exchange.abort("not called");
  }

  private Handler serving(String name) {
    PluginEntry entry = registry.acquire(KIND, name);
    if (entry == null) {
      return null;
    }
    entry.release();
    return (Handler) entry.service();
  }

  @Test
  void theHigherRankingServesWhateverCameFirst() {
    Handler low = handler();
    Handler high = handler();
    register(low, "sluice.scheme", "x");
    ServiceRegistration<Handler> override =
        register(high, "sluice.scheme", "x", Constants.SERVICE_RANKING, 5);
    assertSame(high, serving("x"));
    override.unregister();
    assertSame(low, serving("x"));
  }

  @Test
  void aChangedRankingIsSeen() {
    Handler a = handler();
    Handler b = handler();
    ServiceRegistration<Handler> first = register(a, "sluice.scheme", "x");
    register(b, "sluice.scheme", "x", Constants.SERVICE_RANKING, 1);
    assertSame(b, serving("x"));
    first.setProperties(properties("sluice.scheme", "x", Constants.SERVICE_RANKING, 2));
    assertSame(a, serving("x"));
    first.setProperties(properties("sluice.scheme", "y", Constants.SERVICE_RANKING, 2));
    assertSame(b, serving("x"));
    assertSame(a, serving("y"));
  }

  @Test
  void tiesAreDecidedByComponentNameNotByStartOrder() {
    Handler z = handler();
    Handler a = handler();
    register(z, "sluice.scheme", "x", "component.name", "z");
    register(a, "sluice.scheme", "x", "component.name", "a");
    assertSame(a, serving("x"));
  }

  @Test
  void severalNamesOfOneService() {
    Handler both = handler();
    register(both, "sluice.scheme", new String[] {"http", "unix"});
    assertSame(both, serving("http"));
    assertSame(both, serving("unix"));
    assertNull(serving("fd"));
  }

  @Test
  void withoutItsPropertyItIsRefusedVisiblyAndTakenOnceItHasOne() {
    ServiceRegistration<Handler> bare = register(handler());
    List<List<Object>> rows = registry.table().rows();
    assertEquals(1, rows.size());
    assertEquals("refused", rows.get(0).get(2));
    assertEquals("the service property sluice.scheme is missing or empty", rows.get(0).get(8));
    bare.setProperties(properties("sluice.scheme", "x"));
    assertNotNull(serving("x"));
    assertEquals("serves", registry.table().rows().get(0).get(2));
    assertEquals(1, registry.table().rows().size());
  }

  @Test
  void leavingWaitsUntilTheExchangeHasEnded() throws Exception {
    registry.times(Duration.ZERO, Duration.ofSeconds(30));
    ServiceRegistration<Handler> registration = register(handler(), "sluice.scheme", "x");
    PluginEntry used = registry.acquire(KIND, "x");
    CompletableFuture<Void> gone = CompletableFuture.runAsync(registration::unregister);
    Await.until(Duration.ofSeconds(10), () -> serving("x") == null, "no new exchange gets it");
    assertFalse(gone.isDone());
    used.release();
    gone.get(10, TimeUnit.SECONDS);
  }

  /** While one is waited for, exchanges would begin with the other, for ever. */
  @Test
  void allThatAStoppingBundleOffersGoesAtOnce() throws Exception {
    registry.times(Duration.ofMinutes(5), Duration.ofSeconds(30));
    Bundle bundle = framework.bundle("plug.in");
    for (String scheme : List.of("x", "y")) {
      bundle
          .getBundleContext()
          .registerService(Handler.class, handler(), properties("sluice.scheme", scheme));
    }
    List<PluginEntry> told = new CopyOnWriteArrayList<>();
    registry.leaving(told::add, entry -> 0);
    PluginEntry x = registry.acquire(KIND, "x");
    PluginEntry y = registry.acquire(KIND, "y");
    CompletableFuture<Void> gone =
        CompletableFuture.runAsync(
            () -> {
              try {
                bundle.stop();
              } catch (BundleException e) {
                throw new IllegalStateException(e);
              }
            });
    Await.until(Duration.ofSeconds(10), () -> told.size() == 2, "their users are told");

    for (String scheme : List.of("x", "y")) {
      assertNull(serving(scheme), scheme);
      assertTrue(registry.hold(KIND, scheme, entry -> {}), scheme);
    }
    // Whoever began with the bundle may go on with it, as far as it is still there.
    assertNull(registry.acquireFading(KIND, "x", other -> other != bundle));
    PluginEntry again =
        Stream.of("x", "y")
            .map(scheme -> registry.acquireFading(KIND, scheme, bundle::equals))
            .filter(Objects::nonNull)
            .findAny()
            .orElseThrow();
    x.release();
    y.release();
    assertFalse(gone.isDone());
    again.release();
    gone.get(10, TimeUnit.SECONDS);
  }

  @Test
  void whatOutlastsTheDrainIsAborted() throws Exception {
    registry.times(Duration.ZERO, Duration.ofMillis(20));
    AtomicInteger aborted = new AtomicInteger();
    ServiceRegistration<Handler> registration = register(handler(), "sluice.scheme", "x");
    PluginEntry used = registry.acquire(KIND, "x");
    List<PluginEntry> told = new ArrayList<>();
    registry.leaving(
        told::add,
        entry -> {
          assertEquals(List.of(entry), told);
          assertSame(used, entry);
          used.release();
          return aborted.incrementAndGet();
        });
    CompletableFuture.runAsync(registration::unregister).get(10, TimeUnit.SECONDS);
    assertEquals(1, aborted.get());
  }

  @Test
  void aCallerInsideThePluginDoesNotWaitForItself() throws Exception {
    registry.times(Duration.ZERO, Duration.ofDays(1));
    ServiceRegistration<Handler> registration = register(handler(), "sluice.scheme", "x");
    PluginEntry used = registry.acquire(KIND, "x");
    CompletableFuture.runAsync(
            () -> {
              Inside inside = Inside.enter(used);
              registration.unregister();
              inside.leave();
            })
        .get(10, TimeUnit.SECONDS);
    used.release();
  }

  @Test
  void aNameThatVanishedHoldsItsRequests() throws Exception {
    registry.times(Duration.ofMinutes(5), Duration.ofSeconds(4));
    register(handler(), "sluice.scheme", "x").unregister();
    AtomicReference<PluginEntry> arrived = new AtomicReference<>();
    assertTrue(registry.hold(KIND, "x", arrived::set));
    assertNull(arrived.get());
    Handler again = handler();
    register(again, "sluice.scheme", "x");
    assertSame(again, arrived.get().service());
    arrived.get().release();
  }

  @Test
  void aNameThatNeverWasIsNotWaitedFor() {
    assertFalse(registry.hold(KIND, "x", entry -> {}));
  }

  @Test
  void holdingEndsAtItsTime() throws Exception {
    registry.times(Duration.ofMillis(30), Duration.ofSeconds(4));
    register(handler(), "sluice.scheme", "x").unregister();
    CompletableFuture<PluginEntry> end = new CompletableFuture<>();
    if (registry.hold(KIND, "x", end::complete)) {
      assertNull(end.get(10, TimeUnit.SECONDS));
    }
    assertFalse(registry.hold(KIND, "x", entry -> {}));
  }

  @Test
  void failuresAreCountedAndShown() {
    register(handler(), "sluice.scheme", "x");
    PluginEntry entry = registry.acquire(KIND, "x");
    entry.failed(new IllegalStateException("boom"));
    List<Object> row = registry.table().rows().get(0);
    assertEquals(1, row.get(5));
    assertEquals(1L, row.get(7));
    assertEquals("java.lang.IllegalStateException: boom", row.get(8));
    entry.release();
  }
}
