package org.sluice.core.internal.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Hashtable;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;
import org.sluice.api.hook.Hook;
import org.sluice.api.hook.Phase;
import org.sluice.api.hook.Verdict;
import org.sluice.core.internal.registry.HookTraits;
import org.sluice.core.internal.registry.PluginEntry;
import org.sluice.core.internal.registry.Registry;
import org.sluice.core.internal.registry.TestFramework;

/** Hooks of the real registry, in whatever order they came. */
class HookOrderTest {
  private TestFramework framework;
  private ScheduledExecutorService timer;
  private Registry registry;

  @BeforeEach
  void open() throws Exception {
    framework = new TestFramework();
    timer = Executors.newSingleThreadScheduledExecutor();
    registry = new Registry(framework.context(), timer);
    registry.open();
  }

  @AfterEach
  void close() throws Exception {
    registry.close();
    timer.shutdownNow();
    framework.close();
  }

  /** {@code name [order] [>after...] [<before...] [^ranking]}. */
  private ServiceRegistration<Hook> hook(String text) {
    Hashtable<String, Object> properties = new Hashtable<>();
    properties.put("sluice.hook.phase", "access");
    List<String> before = new ArrayList<>();
    List<String> after = new ArrayList<>();
    String[] words = text.strip().split(" ");
    properties.put("sluice.hook.name", words[0]);
    for (int i = 1; i < words.length; i++) {
      String rest = words[i].substring(1);
      switch (words[i].charAt(0)) {
        case '>' -> after.add(rest);
        case '<' -> before.add(rest);
        case '^' -> properties.put(Constants.SERVICE_RANKING, Integer.valueOf(rest));
        default -> properties.put("sluice.hook.order", Integer.valueOf(words[i]));
      }
    }
    properties.put("sluice.hook.before", before.toArray(new String[0]));
    properties.put("sluice.hook.after", after);
    Hook hook = (exchange, options) -> Verdict.NEXT;
    return framework.context().registerService(Hook.class, hook, properties);
  }

  private HookOrder.Sorted sorted() {
    return HookOrder.sort(Phase.ACCESS, registry.all(Hook.class.getName()));
  }

  private String names() {
    return String.join(" ", sorted().hooks().stream().map(HookTraits::name).toList());
  }

  /** Every order of arrival gives the same order of calls; but equal ones stand as they came. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '=',
      value = {
        // (a) three order numbers
        "c 20, a 0, b 10 = a b c",
        "c 30, b, a -10, z 31 = a b c z",
        // (b) a relation beats the numbers
        "B 0, A 20 <B = A B",
        "B 0 >A, A 20 = A B",
        // (c) a chain through an entry with an unrelated order; an early one keeps its place
        "a 20 <m, m 30 <z, z 0 = a m z",
        "x 5, a 20 <m, m 30 <z, z 0, y 6 = a m z x y",
        "first 0, late 30 <early, early 10, mid 11 >late = first late early mid",
        // (d) a name nobody has
        "b 10 >nobody, a 0 <nothing = a b",
        // (e) the same relation from both sides
        "B 0 >A, A 20 <B = A B",
        // sign of the ranking: higher runs earlier; a number counts before it
        "low ^-5, high ^5, mid = high mid low",
        "a 0 ^-100, b ^5 = a b",
        // a name that two have means both
        "z 0 >twin, twin 20, twin 5 = twin twin z",
        "twin 10 <twin, a 0 = a twin"
      })
  void order(String hooks, String expected) {
    List<String> texts = new ArrayList<>(List.of(hooks.split(",")));
    for (int i = 0; i < texts.size(); i++) {
      List<ServiceRegistration<Hook>> all = new ArrayList<>();
      texts.forEach(text -> all.add(hook(text)));
      assertEquals(expected.strip(), names(), texts::toString);
      assertEquals(List.of(), sorted().cycles());
      all.forEach(ServiceRegistration::unregister);
      Collections.rotate(texts, 1);
    }
  }

  /** (g) equal numbers: the older first. */
  @Test
  void equalNumbersStandAsTheyCame() {
    hook("b");
    hook("a");
    hook("c 10");
    assertEquals("b a c", names());
  }

  /** (f) a cycle is named with all its members and with nobody else, and everybody is called. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '=',
      value = {
        "A 0 <B, B 10 <A = A B = A, B = B precedes A",
        "A 0 <B ^-1, B 10 <A = B A = A, B = A precedes B",
        "A 0 >B, B 10 >A = B A = A, B = A precedes B",
        "A <B, B <C, C <A, out 0 <A = out A B C = A, B, C = C precedes A",
        "A <B ^3, B <C ^1, C <A ^2, in >C = C A B in = A, B, C = B precedes C",
        "A 0 <B, B 1 <A ^-2, C 2 <D, D 3 <C ^-2 = A B C D = C, D = D precedes C"
      })
  void cycles(String hooks, String expected, String members, String ignored) {
    List<String> texts = new ArrayList<>(List.of(hooks.split(",")));
    for (int i = 0; i < texts.size(); i++) {
      List<ServiceRegistration<Hook>> all = new ArrayList<>();
      texts.forEach(text -> all.add(hook(text)));
      HookOrder.Sorted sorted = sorted();
      assertEquals(texts.size(), sorted.hooks().size());
      String lines = String.join("\n", sorted.cycles());
      List<String> named = new ArrayList<>(List.of(members.strip().split(", ")));
      assertTrue(
          sorted.cycles().stream().anyMatch(line -> namesExactly(line, named)), lines + texts);
      assertTrue(lines.contains("ignored is that " + ignored.strip()), lines);
      if (i == 0) {
        assertEquals(expected.strip(), names(), lines);
      }
      all.forEach(ServiceRegistration::unregister);
      Collections.rotate(texts, 1);
    }
  }

  private static boolean namesExactly(String line, List<String> names) {
    String list = line.substring("hooks ".length(), line.indexOf(" of phase"));
    List<String> found = new ArrayList<>(List.of(list.split(", ")));
    Collections.sort(found);
    return found.equals(names);
  }

  @ParameterizedTest
  @ValueSource(strings = {"acess", "ACCESS", "log_transaction"})
  void aPhaseThatIsNoneIsRefusedVisibly(String phase) {
    Hook hook = (exchange, options) -> Verdict.NEXT;
    Hashtable<String, Object> properties = new Hashtable<>();
    properties.put("sluice.hook.phase", phase);
    framework.context().registerService(Hook.class, hook, properties);
    List<Object> row = registry.table().rows().get(0);
    assertEquals("refused", row.get(2));
    assertEquals(
        "sluice.hook.phase="
            + phase
            + " is no phase; allowed are received, translate, access, identify, authorize, prepare,"
            + " done",
        row.get(8));
  }

  @Test
  void anOrderThatIsNoIntegerIsRefused() {
    Hook hook = (exchange, options) -> Verdict.NEXT;
    Hashtable<String, Object> properties = new Hashtable<>();
    properties.put("sluice.hook.phase", "access");
    properties.put("sluice.hook.order", "5");
    framework.context().registerService(Hook.class, hook, properties);
    assertEquals("refused", registry.table().rows().get(0).get(2));
  }

  @Test
  void hooksShowTheirNames() {
    hook("gate");
    assertEquals("access:gate", registry.table().rows().get(0).get(1));
    PluginEntry entry = sorted().hooks().get(0);
    assertEquals(10, HookTraits.order(entry));
  }
}
