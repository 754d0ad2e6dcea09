package org.sluice.core.internal.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.sluice.api.engine.ListenerSpec;
import org.sluice.core.internal.config.keys.BadValueException;
import org.sluice.core.internal.config.keys.KeySpec;
import org.sluice.core.internal.config.keys.Keys;
import org.sluice.core.internal.config.read.CfgEntry;
import org.sluice.core.internal.config.read.FileName.Kind;
import org.sluice.core.internal.config.rules.ListenRule;
import org.sluice.core.internal.config.rules.SiteFile;

/** Builds the listeners that sites ask for. */
public final class ListenerBuilder {
  private final Keys keys;
  private final Map<String, ListenRule> addresses = new TreeMap<>();
  private final Map<String, List<SiteFile>> users = new TreeMap<>();

  private ListenerBuilder(Keys keys) {
    this.keys = keys;
  }

  /** All listeners in the order of their keys; a site that is right decides before a bad one. */
  public static List<ListenerPlan> build(List<SiteFile> sites, Keys keys) {
    ListenerBuilder builder = new ListenerBuilder(keys);
    List<SiteFile> goodFirst = new ArrayList<>(sites);
    goodFirst.sort(Comparator.comparing(site -> site.bad() != null));
    for (SiteFile site : goodFirst) {
      for (ListenRule listen : site.listens()) {
        builder.addresses.putIfAbsent(listen.key(), listen);
        builder.users.computeIfAbsent(listen.key(), any -> new ArrayList<>()).add(site);
      }
    }
    return builder.addresses.keySet().stream().map(builder::plan).toList();
  }

  private ListenerPlan plan(String key) {
    List<SiteFile> sites = users.get(key);
    ListenerSpec spec =
        new ListenerSpec(
            addresses.get(key).address(),
            number(sites, "limit.request-line"),
            number(sites, "limit.header"),
            number(sites, "limit.headers"),
            (Duration) value(sites, "timeout.header"),
            (Duration) value(sites, "timeout.keepalive"),
            number(sites, "limit.connections"),
            number(sites, "limit.requests-per-connection"),
            number(sites, "backlog"),
            number(sites, "limit.connections-per-address"),
            Boolean.TRUE.equals(value(sites, "reuse-port")));
    CfgEntry listen = sites.get(0).file().entry("listen");
    return new ListenerPlan(key, spec, listen.file(), listen.line());
  }

  private int number(List<SiteFile> sites, String key) {
    Object value = value(sites, key);
    return value == null ? 0 : Math.toIntExact((Long) value);
  }

  private Object value(List<SiteFile> sites, String key) {
    KeySpec spec = keys.find(Kind.SITE, key);
    for (SiteFile site : sites) {
      CfgEntry entry = site.file().entry(key);
      if (entry != null && !entry.value().isEmpty()) {
        try {
          return spec.parse(key, entry.value());
        } catch (BadValueException reportedBefore) {
          // The next site, or the default: the bad site answers 503 anyway.
        }
      }
    }
    return spec.defaultValue();
  }
}
