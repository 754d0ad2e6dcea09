package org.sluice.core.internal.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.api.engine.ListenerSpec;
import org.sluice.api.engine.TransferLimits;
import org.sluice.core.internal.config.load.Base;

class RouteTest {
  @TempDir Path folder;
  private Base base;

  @BeforeEach
  void site() throws Exception {
    base = Base.withSite(folder);
  }

  @ParameterizedTest
  @CsvSource({
    "/fd, plain",
    "/fd/, slash",
    "/fd/x, slash",
    "/fdx, root",
    "/m1, root",
    "/m1/, m1",
    "/m2, m2",
    "/m2/x, m2",
    "/m2;x=1/a, root",
    "/M2, root",
    "/ä b/c, umlaut",
    "/, root",
  })
  void pathsMatchByWholeSegmentsAsWritten(String path, String route) throws Exception {
    base.route("root", "target=file:");
    base.route("plain", "path=/fd", "target=fd:run/1");
    base.route("slash", "path=/fd/", "target=fd:run/2");
    base.route("m1", "path=/m1/", "target=!");
    base.route("m2", "path=//m2", "target=file:");
    base.route("umlaut", "path=/ä b/", "target=file:").loadWell();
    assertEquals(route, base.name(path));
  }

  @Test
  void anythingThatIsNoPathMatchesNothing() throws Exception {
    base.route("root", "target=file:").loadWell();
    assertNull(base.a().match("*"));
    assertNull(base.a().match(""));
  }

  @Test
  void aMatchGivesItsGroups() throws Exception {
    base.route("root", "target=file:");
    base.route("m", "path=/x", "match=^/x/(.*)-(b)?", "target=http://h/$1").loadWell();
    RouteMatch match = base.a().match("/x/aa-c");
    assertEquals("m", match.route().name());
    assertEquals("/x/aa-", match.group(0));
    assertEquals("aa", match.group(1));
    assertNull(match.group(2));
    assertNull(match.group(3));
    assertNull(match.group(-1));
    assertEquals("/aa-c", match.rest());
    assertNull(base.a().match("/y").group(0));
    assertEquals("^/x/(.*)-(b)?", match.route().pattern());
  }

  @Test
  void anExpressionThatNeverEndsCostsTheRequestNotTheLoop() throws Exception {
    base.route("root", "target=file:").route("m", "match=(.*a){25}c", "target=!").loadWell();
    RouteNode stopped = base.at("/" + "a".repeat(60) + "b");
    assertEquals("m", stopped.name());
    assertTrue(stopped.unavailable().contains("took too long"), stopped.unavailable());
    base.route("m", "match=^/(x|y)*$", "target=!").loadWell();
    assertNotNull(base.at("/" + "x".repeat(100_000)).name(), "deep recursion is caught");
  }

  @Test
  void aRefiningRouteKeepsTargetAndMapping() throws Exception {
    base.route("top", "path=/fd/", "target=fd:run/a.sock", "flusher=raw", "limit.body=1k");
    base.route("more", "path=/fd/big/", "limit.body=1m", "flusher=");
    base.route("regex", "path=/fd/", "match=[.]zip$", "limit.body=2m").loadWell();
    RouteMatch match = base.a().match("/fd/big/x");
    assertEquals("more", match.route().name());
    assertEquals("/fd/", match.route().mappedPath());
    assertEquals("big/x", match.rest());
    assertEquals("fd", match.route().scheme());
    assertEquals("", match.route().options().text("flusher"));
    assertEquals(1 << 20, match.route().limits().body());
    assertEquals("raw", base.at("/fd/a.zip").options().text("flusher"));
    assertEquals(2 << 20, base.at("/fd/a.zip").limits().body());
  }

  @Test
  void anExcludedPathHasNoTarget() throws Exception {
    base.route("root", "target=file:").route("no", "path=/no", "target=!");
    base.route("below", "path=/no/x/", "limit.body=1").loadWell();
    assertTrue(base.at("/no/y").excluded());
    assertTrue(base.at("/no/x/y").excluded());
    assertNull(base.at("/no").target());
    assertEquals("root", base.name("/nox"));
  }

  @Test
  void guardsOfSiteAndRoutesAddUp() throws Exception {
    base.site("a", "listen=127.0.0.1:8080", "access.allow=10.0.0.0/8");
    base.route("root", "target=file:", "ssi=on");
    base.route("in", "path=/in/", "access.allow=192.168.0.0/16", "cgi.suffix=.pl").load();
    assertEquals(List.of("access", "cgi", "ssi"), Arrays.asList(base.at("/in/").guards()));
    assertEquals(List.of("access", "ssi"), Arrays.asList(base.at("/").guards()));
    assertEquals(
        List.of("10.0.0.0/8", "192.168.0.0/16"), base.at("/in/").options().all("access.allow"));
    assertEquals("on", base.at("/in/").options().text("ssi"));
    assertEquals(
        "etc/org.sluice.route~in.cfg:2 etc/org.sluice.site~a.cfg:2",
        base.at("/in/").options().origin("access.allow"));
  }

  @Test
  void aSwitchThatIsOffNeedsNoPlugin() throws Exception {
    base.route("root", "target=file:", "ssi=off").loadWell();
    assertTrue(base.at("/").unguarded());
  }

  @Test
  void limitsOfListenerAndRoute() throws Exception {
    base.site("a", "listen=127.0.0.1:8080,[::1]:0,*:9", "limit.header=4k", "timeout.keepalive=1m");
    base.site(
        "b",
        "listen=127.0.0.1:8080",
        "hosts=b",
        "limit.connections=9",
        "limit.connections-per-address=3",
        "reuse-port=on");
    base.route("root", "target=file:", "timeout.write=0s").loadWell();
    List<ListenerPlan> listeners = base.load().listeners();
    assertEquals(
        List.of("*:9", "127.0.0.1:8080", "[::1]:0"),
        listeners.stream().map(ListenerPlan::key).toList());
    ListenerSpec spec = listeners.get(1).spec();
    assertEquals(
        new ListenerSpec(
            spec.address(),
            8190,
            4096,
            100,
            Duration.ofSeconds(20),
            Duration.ofMinutes(1),
            9,
            0,
            1024,
            3,
            true),
        spec);
    assertEquals("/127.0.0.1:8080", spec.address().toString());
    assertEquals("etc/org.sluice.site~a.cfg:1", listeners.get(1).origin());
    assertEquals("*", listeners.get(0).spec().address().getHostString());
    assertTrue(listeners.get(0).spec().address().isUnresolved());
    assertEquals(
        new TransferLimits(1 << 30, Duration.ofSeconds(20), Duration.ZERO), base.at("/").limits());
  }

  @Test
  void sitesKnowTheirRootAndErrorPages() throws Exception {
    base.site("a", "listen=127.0.0.1:8080", "root=../www", "error.404=/404.html");
    base.route("root", "target=file:").loadWell();
    assertEquals(folder.toAbsolutePath().getParent().resolve("www"), base.a().root());
    assertEquals("/404.html", base.a().errorPage(404));
    assertNull(base.a().errorPage(500));
    assertNull(base.a().errorPage(200));
    assertEquals(1, base.a().routes().size());
  }
}
