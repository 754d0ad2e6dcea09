package org.sluice.core.internal.front;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sluice.core.internal.config.Snapshot;
import org.sluice.core.internal.config.keys.Catalog;
import org.sluice.core.internal.config.load.Base;
import org.sluice.core.internal.registry.Registry;
import org.sluice.core.internal.registry.TestFramework;

class ConfigurationTest {
  @TempDir Path folder;
  private volatile RuntimeException failure;

  @Test
  void aFailureNobodyExpectedIsAProblemAndStopsNoLaterChange() throws Exception {
    Base base = Base.withSite(folder).route("r", "path=/r/", "target=status:200");
    Catalog catalog = new Catalog();
    ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    try (TestFramework framework = new TestFramework()) {
      Configuration configuration =
          new Configuration(
              framework.context(),
              folder,
              catalog,
              new Catalogs(framework.context(), catalog),
              new Registry(framework.context(), timer),
              this::apply,
              false);
      configuration.load();
      configuration.watch();
      Snapshot before = configuration.snapshot();

      failure = new IllegalStateException("on purpose");
      base.route("s", "path=/s/", "target=status:200");
      configuration.recheck();
      assertSame(before, configuration.snapshot());
      assertEquals(1, configuration.trouble().size());
      String told = configuration.trouble().get(0).toString();
      assertTrue(told.startsWith("error etc/: ") && told.contains("on purpose"), told);

      failure = null;
      configuration.recheck();
      assertEquals("s", configuration.snapshot().site("a").match("/s/").route().name());
      assertEquals(List.of(), configuration.trouble());
      configuration.close();
    } finally {
      timer.shutdownNow();
    }
  }

  private void apply(Snapshot snapshot) {
    if (failure != null) {
      throw failure;
    }
  }
}
