package org.sluice.core.internal.registry;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.apache.felix.framework.FrameworkFactory;
import org.osgi.framework.Bundle;
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

  /** A started bundle without content that imports the contract of handlers. */
  public Bundle bundle(String name) throws IOException, BundleException {
    Manifest manifest = new Manifest();
    Attributes main = manifest.getMainAttributes();
    main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    main.putValue("Bundle-ManifestVersion", "2");
    main.putValue("Bundle-SymbolicName", name);
    main.putValue("Import-Package", "org.sluice.api.handler");
    ByteArrayOutputStream jar = new ByteArrayOutputStream();
    new JarOutputStream(jar, manifest).close();
    Bundle bundle =
        context().installBundle("test:" + name, new ByteArrayInputStream(jar.toByteArray()));
    bundle.start();
    return bundle;
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
