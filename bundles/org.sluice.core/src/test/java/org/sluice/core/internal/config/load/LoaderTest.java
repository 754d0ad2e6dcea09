package org.sluice.core.internal.config.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sluice.core.internal.config.CoreSettings;
import org.sluice.core.internal.config.RouteNode;
import org.sluice.core.internal.config.SiteNode;
import org.sluice.core.internal.config.Snapshot;
import org.sluice.core.internal.config.keys.Catalog;

class LoaderTest {
  @TempDir Path folder;
  private Base base;

  @BeforeEach
  void site() throws Exception {
    base = Base.withSite(folder).route("root", "target=file:");
  }

  @Test
  void anUnchangedPassKeepsEveryObject() throws Exception {
    base.route("x", "path=/x/", "target=fd:run/x.sock", "limit.body=1m");
    Snapshot first = base.loadWell();
    Snapshot second = base.loadWell();
    assertEquals(1, first.generation());
    assertEquals(2, second.generation());
    assertSame(first.site("a"), second.site("a"));
    assertEquals(first.listeners(), second.listeners());
  }

  @Test
  void aRouteThatChangesLeavesTheOthersAlone() throws Exception {
    base.route("x", "path=/x/", "target=fd:run/x.sock");
    base.route("y", "path=/y/", "target=fd:run/y.sock");
    base.loadWell();
    SiteNode site = base.a();
    RouteNode x = base.at("/x/1");
    RouteNode y = base.at("/y/1");
    base.route("y", "path=/y/", "target=fd:run/z.sock").loadWell();
    assertNotSame(site, base.a());
    assertSame(site.info(), base.a().info());
    assertSame(site.info(), x.site());
    assertSame(x, base.at("/x/1"));
    assertNotSame(y, base.at("/y/1"));
    assertEquals("run/z.sock", base.at("/y/1").target().rest());
  }

  @Test
  void anInheritedOptionChangesWhatInheritsIt() throws Exception {
    base.route("x", "path=/x/", "target=fd:run/x.sock", "limit.body=5");
    base.route("y", "path=/y/", "target=fd:run/y.sock");
    base.loadWell();
    RouteNode x = base.at("/x/1");
    RouteNode y = base.at("/y/1");
    base.route("root", "target=file:", "limit.body=7").loadWell();
    assertSame(x, base.at("/x/1"));
    assertNotSame(y, base.at("/y/1"));
    assertEquals(7, base.at("/y/1").limits().body());
  }

  @Test
  void aCommentMovesPlacesButNoObjects() throws Exception {
    base.route("x", "path=/x/", "target=fd:run/x.sock", "limit.body=5").loadWell();
    RouteNode x = base.at("/x/1");
    base.route("x", "# new", "path=/x/", "target=fd:run/x.sock", "limit.body=5").loadWell();
    assertSame(x, base.at("/x/1"));
    assertEquals("etc/org.sluice.route~x.cfg:4", x.options().origin("limit.body"));
  }

  @Test
  void aBadFileKeepsItsLastGoodStateAlsoOverARestart() throws Exception {
    base.route("x", "path=/x/", "target=fd:run/x.sock", "limit.body=5").loadWell();
    RouteNode x = base.at("/x/1");
    base.route("x", "path=/y/", "target=fd:run/x.sock", "limit.body=5q").load();
    assertEquals(1, base.errors().size());
    assertSame(x, base.at("/x/1"));
    assertEquals("root", base.name("/y/1"));

    base.restart().load();
    assertEquals(1, base.errors().size());
    assertEquals("x", base.name("/x/1"));
    assertNull(base.at("/x/1").unavailable());
    assertEquals(5, base.at("/x/1").limits().body());
    assertTrue(
        base.result().problems().toString().contains("stays in effect as it was"),
        base.result().problems()::toString);

    base.route("x", "path=/y/", "target=fd:run/x.sock").restart().loadWell();
    assertEquals("root", base.name("/x/1"));
    assertEquals("x", base.name("/y/1"));
  }

  @Test
  void lastGoodStatesAreWrittenOnlyWhenTheyChange() throws Exception {
    base.loadWell();
    Path kept = folder.resolve("run/last-good/org.sluice.route~root.cfg");
    assertEquals("target=file:\n", Files.readString(kept));
    Object inode = Files.getAttribute(kept, "unix:ino");
    base.loadWell();
    base.restart().loadWell();
    assertEquals(inode, Files.getAttribute(kept, "unix:ino"));
    base.route("root", "target=file:docs").loadWell();
    assertEquals("target=file:docs\n", Files.readString(kept));
    assertEquals("rw-------", mode(kept));
    assertEquals("rwx------", mode(kept.getParent()));
  }

  private static String mode(Path path) throws Exception {
    return java.nio.file.attribute.PosixFilePermissions.toString(
        Files.getPosixFilePermissions(path));
  }

  @Test
  void aDeletedFileIsGoneWithItsLastGoodState() throws Exception {
    base.route("x", "path=/x/", "target=fd:run/x.sock").loadWell();
    base.route("x", "path=/x/", "target=none").load();
    assertEquals("x", base.name("/x/1"));
    base.delete("org.sluice.route~x.cfg").loadWell();
    assertEquals("root", base.name("/x/1"));
    base.route("x", "path=/x/", "target=none").load();
    assertNotNull(base.at("/x/1").unavailable());
  }

  @Test
  void aBadRouteWithoutLastGoodStateNeverFallsThrough() throws Exception {
    base.route("x", "path=/x/", "target=fd:run/x.sock", "limit.body=5q");
    base.route("deep", "path=/x/deep/", "target=file:");
    base.route("m", "match=[.]git", "target=nothing");
    base.load();
    assertEquals("x", base.name("/x/1"));
    assertTrue(base.at("/x/1").unavailable().contains("limit.body=5q"));
    assertNull(base.at("/x/1").target());
    // What inherits from a file that may hold a guard cannot be known either.
    assertNotNull(base.at("/x/deep/1").unavailable());
    assertNotNull(base.at("/a/.git/config").unavailable());
    assertNull(base.at("/a/index.html").unavailable());
  }

  @Test
  void ofABadFileNothingButItsPlaceIsUsed() throws Exception {
    base.loadWell();
    base.route("x", "path=/x/", "target=file:", "error.=/e", "header.=v", "header.A=b");
    base.site("b", "listen=127.0.0.1:8080", "hosts=b.example", "error.=/e", "error.404=/e").load();
    assertEquals(3, base.errors().size(), base.errors()::toString);
    assertNotNull(base.at("/x/1").unavailable());
    assertEquals(List.of(), base.at("/x/1").options().settings());
    SiteNode b = host("b.example");
    assertNotNull(b.unavailable());
    assertEquals(List.of(), b.info().options().settings());
    assertNull(b.errorPage(404));
    // The site itself had a good state before.
    base.site("a", "listen=127.0.0.1:8080", "error.=/e").route("y", "path=/y/", "target=file:");
    base.load();
    assertEquals("y", base.name("/y/1"));
    assertNull(base.at("/y/1").unavailable());
  }

  @Test
  void aRouteWhoseFileIsUnreadableTakesWhatItMightHaveGuarded() throws Exception {
    Files.createDirectories(folder.resolve("etc/org.sluice.route~lost.cfg"));
    base.load();
    assertNotNull(base.at("/anything").unavailable());
    // Nor does a good route above help, since nobody knows whether that is the place.
    base.restart().load();
    assertNotNull(base.at("/anything").unavailable());
    Files.delete(folder.resolve("etc/org.sluice.route~lost.cfg"));
    base.restart().loadWell();
    base.route("lost", "path /x/", "target=!").load();
    assertNotNull(base.at("/anything").unavailable());
  }

  @Test
  void aMatchThatNobodyCanJudgeComesFirst() throws Exception {
    base.route("m", "match=^/priv(", "target=!").route("n", "match=^/x", "order=1", "target=file:");
    base.load();
    assertEquals("m", base.name("/x"));
    assertNotNull(base.at("/x").unavailable());
  }

  @Test
  void aBadSiteWithoutLastGoodStateAnswers503OnItsListener() throws Exception {
    base.site("b", "listen=127.0.0.1:8080", "hosts=b.example", "limit.body=x").load();
    SiteNode b = base.load().table("127.0.0.1:8080").find("b.example");
    assertEquals("b", b.name());
    assertTrue(b.unavailable().contains("limit.body=x"));
    assertNull(base.a().unavailable());
  }

  @Test
  void aBadSiteDoesNotTakeNamesFromAGoodOne() throws Exception {
    base.site("0", "listen=127.0.0.1:8080", "limit.body=x");
    assertEquals("a", base.load().table("127.0.0.1:8080").find("any.example").name());
  }

  @Test
  void ofFilesThatDoNotFitTheChangedOneGivesWay() throws Exception {
    base.site("b", "listen=127.0.0.1:8080", "hosts=b.example").loadWell();
    base.site("c", "listen=127.0.0.1:8080", "hosts=b.example,c.example").load();
    assertEquals(1, base.errors().size());
    assertEquals("b", host("b.example").name());
    assertNull(host("b.example").unavailable());
    assertNotNull(host("c.example").unavailable());
    // Whatever was started in between: b was good with this text.
    base.restart().load();
    assertNull(host("b.example").unavailable());
    assertNotNull(host("c.example").unavailable());
  }

  @Test
  void ofTwinRoutesTheOneThatChangedGivesWay() throws Exception {
    base.route("x", "path=/x/", "target=fd:run/x.sock");
    base.route("m", "match=[.]git", "target=file:git").loadWell();
    RouteNode x = base.at("/x/1");
    RouteNode m = base.at("/.git");
    // Names that stand before and behind those of the good ones.
    base.route("x-old", "path=/x/", "target=fd:run/x.sock");
    base.route("y", "path=/x/", "target=fd:run/y.sock");
    base.route("m-old", "match=[.]git", "target=file:git").load();
    assertSame(x, base.at("/x/1"));
    assertSame(m, base.at("/.git"));
    assertEquals(
        List.of(
            "error etc/org.sluice.route~m-old.cfg:1 match=[.]git: the same path, match and order"
                + " for all sites as etc/org.sluice.route~m.cfg",
            "error etc/org.sluice.route~x-old.cfg:1 path=/x/: the same path for all sites as"
                + " etc/org.sluice.route~x.cfg",
            "error etc/org.sluice.route~y.cfg:1 path=/x/: the same path for all sites as"
                + " etc/org.sluice.route~x.cfg"),
        base.errors());
    String told = base.result().problems().toString();
    assertTrue(
        told.contains("x-old.cfg: has no effect: /x/ belongs to etc/org.sluice.route~x.cfg"), told);
    assertFalse(told.contains("answers 503"), told);

    // Nor does a twin that is wrong for itself.
    base.delete("org.sluice.route~y.cfg").route("x-old", "path=/x/", "target=nothing").load();
    assertSame(x, base.at("/x/1"));
    base.restart().load();
    assertNull(base.at("/x/1").unavailable());

    // What is left when the good one goes is as it stands.
    base.delete("org.sluice.route~x.cfg").load();
    assertNotNull(base.at("/x/1").unavailable());
  }

  @Test
  void aConflictIsToldOfTheFileThatChanged() throws Exception {
    base.site("b", "listen=127.0.0.1:8080", "hosts=b.example").loadWell();
    base.site("b-old", "listen=127.0.0.1:8080", "hosts=b.example").load();
    assertEquals(1, base.errors().size());
    assertTrue(base.errors().get(0).startsWith("error etc/org.sluice.site~b-old.cfg:2 hosts="));
    assertNull(host("b.example").unavailable());
  }

  @Test
  void ofTwoNewFilesThatDoNotFitNeitherServes() throws Exception {
    base.site("b", "listen=127.0.0.1:8080", "hosts=b.example");
    base.site("c", "listen=127.0.0.1:8080", "hosts=b.example").load();
    assertNotNull(host("b.example").unavailable());
  }

  @Test
  void aChangeThatMovesANameBetweenSitesIsOneStep() throws Exception {
    base.site("b", "listen=127.0.0.1:8080", "hosts=x.example,b.example");
    base.site("c", "listen=127.0.0.1:8080", "hosts=c.example").loadWell();
    base.site("b", "listen=127.0.0.1:8080", "hosts=b.example");
    base.site("c", "listen=127.0.0.1:8080", "hosts=c.example,x.example").loadWell();
    assertEquals("c", host("x.example").name());
  }

  private SiteNode host(String name) {
    return base.load().table("127.0.0.1:8080").find(name);
  }

  @Test
  void aFolderThatCannotBeListedKeepsEverything() throws Exception {
    base.loadWell();
    Files.move(folder.resolve("etc"), folder.resolve("away"));
    base.load();
    assertEquals("root", base.name("/x"));
    base.restart().load();
    assertEquals(List.of("error etc/: the folder does not exist"), base.errors());
    assertEquals("root", base.name("/x"));
  }

  @Test
  void aSecretIsNotCopiedToTheLastGoodState() throws Exception {
    base.file("run/key", "s3cret").route("root", "target=file:", "header.X=${file:run/key}");
    base.loadWell();
    assertEquals("s3cret", base.at("/").options().text("header.X"));
    try (var files = Files.list(folder.resolve("run/last-good"))) {
      for (Path file : files.toList()) {
        assertFalse(Files.readString(file).contains("s3cret"), file.toString());
      }
    }
    Files.delete(folder.resolve("run/key"));
    base.load();
    assertEquals("s3cret", base.at("/").options().text("header.X"), "kept in memory");
  }

  @Test
  void theNameOfAFileForgesNoLine() throws Exception {
    base.route("e\u001b[31m\nerror forged", "path=/x/", "target=file:").load();
    assertEquals(
        List.of(
            "error etc/org.sluice.route~e\\u001B[31m\\u000Aerror forged.cfg: the part behind ~ is a"
                + " name of letters, digits, '-', '_' and '.'"),
        base.errors());
    assertTrue(base.at("/x/1").unavailable().chars().allMatch(c -> c >= ' '));
  }

  @Test
  void coreSettings() throws Exception {
    CoreSettings defaults = base.loadWell().core();
    Duration second = Duration.ofSeconds(1);
    assertEquals(
        new CoreSettings(
            second.multipliedBy(2),
            second.multipliedBy(4),
            second.multipliedBy(5),
            second.multipliedBy(10),
            0,
            "Sluice"),
        defaults);
    base.file("etc/org.sluice.core.cfg", "plugin.hold=1s", "workers=7", "server-header=off");
    CoreSettings set = base.loadWell().core();
    assertEquals(second, set.pluginHold());
    assertEquals(7, set.workers());
    assertNull(set.serverHeader());
    base.file("etc/org.sluice.core.cfg", "plugin.hold=1x", "workers=9").load();
    assertEquals(set, base.result().snapshot().core());
  }

  @Test
  void aPluginThatComesIsCheckedAndOneThatGoesLeavesItsGuard() throws Exception {
    Catalog catalog = new Catalog();
    Base own = new Base(folder.resolve("own"), catalog).site("a", "listen=127.0.0.1:8080");
    own.route("r", "target=file:", "geo.deny=xx", "geo.retry=5").load();
    assertEquals(2, own.result().problems().size(), own.result().problems()::toString);
    RouteNode without = own.at("/");
    assertEquals(0, without.guards().length);

    catalog.add("geo", geo());
    own.load();
    assertTrue(own.errors().toString().contains("geo.retry=5: a duration"), own.errors()::toString);
    own.route("r", "target=file:", "geo.deny=xx", "geo.retry=5s").loadWell();
    assertEquals(List.of("geo"), Arrays.asList(own.at("/").guards()));
    assertEquals(Duration.ofSeconds(5), own.at("/").options().duration("geo.retry"));

    catalog.remove("geo");
    own.load();
    assertEquals(List.of("geo"), Arrays.asList(own.at("/").guards()));

    Base later = new Base(folder.resolve("own"), new Catalog());
    later.load();
    assertEquals(List.of("geo"), Arrays.asList(later.at("/").guards()), "known over a restart");
  }

  private static ByteArrayInputStream geo() {
    return new ByteArrayInputStream(
        ("<m xmlns:sluice='http://sluice.org/xmlns/option/v1.0.0'>"
                + "<OCD id='g' sluice:plugin='geo' sluice:scope='route'>"
                + "<AD id='geo.deny' sluice:type='LIST' sluice:guard='true'/>"
                + "<AD id='geo.retry' sluice:type='DURATION' default='1s'/></OCD></m>")
            .getBytes(StandardCharsets.UTF_8));
  }
}
