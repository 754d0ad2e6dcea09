package org.sluice.core.internal.registry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.Map;
import org.apache.felix.framework.FrameworkFactory;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.launch.Framework;

/** A Felix framework without bundles, for tests of what follows services. */
public final class TestFramework implements AutoCloseable {
  private final Framework framework;

  /** Starts it in a fresh folder. */
  public TestFramework() throws IOException, BundleException {
    Path storage = Files.createTempDirectory("felix");
    framework =
        new FrameworkFactory()
            .newFramework(
                Map.of(
                    "org.osgi.framework.storage",
                    storage.toString(),
                    "org.osgi.framework.system.packages.extra",
                    "org.sluice.api.handler,org.sluice.api.hook,org.sluice.handoff.api"));
    framework.start();
  }

  /** The context of the system bundle. */
  public BundleContext context() {
    return framework.getBundleContext();
  }

  /** Service properties from pairs. */
  public static Dictionary<String, Object> properties(Object... pairs) {
    Dictionary<String, Object> properties = new Hashtable<>();
    for (int i = 0; i < pairs.length; i += 2) {
      properties.put((String) pairs[i], pairs[i + 1]);
    }
    return properties;
  }

  @Override
  public void close() throws BundleException, InterruptedException {
    framework.stop();
    framework.waitForStop(10_000);
  }
}
