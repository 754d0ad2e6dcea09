package org.sluice.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MapOptionsTest {
  @interface Sample {
    String sample_text() default "hello";

    String sample_max$_$size() default "64k";

    String sample_with__underscore() default "";

    String[] sample_list() default {"a", "b"};

    boolean sample_flag() default true;

    String sample_header_any() default "";
  }

  @ParameterizedTest
  @CsvSource({"0,0", "64k,65536", "1m,1048576", "2g,2147483648", "'',0"})
  void sizes(String text, long bytes) {
    assertEquals(bytes, MapOptions.of("k", text).withDefault("k", "").size("k"));
  }

  @ParameterizedTest
  @CsvSource({"200ms,200", "4s,4000", "5m,300000", "2h,7200000", "1d,86400000", "'',0"})
  void durations(String text, long millis) {
    MapOptions options = MapOptions.of("k", text).withDefault("k", "");
    assertEquals(Duration.ofMillis(millis), options.duration("k"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"4", "s", "-1s", "4 s", "1.5s", "x"})
  void badDurations(String text) {
    MapOptions options = MapOptions.of("k", text);
    assertThrows(IllegalArgumentException.class, () -> options.duration("k"));
  }

  @Test
  void flagsNumbersListsPaths() {
    MapOptions options =
        MapOptions.of("on", "on", "off", "off", "n", "42", "list", " a, b ,,c", "p", "x/../y")
            .withDefault("none", "")
            .withBase(Path.of("/base"));
    assertTrue(options.flag("on"));
    assertFalse(options.flag("off"));
    assertEquals(42, options.number("n"));
    assertEquals(List.of("a", "b", "c"), options.list("list"));
    assertEquals(Path.of("/base/y"), options.path("p"));
    assertNull(options.path("none"));
    assertEquals(List.of(), options.list("none"));
    assertThrows(IllegalArgumentException.class, () -> options.flag("n"));
  }

  @Test
  void guardsAddUp() {
    MapOptions options = MapOptions.of("a", "1").withGuard("access.allow", "10.0.0.0/8", "10.1.2.3");
    assertEquals(List.of("10.0.0.0/8", "10.1.2.3"), options.all("access.allow"));
    assertEquals("10.1.2.3", options.text("access.allow"));
    assertEquals(List.of("1"), options.all("a"));
  }

  @Test
  void undeclaredKeyThrows() {
    assertThrows(IllegalArgumentException.class, () -> MapOptions.of().text("typo"));
  }

  @Test
  void defaultsOriginAndEmpty() {
    MapOptions options = MapOptions.of("a", "1", "b", "").withDefault("b", "2");
    assertEquals("2", options.text("b"));
    assertTrue(options.isSet("a"));
    assertFalse(options.isSet("b"));
    assertEquals("test", options.origin("a"));
    assertEquals("default", options.origin("b"));
  }

  @Test
  void declaredByAnAnnotationType() {
    MapOptions options = MapOptions.of("sample.text", "bye").declared(Sample.class);
    assertEquals("bye", options.text("sample.text"));
    assertEquals(65536, options.size("sample.max-size"));
    assertEquals("", options.text("sample.with_underscore"));
    assertEquals(List.of("a", "b"), options.list("sample.list"));
    assertTrue(options.flag("sample.flag"));
    assertThrows(IllegalArgumentException.class, () -> options.text("sample.header.any"));
  }

  @Test
  void families() {
    MapOptions options = MapOptions.of("header.B", "2", "header.A", "1", "header.", "x", "h", "y");
    assertEquals(Map.of("A", "1", "B", "2"), options.family("header."));
    assertEquals(List.of("A", "B"), List.copyOf(options.family("header.").keySet()));
  }

  @Test
  void viewsAreMadeOnce() {
    MapOptions options = MapOptions.of("k", "v");
    StringBuilder view = options.view(StringBuilder.class, o -> new StringBuilder(o.text("k")));
    assertSame(view, options.view(StringBuilder.class, o -> new StringBuilder()));
    assertNotSame(view, options.with("x", "y").view(StringBuilder.class, o -> new StringBuilder()));
  }
}
