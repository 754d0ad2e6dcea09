package org.sluice.core.internal.config.load;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.sluice.core.internal.config.ListenerBuilder;
import org.sluice.core.internal.config.ListenerPlan;
import org.sluice.core.internal.config.OptionsBuilder;
import org.sluice.core.internal.config.SiteBuilder;
import org.sluice.core.internal.config.SiteNode;
import org.sluice.core.internal.config.SiteTable;
import org.sluice.core.internal.config.Snapshot;
import org.sluice.core.internal.config.keys.Catalog;
import org.sluice.core.internal.config.keys.Keys;
import org.sluice.core.internal.config.read.CfgFile;
import org.sluice.core.internal.config.read.CfgReader;
import org.sluice.core.internal.config.read.ConfigFolder;
import org.sluice.core.internal.config.read.Problems;
import org.sluice.core.internal.config.read.Substitution;
import org.sluice.core.internal.config.rules.Known;
import org.sluice.core.internal.config.rules.ListenRule;
import org.sluice.core.internal.config.rules.SiteFile;

/**
 * Reads {@code etc/} as one set and makes one snapshot of it. Whatever is wrong, there is always a
 * snapshot: a bad file keeps its last good state, and without one its site or path answers 503. Not
 * thread-safe: one thread loads.
 */
public final class Loader {
  private final Path base;
  private final Catalog catalog;
  private final CfgReader reader;

  /** A loader of {@code base/etc} with the environment of this process. */
  public Loader(Path base, Catalog catalog) {
    this(base, catalog, System::getenv);
  }

  /** A loader of {@code base/etc}; {@code environment} gives a variable's value or null. */
  public Loader(Path base, Catalog catalog, UnaryOperator<String> environment) {
    this.base = base.toAbsolutePath().normalize();
    this.catalog = catalog;
    this.reader = new CfgReader(new Substitution(this.base, environment));
  }

  /**
   * Reads everything.
   *
   * @param known names that plug-ins serve now, for warnings
   * @param lastGood where last good states are kept; brought up to date here
   * @param before the snapshot before, whose unchanged objects are used again; or null
   */
  public Result load(Known known, LastGood lastGood, Snapshot before) {
    Problems problems = new Problems();
    catalog.rememberGuards(lastGood.open(reader));
    Keys keys = catalog.keys();
    List<CfgFile> read = new ConfigFolder(base.resolve("etc")).read(reader, problems);
    List<CfgFile> files = read != null ? read : lastGood.all();
    FileSet set = new FileSet(files, lastGood, keys, known, problems);
    if (read != null) {
      lastGood.keep(set.accepted(), files, catalog.guards());
    }
    set.warnOfLogsWithoutRoutes();
    set.warnOfBalancersWithoutMembers();
    if (lastGood.isKept()) {
      set.describe();
    }
    return new Result(snapshot(set, before, problems), problems.sorted(), set.effective());
  }

  private Snapshot snapshot(FileSet set, Snapshot before, Problems problems) {
    OptionsBuilder options = new OptionsBuilder(catalog, set.keys(), base, problems);
    List<SiteFile> files = new ArrayList<>(set.sites());
    files.sort(Comparator.comparing(SiteFile::name));
    List<SiteNode> sites = new ArrayList<>();
    Map<String, List<SiteNode>> byListener = new HashMap<>();
    for (SiteFile file : goodFirst(files)) {
      SiteNode earlier = before == null ? null : before.site(file.name());
      SiteNode site = SiteBuilder.build(file, set.routes(), earlier, options, problems);
      sites.add(site);
      for (ListenRule listen : file.listens()) {
        byListener.computeIfAbsent(listen.key(), any -> new ArrayList<>()).add(site);
      }
    }
    sites.sort(Comparator.comparing(SiteNode::name));
    doubts(sites, problems);
    List<ListenerPlan> listeners = ListenerBuilder.build(files, set.keys());
    Map<String, SiteTable> tables = new HashMap<>();
    byListener.forEach((key, list) -> tables.put(key, new SiteTable(list)));
    return new Snapshot(
        before == null ? 1 : before.generation() + 1,
        CoreFile.parse(set.core(), set.keys()),
        listeners,
        tables,
        sites,
        problems.sorted());
  }

  /** Where two sites claim one name, the one that is right gets it. */
  private static List<SiteFile> goodFirst(List<SiteFile> files) {
    List<SiteFile> order = new ArrayList<>(files);
    order.sort(Comparator.comparing(file -> file.bad() != null));
    return order;
  }

  private static void doubts(List<SiteNode> sites, Problems problems) {
    if (sites.isEmpty()) {
      problems.warning(
          "etc/", 0, "there is no site (org.sluice.site~NAME.cfg), so nothing listens");
    }
    for (SiteNode site : sites) {
      if (site.routes().isEmpty() && site.unavailable() == null) {
        problems.warning(site.origin(), 0, "no route leads anywhere: every path answers 404");
      }
    }
  }
}
