package org.sluice.core.internal.dispatch;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.sluice.api.handler.Handler;
import org.sluice.api.hook.Hook;
import org.sluice.core.internal.config.EffectiveOptions;
import org.sluice.core.internal.config.SiteTable;
import org.sluice.core.internal.config.keys.Catalog;
import org.sluice.core.internal.config.load.Base;
import org.sluice.core.internal.registry.HookTraits;
import org.sluice.core.internal.registry.PluginEntry;
import org.sluice.core.internal.registry.Registry;
import org.sluice.core.internal.registry.TestFramework;

/**
 * A front with a real registry on a real framework, and clients without sockets. Guards of a
 * plug-in are enforced while a hook of the plug-in's name is there.
 */
final class FrontFixture implements AutoCloseable {
  final TestFramework framework;
  final Registry registry;
  final Front front;
  final Base base;
  final List<String> seen = new CopyOnWriteArrayList<>();
  private volatile SiteTable sites;
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final ExecutorService workers = Executors.newFixedThreadPool(2);
  private final ExecutorService loop = Executors.newSingleThreadExecutor();

  FrontFixture(Path folder) throws Exception {
    Catalog catalog = new Catalog();
    base = new Base(folder, catalog).site("a", "listen=127.0.0.1:80", "hosts=a.example");
    framework = new TestFramework();
    registry = new Registry(framework.context(), timer);
    registry.times(Duration.ZERO, Duration.ofSeconds(10));
    front = new Front(registry, timer, workers, EffectiveOptions.none(catalog, folder));
    front.enforcedBy(FrontFixture::enforced);
    registry.open();
  }

  private static Set<String> enforced(List<PluginEntry> hooks) {
    Set<String> names = new HashSet<>();
    hooks.forEach(hook -> names.add(HookTraits.name(hook)));
    return names;
  }

  FrontFixture route(String name, String... lines) throws IOException {
    base.route(name, lines);
    sites = base.load().table("127.0.0.1:80");
    return this;
  }

  ServiceRegistration<Hook> hook(String phases, String name, Hook hook, Object... more) {
    Hashtable<String, Object> properties = new Hashtable<>();
    properties.put("sluice.hook.phase", phases.split(","));
    properties.put("sluice.hook.name", name);
    for (int i = 0; i < more.length; i += 2) {
      properties.put((String) more[i], more[i + 1]);
    }
    return framework.context().registerService(Hook.class, hook, properties);
  }

  /** Where plug-ins of other kinds are registered. */
  BundleContext context() {
    return framework.context();
  }

  ServiceRegistration<Handler> handler(String scheme, Handler handler) {
    return framework
        .context()
        .registerService(Handler.class, handler, TestFramework.properties("sluice.scheme", scheme));
  }

  /** Lets a client ask; does not wait. */
  TestTransaction send(String method, String target, String... fields) {
    String[] all = new String[fields.length + 2];
    all[0] = "Host";
    all[1] = "a.example";
    System.arraycopy(fields, 0, all, 2, fields.length);
    return send(new TestTransaction(loop, method, target, all));
  }

  TestTransaction send(TestTransaction transaction) {
    loop.execute(() -> front.accept(transaction, sites));
    return transaction;
  }

  TestTransaction transaction(String method, String target, String... fields) {
    return new TestTransaction(loop, method, target, fields);
  }

  TestTransaction.Answer ask(String method, String target, String... fields) throws Exception {
    return send(method, target, fields).await();
  }

  TestTransaction.Answer get(String target, String... fields) throws Exception {
    return ask("GET", target, fields);
  }

  /** Waits until everything that was given to the loop before has run. */
  void settle() throws Exception {
    loop.submit(() -> {}).get();
  }

  @Override
  public void close() throws Exception {
    registry.close();
    timer.shutdownNow();
    workers.shutdownNow();
    loop.shutdownNow();
    framework.close();
  }
}
