package org.sluice.core.internal.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.core.internal.config.keys.Catalog;
import org.sluice.core.internal.config.load.Base;

class SiteTableTest {
  @TempDir Path folder;

  private SiteTable table(boolean withDefault) throws Exception {
    Base base = new Base(folder, new Catalog()).route("r", "target=file:");
    base.site("exact", "listen=127.0.0.1:80", "hosts=a.example,b.a.example,[::1],10.0.0.1");
    base.site("wild", "listen=127.0.0.1:80", "hosts=*.a.example,*.x");
    base.site("deep", "listen=127.0.0.1:80", "hosts=*.c.a.example");
    if (withDefault) {
      base.site("default", "listen=127.0.0.1:80");
    }
    return base.loadWell().table("127.0.0.1:80");
  }

  @ParameterizedTest
  @CsvSource({
    "a.example, exact",
    "A.Example:8080, exact",
    "a.example., exact",
    "a.example.:80, exact",
    "b.a.example, exact",
    "c.a.example, wild",
    "d.c.a.example, deep",
    "e.d.c.a.example:1, deep",
    "y.z.x, wild",
    "x, default",
    ".x, default",
    "xa.example, default",
    "a.example.org, default",
    "[::1]:80, exact",
    "[0:0:0:0:0:0:0:1], exact",
    "[::0001], exact",
    "[::2], default",
    "[::1, default",
    "10.0.0.1:80, exact",
    ":80, default",
    "., default",
    "'', default",
    ", default",
  })
  void findsExactThenLongestWildcardThenDefault(String host, String site) throws Exception {
    assertEquals(site, table(true).find(host).name());
  }

  @Test
  void withoutDefaultSiteAStrangerGetsNone() throws Exception {
    assertNull(table(false).find("stranger.example"));
    assertNull(table(false).find(null));
  }

  @Test
  void anotherListenerHasNoSites() throws Exception {
    Base base = Base.withSite(folder).route("r", "target=file:");
    assertNull(base.loadWell().table("127.0.0.1:1").find("a.example"));
  }

  @Test
  void lookingUpAllocatesNothingButTheMatch() throws Exception {
    SiteTable table = table(true);
    SiteNode site = table.find("a.example");
    long finding = allocated(() -> table.find("e.d.c.a.example:8080"));
    long matching = allocated(() -> site.match("/some/path/that/is/longer"));
    assertEquals(0, finding);
    assertEquals(24, matching, "a RouteMatch with three references");
  }

  /** Bytes of one call, measured over many. */
  private static long allocated(Runnable call) {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    for (int i = 0; i < 20_000; i++) {
      call.run();
    }
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 20_000; i++) {
      call.run();
    }
    return (threads.getCurrentThreadAllocatedBytes() - before) / 20_000;
  }
}
