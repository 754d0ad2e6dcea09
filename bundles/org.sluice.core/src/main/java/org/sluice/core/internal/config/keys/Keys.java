package org.sluice.core.internal.config.keys;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.sluice.core.internal.config.read.FileName.Kind;
import org.sluice.core.internal.config.read.Nearest;

/** All keys known at one moment: the core's and those of the plug-ins that are there. Immutable. */
public final class Keys {
  private final Map<Kind, Map<String, KeySpec>> byKind = new EnumMap<>(Kind.class);
  private final Map<String, KeySpec> options = new HashMap<>();
  private final Set<String> plugins;
  private final Set<String> guards;
  private final Map<String, Set<String>> pids;

  /**
   * A view.
   *
   * @param declared by plug-ins
   * @param plugins names of the plug-ins that are there
   * @param guards keys of absent plug-ins that are remembered to be guards
   * @param pids configuration PIDs with the keys they know
   */
  Keys(
      Collection<KeySpec> declared,
      Set<String> plugins,
      Set<String> guards,
      Map<String, Set<String>> pids) {
    this.plugins = Set.copyOf(plugins);
    this.guards = Set.copyOf(guards);
    this.pids = Map.copyOf(pids);
    for (Kind kind : Kind.values()) {
      Map<String, KeySpec> specs = new HashMap<>();
      CoreKeys.ALL.stream().filter(s -> s.scope().allows(kind)).forEach(s -> put(specs, s));
      declared.stream().filter(s -> s.scope().allows(kind)).forEach(s -> put(specs, s));
      byKind.put(kind, Map.copyOf(specs));
    }
    byKind.get(Kind.SITE).forEach((key, spec) -> putExact(key, spec));
  }

  /** What most looks are for: the key of one option, not that of a family. */
  private void putExact(String key, KeySpec spec) {
    if (!key.endsWith(".")) {
      options.put(key, spec);
    }
  }

  private static void put(Map<String, KeySpec> specs, KeySpec spec) {
    specs.put(spec.key(), spec);
  }

  /** The declaration that covers a key in such a file, or null. */
  public KeySpec find(Kind kind, String key) {
    Map<String, KeySpec> specs = byKind.get(kind);
    KeySpec exact = key.endsWith(".") ? null : specs.get(key);
    int dot = key.length();
    while (exact == null && (dot = key.lastIndexOf('.', dot - 1)) > 0) {
      KeySpec family = specs.get(key.substring(0, dot + 1));
      exact = family != null && family.covers(key) ? family : null;
    }
    return exact;
  }

  /** The declaration of an option as sites and routes see it, or null. */
  public KeySpec option(String key) {
    KeySpec exact = options.get(key);
    return exact != null ? exact : find(Kind.SITE, key);
  }

  /** The declaration of a whole family, or null. */
  KeySpec family(String prefix) {
    return byKind.get(Kind.SITE).get(prefix);
  }

  /** Whether a plug-in that declares options under this name is there. */
  public boolean hasPlugin(String name) {
    return plugins.contains(name);
  }

  /** The plug-in that must be there for a route that carries this key, or null. */
  public String guardOf(String key) {
    KeySpec spec = option(key);
    String owner = owner(key);
    if (spec != null) {
      return spec.guard() ? spec.owner() : null;
    }
    boolean known = CoreKeys.GUARDS.contains(owner) || guards.contains(key);
    return known && !hasPlugin(owner) ? owner : null;
  }

  /** Whether a key that nobody declares may be one of a plug-in that is not there. */
  public boolean mayBeOfAbsentPlugin(String key) {
    if (key.indexOf('.') < 0 || CoreKeys.owns(key) || hasPlugin(owner(key))) {
      return false;
    }
    for (Kind kind : byKind.keySet()) {
      if (find(kind, key) != null) {
        return false;
      }
    }
    return true;
  }

  /** First part of a key. */
  public static String owner(String key) {
    int dot = key.indexOf('.');
    return dot < 0 ? key : key.substring(0, dot);
  }

  /** PIDs that installed bundles declare. */
  public Set<String> pids() {
    return pids.keySet();
  }

  /** Keys that a PID declares, or null if nobody declared it. */
  public Set<String> keysOf(String pid) {
    return pids.get(pid);
  }

  /** {@code "; did you mean KEY?"} for a key nobody knows in such a file, or nothing. */
  public String hint(Kind kind, String key) {
    Set<String> words = new TreeSet<>();
    for (String known : byKind.get(kind).keySet()) {
      if (!known.endsWith(".")) {
        words.add(known);
      } else {
        int dot = key.indexOf('.');
        words.add(dot < 0 ? known + "NAME" : known + key.substring(dot + 1));
      }
    }
    return Nearest.hint(key, words);
  }

  /**
   * {@code "; known are KEYS"}. Where sites and routes have many, those that begin as the key does,
   * up to its first dot; without a dot in it, those that have none either. Nothing if there are
   * none.
   */
  public String known(Kind kind, String key) {
    boolean few = kind != Kind.SITE && kind != Kind.ROUTE;
    String owner = key.indexOf('.') < 0 ? "" : owner(key) + ".";
    Set<String> words = new TreeSet<>();
    for (String known : byKind.get(kind).keySet()) {
      boolean alike = owner.isEmpty() ? known.indexOf('.') < 0 : known.startsWith(owner);
      if (few || alike) {
        words.add(known.endsWith(".") ? known + "NAME" : known);
      }
    }
    return words.isEmpty() ? "" : "; known are " + String.join(", ", words);
  }

  /** All keys that may stand in such a file, in order. */
  public List<KeySpec> all(Kind kind) {
    List<KeySpec> all = new ArrayList<>(byKind.get(kind).values());
    all.sort(java.util.Comparator.comparing(KeySpec::key));
    return all;
  }
}
