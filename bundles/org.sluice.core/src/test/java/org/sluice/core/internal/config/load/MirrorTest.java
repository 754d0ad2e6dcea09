package org.sluice.core.internal.config.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.Map;
import org.apache.felix.framework.FrameworkFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleContext;
import org.osgi.framework.launch.Framework;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ReadOnlyConfigurationException;
import org.sluice.core.internal.config.keys.Catalog;

/** With the real Configuration Admin in a real framework. */
class MirrorTest {
  @TempDir Path folder;
  private Framework framework;
  private ConfigurationAdmin admin;

  @BeforeEach
  void start() throws Exception {
    Map<String, String> properties = new HashMap<>();
    properties.put("org.osgi.framework.storage", folder.resolve("cache").toString());
    properties.put("org.osgi.framework.system.packages.extra", "org.osgi.service.cm;version=1.6.1");
    framework = new FrameworkFactory().newFramework(properties);
    framework.start();
    BundleContext context = framework.getBundleContext();
    for (String jar : System.getProperty("java.class.path").split(File.pathSeparator)) {
      if (jar.contains("org.apache.felix.configadmin")) {
        context.installBundle(Path.of(jar).toUri().toString()).start();
      }
    }
    admin = context.getService(context.getServiceReference(ConfigurationAdmin.class));
  }

  @AfterEach
  void stop() throws Exception {
    framework.stop();
    framework.waitForStop(10_000);
  }

  private Configuration[] all() throws Exception {
    return admin.listConfigurations(null);
  }

  @Test
  void filesAreShownReadOnly() throws Exception {
    Base base = new Base(folder.resolve("base"), new Catalog());
    base.site("a", "listen=127.0.0.1:8080").file("run/key", "s3cret");
    base.route("r", "target=file:", "header.X=${file:run/key}");
    base.file("etc/com.example.teapot.cfg", "port=7", "key=${file:run/key}");
    base.loadWell();
    Mirror mirror = new Mirror(admin);
    mirror.show(base.result().files());

    assertEquals(3, all().length);
    Configuration route = admin.getFactoryConfiguration("org.sluice.route", "r", "?");
    assertEquals("file:", route.getProperties().get("target"));
    assertEquals("${file:run/key}", route.getProperties().get("header.X"), "as written");
    assertEquals("etc/org.sluice.route~r.cfg", route.getProperties().get(Mirror.FILE));
    assertThrows(ReadOnlyConfigurationException.class, () -> route.update(new Hashtable<>()));
    Configuration teapot = admin.getConfiguration("com.example.teapot", "?");
    assertEquals("s3cret", teapot.getProperties().get("key"), "a plug-in gets the value");

    long before = teapot.getChangeCount();
    mirror.show(base.result().files());
    assertEquals(before, teapot.getChangeCount(), "nothing changed");

    base.file("etc/com.example.teapot.cfg", "port=8").delete("org.sluice.route~r.cfg");
    base.route("s", "target=none").load();
    mirror.show(base.result().files());
    assertEquals("8", teapot.getProperties().get("port"));
    assertNull(teapot.getProperties().get("key"));
    assertTrue(teapot.getAttributes().contains(Configuration.ConfigurationAttribute.READ_ONLY));
    assertEquals(2, all().length, "the deleted and the bad route are not shown");
  }

  @Test
  void whatIsLeftFromAnEarlierRunGoesAndWhatIsNotOursStays() throws Exception {
    admin.getConfiguration("not.ours", "?").update(new Hashtable<>(Map.of("a", "b")));
    Base base = new Base(folder.resolve("base"), new Catalog()).site("a", "listen=127.0.0.1:1");
    base.load();
    new Mirror(admin).show(base.result().files());
    base.delete("org.sluice.site~a.cfg").load();
    new Mirror(admin).show(base.result().files());
    assertEquals("not.ours", all()[0].getPid());
    assertEquals(1, all().length);
  }
}
