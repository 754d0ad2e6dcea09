package org.sluice.shell.internal;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarInputStream;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.apache.felix.framework.FrameworkFactory;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.launch.Framework;
import org.slf4j.LoggerFactory;
import org.sluice.api.status.StatusSource;
import org.sluice.api.status.Table;

/**
 * A framework with Declarative Services, Gogo and the packaged shell. The contract comes from the
 * test's own class path, so that tests can publish status sources.
 */
final class TestFramework implements Closeable {
  private final List<ServiceRegistration<?>> published = new ArrayList<>();
  private final Framework framework;
  private final Bundle shell;

  TestFramework(Path folder) throws BundleException, IOException {
    // The logger keeps the System.err of its first use, which must be before Gogo's.
    LoggerFactory.getLogger(TestFramework.class).debug("a framework in {}", folder);
    Map<String, String> config = new HashMap<>();
    config.put("org.osgi.framework.storage", folder.resolve("cache").toString());
    config.put(
        "org.osgi.framework.system.packages.extra",
        "org.sluice.api.status;version=1.0.0,org.slf4j;version=2.0.17");
    config.put("sluice.base", folder.toString());
    framework = new FrameworkFactory().newFramework(config);
    framework.start();
    for (String type :
        List.of(
            "org.osgi.util.function.Function",
            "org.osgi.util.promise.Promise",
            "org.osgi.service.component.ComponentContext",
            "org.apache.felix.scr.info.ScrInfo",
            "com.google.gson.Gson",
            "org.apache.felix.gogo.runtime.CommandProcessorImpl",
            "org.apache.felix.gogo.command.Basic")) {
      install(type).start();
    }
    shell = install(ShellServer.class.getName());
    shell.start();
  }

  private Bundle install(String type) throws BundleException, IOException {
    try {
      Class<?> found = Class.forName(type, false, TestFramework.class.getClassLoader());
      Path jar = Path.of(found.getProtectionDomain().getCodeSource().getLocation().toURI());
      if (!Files.isRegularFile(jar)) {
        throw new IOException(type + " is not in a jar but in " + jar);
      }
      return framework.getBundleContext().installBundle(jar.toUri().toString());
    } catch (ClassNotFoundException | URISyntaxException e) {
      throw new IOException(type, e);
    }
  }

  Bundle shell() {
    return shell;
  }

  /** A newer version of the shell, beside the other one. */
  Bundle newerShell() throws BundleException, IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Path jar = Path.of(URI.create(shell.getLocation()));
    try (JarInputStream in = new JarInputStream(Files.newInputStream(jar))) {
      Manifest manifest = in.getManifest();
      manifest.getMainAttributes().putValue("Bundle-Version", "99.0.0");
      try (JarOutputStream out = new JarOutputStream(bytes, manifest)) {
        for (JarEntry entry = in.getNextJarEntry(); entry != null; entry = in.getNextJarEntry()) {
          out.putNextEntry(new JarEntry(entry.getName()));
          in.transferTo(out);
        }
      }
    }
    return framework
        .getBundleContext()
        .installBundle("newer", new ByteArrayInputStream(bytes.toByteArray()));
  }

  ServiceRegistration<StatusSource> publish(String name, int ranking, StatusSource source) {
    ServiceRegistration<StatusSource> registration =
        framework
            .getBundleContext()
            .registerService(StatusSource.class, source, properties(name, ranking));
    published.add(registration);
    return registration;
  }

  /** Takes back what a test has published and not taken back itself. */
  void reset() {
    for (ServiceRegistration<?> registration : published) {
      try {
        registration.unregister();
      } catch (IllegalStateException e) {
        // The test has done it.
      }
    }
    published.clear();
  }

  ServiceRegistration<StatusSource> publish(String name, String column, Object value) {
    return publish(name, 0, arguments -> new Table(List.of(column), List.of(List.of(value))));
  }

  static Dictionary<String, Object> properties(String name, int ranking) {
    return FrameworkUtil.asDictionary(Map.of("sluice.status", name, "service.ranking", ranking));
  }

  /** Publishes an object whose methods are commands. */
  void command(String scope, String function, Object commands) {
    Map<String, Object> properties =
        Map.of("osgi.command.scope", scope, "osgi.command.function", function);
    framework
        .getBundleContext()
        .registerService(Object.class, commands, FrameworkUtil.asDictionary(properties));
  }

  @Override
  public void close() throws IOException {
    try {
      framework.stop();
      framework.waitForStop(10_000);
    } catch (BundleException e) {
      throw new IOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
