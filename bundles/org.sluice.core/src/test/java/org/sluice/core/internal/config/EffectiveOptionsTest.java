package org.sluice.core.internal.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sluice.core.internal.config.EffectiveOptions.Setting;
import org.sluice.core.internal.config.keys.Catalog;
import org.sluice.core.internal.config.keys.Metatype;
import org.sluice.core.internal.config.load.Base;

class EffectiveOptionsTest {
  @TempDir Path folder;
  private Catalog catalog;
  private Base base;

  /** What a plug-in keeps. */
  record View(String text, long bytes) {}

  @BeforeEach
  void load() throws Exception {
    catalog = new Catalog();
    base = new Base(folder, catalog).site("a", "listen=127.0.0.1:1", "limit.headers=7");
    base.route("top", "target=file:", "header.X-B=2", "header.X-A=1", "header.X-C=3");
    base.route(
        "r", "path=/r/", "limit.body=64k", "timeout.body=200ms", "header.X-C=", "index=a, b");
    base.file("etc/secret", "s3cret").route("s", "path=/s/", "header.X-K=${file:etc/secret}");
    base.loadWell();
  }

  @Test
  void valuesComeParsedWithTheirDefaults() {
    EffectiveOptions options = base.at("/r/").options();
    assertEquals(65_536, options.size("limit.body"));
    assertEquals("64k", options.text("limit.body"));
    assertEquals(Duration.ofMillis(200), options.duration("timeout.body"));
    assertEquals(Duration.ofMinutes(1), options.duration("timeout.write"));
    assertEquals(List.of("a", "b"), options.list("index"));
    assertEquals(7, options.number("limit.headers"));
    assertEquals(0, options.number("limit.connections"));
    assertTrue(options.flag("handoff.socket-check"));
    assertEquals("off", options.text("ssi"));
    assertEquals("", options.text("flusher"));
    assertEquals(List.of(), options.list("handoff.allowed"));
    assertEquals(folder.toAbsolutePath().resolve("htdocs"), options.path("root"));
    assertEquals(List.of("64k"), options.all("limit.body"));
    assertEquals(List.of("classic"), options.all("dialect"));
    assertEquals(List.of(), options.all("flusher"));
  }

  @Test
  void familiesAndPlaces() {
    EffectiveOptions options = base.at("/r/").options();
    assertEquals(Map.of("X-A", "1", "X-B", "2"), options.family("header."));
    assertEquals(List.of("X-A", "X-B"), List.copyOf(options.family("header.").keySet()));
    assertEquals(Map.of(), options.family("error."));
    assertFalse(options.isSet("header.X-C"));
    assertTrue(options.isSet("limit.body"));
    assertEquals("default", options.origin("timeout.write"));
    assertEquals("etc/org.sluice.route~r.cfg:2", options.origin("limit.body"));
    assertEquals("etc/org.sluice.site~a.cfg:2", options.origin("limit.headers"));
  }

  @Test
  void settingsShowNoSecret() {
    List<Setting> settings = base.at("/s/").options().settings();
    assertEquals("s3cret", base.at("/s/").options().text("header.X-K"));
    assertTrue(
        settings.contains(
            new Setting("header.X-K", "${file:etc/secret}", "etc/org.sluice.route~s.cfg:2")),
        settings::toString);
    assertFalse(settings.toString().contains("s3cret"));
  }

  @Test
  void undeclaredKeysAndWrongTypesAreBugs() {
    EffectiveOptions options = base.at("/r/").options();
    assertThrows(IllegalArgumentException.class, () -> options.text("nobody.knows"));
    assertThrows(IllegalArgumentException.class, () -> options.number("limit.body"));
    assertThrows(IllegalArgumentException.class, () -> options.flag("timeout.write"));
  }

  @Test
  void defaultsOfAPluginThatCameLaterAreThere() throws Exception {
    EffectiveOptions options = base.at("/r/").options();
    assertThrows(IllegalArgumentException.class, () -> options.size("opening.first-bytes"));
    Metatype.addOpening(catalog);
    assertEquals(65_536, options.size("opening.first-bytes"));
    base.loadWell();
    assertSame(options, base.at("/r/").options());
  }

  @Test
  void aViewIsMadeOnceAndDroppedWithItsBundle() {
    EffectiveOptions options = base.at("/r/").options();
    AtomicInteger made = new AtomicInteger();
    View view = options.view(View.class, o -> view(made, o));
    assertEquals(new View("64k", 65_536), view);
    assertSame(view, options.view(View.class, o -> view(made, o)));
    assertEquals(1, made.get());
    base.result().snapshot().dropViews(null);
    assertNotSame(view, options.view(View.class, o -> view(made, o)));
    assertEquals(2, made.get());
    assertEquals("1", options.view(String.class, o -> o.text("header.X-A")));
  }

  private static View view(AtomicInteger made, org.sluice.api.config.Options options) {
    made.incrementAndGet();
    return new View(options.text("limit.body"), options.size("limit.body"));
  }

  @Test
  void nothingIsSetInNone() {
    EffectiveOptions none = EffectiveOptions.none(catalog, folder);
    assertEquals(List.of(), none.settings());
    assertEquals("classic", none.text("dialect"));
  }
}
