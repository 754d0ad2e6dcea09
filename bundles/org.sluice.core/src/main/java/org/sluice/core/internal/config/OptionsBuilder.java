package org.sluice.core.internal.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.sluice.core.internal.config.keys.BadValueException;
import org.sluice.core.internal.config.keys.Catalog;
import org.sluice.core.internal.config.keys.KeySpec;
import org.sluice.core.internal.config.keys.Keys;
import org.sluice.core.internal.config.keys.Scope;
import org.sluice.core.internal.config.read.CfgEntry;
import org.sluice.core.internal.config.read.CfgFile;
import org.sluice.core.internal.config.read.FileName.Kind;
import org.sluice.core.internal.config.read.Problems;
import org.sluice.core.internal.config.rules.RouteFile;
import org.sluice.core.internal.config.rules.SiteFile;

/**
 * Merges files into effective options: of an ordinary key the innermost entry counts, and an empty
 * one goes back to the default; the entries of a guard add up and an empty one takes none away.
 */
public final class OptionsBuilder {
  private final Catalog catalog;
  private final Keys keys;
  private final Path base;
  private final Problems problems;

  /** A builder that works with one view of the catalog and reports into {@code problems}. */
  public OptionsBuilder(Catalog catalog, Keys keys, Path base, Problems problems) {
    this.catalog = catalog;
    this.keys = keys;
    this.base = base;
    this.problems = problems;
  }

  /** The keys in use. */
  Keys keys() {
    return keys;
  }

  /** The folder that relative paths start from. */
  Path base() {
    return base;
  }

  /** Options of files, the innermost first. Bad values were reported before and are left out. */
  public EffectiveOptions build(List<CfgFile> innermostFirst) {
    Set<String> names = new TreeSet<>();
    for (CfgFile file : innermostFirst) {
      file.entries().stream().filter(this::isOption).forEach(entry -> names.add(entry.key()));
    }
    SortedMap<String, OptionValue> values = new TreeMap<>();
    for (String key : names) {
      OptionValue value =
          keys.guardOf(key) == null ? plain(key, innermostFirst) : guard(key, innermostFirst);
      if (value != null) {
        values.put(key, value);
      }
    }
    return new EffectiveOptions(catalog, base, values);
  }

  /** What was refused for its key is none: nobody could tell what it says. */
  private boolean isOption(CfgEntry entry) {
    String key = entry.key();
    if (SiteFile.STRUCTURE.contains(key) || RouteFile.STRUCTURE.contains(key)) {
      return false;
    }
    return keys.option(key) != null || keys.mayBeOfAbsentPlugin(key);
  }

  /**
   * Keys of a listener mean nothing on a route, so that a route's entry must not hide the site's.
   */
  private static boolean counts(CfgFile file, KeySpec spec) {
    boolean onRoute = file.name().kind() == Kind.ROUTE;
    return spec == null || !onRoute || spec.scope() == Scope.OPTION;
  }

  private OptionValue plain(String key, List<CfgFile> innermostFirst) {
    KeySpec spec = keys.option(key);
    for (CfgFile file : innermostFirst) {
      CfgEntry entry = file.entry(key);
      if (entry != null && counts(file, spec)) {
        return entry.value().isEmpty() ? null : value(spec, List.of(entry));
      }
    }
    return null;
  }

  private OptionValue guard(String key, List<CfgFile> innermostFirst) {
    KeySpec spec = keys.option(key);
    List<CfgEntry> outermostFirst = new ArrayList<>();
    for (int i = innermostFirst.size() - 1; i >= 0; i--) {
      CfgEntry entry = innermostFirst.get(i).entry(key);
      if (entry == null) {
        continue;
      }
      boolean off = entry.value().isEmpty() || (spec != null && entry.value().equals("off"));
      if (off && !outermostFirst.isEmpty()) {
        CfgEntry outer = outermostFirst.get(outermostFirst.size() - 1);
        problems.warning(
            entry,
            "has no effect: a guard cannot be taken back; " + outer.origin() + " still holds here");
      }
      if (!entry.value().isEmpty() && value(spec, List.of(entry)) != null) {
        outermostFirst.add(entry);
      }
    }
    return outermostFirst.isEmpty() ? null : value(spec, outermostFirst);
  }

  private static OptionValue value(KeySpec spec, List<CfgEntry> outermostFirst) {
    try {
      return OptionValue.of(spec, outermostFirst);
    } catch (BadValueException reportedBefore) {
      return null;
    }
  }
}
