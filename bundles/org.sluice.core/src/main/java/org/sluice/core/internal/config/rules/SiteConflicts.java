package org.sluice.core.internal.config.rules;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.sluice.core.internal.config.keys.BadValueException;
import org.sluice.core.internal.config.keys.KeySpec;
import org.sluice.core.internal.config.keys.Keys;
import org.sluice.core.internal.config.keys.Scope;
import org.sluice.core.internal.config.read.CfgEntry;
import org.sluice.core.internal.config.read.FileName.Kind;

/** Rules among sites: names and default sites of a listener, its keys, overlapping addresses. */
public final class SiteConflicts {
  private final Keys keys;
  private final List<Conflict> conflicts = new ArrayList<>();

  private SiteConflicts(Keys keys) {
    this.keys = keys;
  }

  /** All conflicts among sites that are right one by one. */
  public static List<Conflict> find(List<SiteFile> sites, Keys keys) {
    SiteConflicts rules = new SiteConflicts(keys);
    Map<String, List<SiteFile>> byListener = new TreeMap<>();
    Map<String, ListenRule> addresses = new TreeMap<>();
    for (SiteFile site : sites) {
      for (ListenRule listen : site.listens()) {
        byListener.computeIfAbsent(listen.key(), any -> new ArrayList<>()).add(site);
        addresses.putIfAbsent(listen.key(), listen);
      }
    }
    byListener.forEach(rules::listener);
    rules.overlaps(new ArrayList<>(addresses.values()), byListener);
    return rules.conflicts;
  }

  private void listener(String key, List<SiteFile> sites) {
    names(key, sites);
    keys.all(Kind.SITE).stream()
        .filter(spec -> spec.scope() == Scope.LISTENER)
        .forEach(spec -> agree(key, spec, sites));
  }

  private void names(String listener, List<SiteFile> sites) {
    Map<String, SiteFile> owners = new HashMap<>();
    for (SiteFile site : sites) {
      List<String> names = site.hosts().isEmpty() ? List.of("") : site.hosts();
      for (String name : names) {
        SiteFile first = owners.putIfAbsent(name, site);
        if (first != null && first != site) {
          String what =
              name.isEmpty()
                  ? "two sites of listener " + listener + " have no hosts=: this and "
                  : "host " + name + " on listener " + listener + " belongs to ";
          conflict(site.hostsEntry(), what + first.file().display(), first, site);
        }
      }
    }
  }

  /** A site that does not set the key goes along with those that do. */
  private void agree(String listener, KeySpec spec, List<SiteFile> sites) {
    SiteFile first = null;
    for (SiteFile site : sites) {
      String value = site.file().value(spec.key());
      if (value == null) {
        continue;
      }
      if (first == null) {
        first = site;
      } else if (!same(spec, value, first.file().value(spec.key()))) {
        CfgEntry other = first.file().entry(spec.key());
        conflict(
            site.file().entry(spec.key()),
            "sites that share listener "
                + listener
                + " must agree on it; "
                + other.origin()
                + " says "
                + other.raw(),
            first,
            site);
      }
    }
  }

  private static boolean same(KeySpec spec, String a, String b) {
    try {
      return spec.parse(spec.key(), a).equals(spec.parse(spec.key(), b));
    } catch (BadValueException reportedWithItsFile) {
      return true;
    }
  }

  private void overlaps(List<ListenRule> listens, Map<String, List<SiteFile>> byListener) {
    listens.sort(Comparator.comparing(ListenRule::key));
    for (int i = 0; i < listens.size(); i++) {
      for (int j = i + 1; j < listens.size(); j++) {
        if (listens.get(i).overlaps(listens.get(j))) {
          SiteFile first = byListener.get(listens.get(i).key()).get(0);
          SiteFile second = byListener.get(listens.get(j).key()).get(0);
          conflict(
              second.file().entry("listen"),
              listens.get(j).key()
                  + " and "
                  + listens.get(i).key()
                  + " of "
                  + first.file().display()
                  + " cannot both be opened: one of them includes the other",
              first,
              second);
        }
      }
    }
  }

  private void conflict(CfgEntry at, String message, SiteFile first, SiteFile second) {
    conflicts.add(
        new Conflict(at, message, List.of(first.file().display(), second.file().display())));
  }
}
