package org.sluice.accesslog.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.osgi.framework.ServiceReference;
import org.sluice.log.api.LogItem;

/** What the bundle's own logs have, whichever of its services are there. */
class BuiltInTest {
  private static final Pattern NAMES =
      Pattern.compile("@SluiceLog(?:Item|Writer)\\(([^)]*)\\)\\s*@ServiceRanking\\(-100\\)");
  private static final Pattern NAME = Pattern.compile("\"([^\"]+)\"");

  /** The annotations are not kept at run time: none may be forgotten. */
  @Test
  void isWhatTheBundleOffersAsServices() throws IOException {
    Map<String, String> built = new TreeMap<>();
    BuiltIn.items().forEach((name, item) -> built.put("item " + name, simple(item)));
    BuiltIn.writers().forEach((name, writer) -> built.put("writer " + name, simple(writer)));

    Map<String, String> offered = new TreeMap<>();
    offered.putAll(offered("item"));
    offered.putAll(offered("write"));
    assertEquals(offered, built);
  }

  private static String simple(Object plugin) {
    return plugin.getClass().getSimpleName();
  }

  private static Map<String, String> offered(String folder) throws IOException {
    Map<String, String> offered = new TreeMap<>();
    Path sources = Path.of("src/main/java/org/sluice/accesslog/internal", folder);
    try (Stream<Path> files = Files.list(sources)) {
      for (Path file : files.toList()) {
        Matcher names = NAMES.matcher(Files.readString(file));
        if (names.find()) {
          String kind = folder.equals("item") ? "item " : "writer ";
          String type = file.getFileName().toString().replace(".java", "");
          NAME.matcher(names.group(1))
              .results()
              .map((MatchResult name) -> kind + name.group(1))
              .forEach(name -> offered.put(name, type));
        }
      }
    }
    return offered;
  }

  @Test
  void isThereWithoutAnyServiceAndWhenServicesCameAndWent() {
    Plugins<LogItem> items = new Plugins<>("sluice.log.item", BuiltIn.items());
    LogItem own = items.find("m");
    ServiceReference<LogItem> service = service("m", -100, 1);
    LogItem offered = BuiltIn.items().get("m");
    items.add(service, offered);
    assertSame(own, items.find("m"), "the service of the same bundle may leave before the log");
    items.remove(service);
    assertSame(own, items.find("m"));
  }

  @Test
  void givesWayToWhatOthersOffer() {
    Plugins<LogItem> items = new Plugins<>("sluice.log.item", BuiltIn.items());
    LogItem own = items.find("m");
    LogItem other = (name, argument) -> (entry, out) -> out.none();
    LogItem tenant = (name, argument) -> (entry, out) -> out.none();
    ServiceReference<LogItem> others = service("m", 0, 2);
    ServiceReference<LogItem> low = service("tenant", -200, 3);
    items.add(others, other);
    items.add(low, tenant);
    assertSame(other, items.find("m"));
    assertNotSame(own, items.find("m"));
    assertSame(tenant, items.find("tenant"));
    items.remove(others);
    items.remove(low);
    assertSame(own, items.find("m"));
    assertNull(items.find("tenant"), "what really is missing is missing");
  }

  @SuppressWarnings("unchecked")
  private static ServiceReference<LogItem> service(String item, int ranking, long id) {
    Map<String, Object> properties =
        Map.of("sluice.log.item", item, "service.ranking", ranking, "service.id", id);
    return (ServiceReference<LogItem>)
        Proxy.newProxyInstance(
            BuiltInTest.class.getClassLoader(),
            new Class<?>[] {ServiceReference.class},
            (self, method, arguments) ->
                switch (method.getName()) {
                  case "getProperty" -> properties.get((String) arguments[0]);
                  case "hashCode" -> (int) id;
                  case "equals" -> self == arguments[0];
                  default -> null;
                });
  }
}
