package org.sluice.core.internal.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.sluice.core.internal.config.Model.Spec;
import org.sluice.core.internal.config.keys.Catalog;
import org.sluice.core.internal.config.keys.Metatype;
import org.sluice.core.internal.config.read.CfgFile;
import org.sluice.core.internal.config.read.CfgReader;
import org.sluice.core.internal.config.read.FileName;
import org.sluice.core.internal.config.read.Problems;
import org.sluice.core.internal.config.read.Substitution;
import org.sluice.core.internal.config.rules.Known;
import org.sluice.core.internal.config.rules.RouteFile;
import org.sluice.core.internal.config.rules.SiteFile;

/** Matching and inheritance against {@link Model}, on configurations nobody would think of. */
class RulesPropertyTest {
  private static final Path BASE = Path.of("/base");
  private static final Known KNOWN = Known.of(Set.of(), Set.of(), Set.of());
  private static final Catalog CATALOG = catalog();

  private final CfgReader reader = new CfgReader(new Substitution(BASE, name -> null));

  private static Catalog catalog() {
    try {
      return Metatype.catalogWithOpening();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Property(tries = 1000)
  void theTreeDoesWhatTheModelSays(
      @ForAll("routes") List<Spec> routes,
      @ForAll("paths") List<String> requests,
      @ForAll("values") String siteBody,
      @ForAll("guards") String siteGuard) {
    List<Spec> all = withoutTwins(routes);
    for (String name : List.of("a", "b")) {
      Model model = new Model(name, siteBody, siteGuard, all);
      SiteNode site = build(name, siteBody, siteGuard, all, null);
      for (String request : requests) {
        compare(request, model, site);
      }
      assertEquals(site, build(name, siteBody, siteGuard, all, site), "nothing changed");
    }
  }

  private static void compare(String request, Model model, SiteNode site) {
    Spec expected = model.find(request);
    RouteMatch match = site.match(request);
    if (expected == null) {
      assertNull(match, () -> request + " found " + match.route());
      return;
    }
    assertNotNull(match, () -> request + " should find " + expected);
    RouteNode route = match.route();
    Spec deciding = model.deciding(expected);
    assertEquals(expected.name(), route.name(), request);
    assertEquals(deciding.path(), route.mappedPath());
    assertEquals(request.substring(deciding.path().length()), match.rest());
    assertEquals(deciding.target().equals("!"), route.excluded());
    assertEquals(
        deciding.target().equals("!") ? null : deciding.target(),
        route.target() == null ? null : route.target().toString());
    assertEquals(model.body(expected), route.options().text("limit.body"), request);
    assertEquals(model.guards(expected), route.options().all("opening.only"), request);
    assertEquals(model.guards(expected).isEmpty() ? 0 : 1, route.guards().length);
  }

  private SiteNode build(
      String name, String body, String guard, List<Spec> routes, SiteNode before) {
    Problems ignored = new Problems();
    String text =
        "listen=127.0.0.1:1\n"
            + (body == null ? "" : "limit.body=" + body + "\n")
            + (guard == null ? "" : "opening.only=" + guard + "\n");
    SiteFile site = SiteFile.parse(file("org.sluice.site~" + name + ".cfg", text), ignored);
    List<RouteFile> files =
        routes.stream()
            .map(r -> file("org.sluice.route~" + r.name() + ".cfg", r.text()))
            .map(f -> RouteFile.parse(f, KNOWN, ignored))
            .toList();
    OptionsBuilder options = new OptionsBuilder(CATALOG, CATALOG.keys(), BASE, ignored);
    return SiteBuilder.build(site, files, before, options, ignored);
  }

  private CfgFile file(String name, String text) {
    return reader.read(FileName.parse(name), text.getBytes(StandardCharsets.UTF_8));
  }

  private static List<Spec> withoutTwins(List<Spec> routes) {
    Set<String> places = new HashSet<>();
    Set<String> names = new HashSet<>();
    return routes.stream()
        .filter(r -> names.add(r.name()))
        .filter(r -> r.match() != null || places.add(r.site() + r.path()))
        .toList();
  }

  @Provide
  Arbitrary<List<Spec>> routes() {
    Arbitrary<String> names =
        Arbitraries.strings().withCharRange('a', 'z').ofMinLength(1).ofMaxLength(3);
    Arbitrary<String> sites = Arbitraries.of("a", "b").injectNull(0.5);
    Arbitrary<String> matches = Arbitraries.of("a$", "^/a", "b", "/./").injectNull(0.7);
    Arbitrary<String> targets =
        Arbitraries.of("fd:run/1", "file:", "!", "http://h/").injectNull(0.4);
    return Combinators.combine(
            names,
            sites,
            path(),
            matches,
            Arbitraries.integers().between(0, 2),
            targets,
            values(),
            guards())
        .as(Spec::new)
        .list()
        .ofMaxSize(12);
  }

  @Provide
  Arbitrary<List<String>> paths() {
    return path().list().ofSize(8);
  }

  @Provide
  Arbitrary<String> values() {
    return Arbitraries.of("", "1k", "2k", "3").injectNull(0.6);
  }

  @Provide
  Arbitrary<String> guards() {
    return Arbitraries.of("", "g1", "g2", "g3").injectNull(0.7);
  }

  private static Arbitrary<String> path() {
    return Arbitraries.of("a", "b", "ab", "aa")
        .list()
        .ofMaxSize(4)
        .flatMap(
            segments ->
                Arbitraries.of("", "/")
                    .map(
                        end -> "/" + String.join("/", segments) + (segments.isEmpty() ? "" : end)));
  }
}
