package org.sluice.core.internal.config.keys;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The declarations of all keys. Bundles come with {@link #add} as soon as they are resolved and go
 * with {@link #remove}. That a key guards is remembered beyond that: a route must not lose its
 * guard because the plug-in left. Thread-safe; readers get immutable {@link Keys}.
 */
public final class Catalog {
  private final Map<String, Contribution> bundles = new LinkedHashMap<>();
  private final Set<String> guards = new TreeSet<>();
  private volatile Keys keys;

  /** What one bundle declares. */
  private record Contribution(List<KeySpec> specs, Set<String> plugins, List<Designate> pids) {
    void merge(Contribution other) {
      specs.addAll(other.specs);
      plugins.addAll(other.plugins);
      pids.addAll(other.pids);
    }
  }

  /** A PID and the keys its Metatype resource names. */
  record Designate(String pid, Set<String> keys) {}

  /** A catalog with the core's own keys. */
  public Catalog() {
    publish();
  }

  /** All keys known now. */
  public Keys keys() {
    return keys;
  }

  /**
   * Adds the declarations of one Metatype resource. A bundle may have several.
   *
   * @param bundle identifies the bundle, for example by symbolic name and version
   * @return declarations that were refused, one line each; normally empty
   * @throws IOException if the resource is not readable XML of Metatype
   */
  public List<String> add(String bundle, InputStream metatypeXml) throws IOException {
    MetatypeReader read = MetatypeReader.read(metatypeXml);
    List<String> refused = new ArrayList<>();
    for (String line : read.refused()) {
      refused.add(bundle + ": " + line);
    }
    Contribution contribution =
        new Contribution(
            new ArrayList<>(read.specs()),
            new HashSet<>(read.plugins()),
            new ArrayList<>(read.designates()));
    synchronized (this) {
      Contribution present = bundles.putIfAbsent(bundle, contribution);
      if (present != null) {
        present.merge(contribution);
      }
      publish();
    }
    return refused;
  }

  /**
   * Takes a bundle's declarations away.
   *
   * @return whether it had any
   */
  public synchronized boolean remove(String bundle) {
    Contribution gone = bundles.remove(bundle);
    if (gone != null) {
      publish();
    }
    return gone != null;
  }

  /** Names of the plug-ins that each bundle declares options of. */
  public synchronized Map<String, Set<String>> pluginsByBundle() {
    Map<String, Set<String>> names = new HashMap<>();
    bundles.forEach(
        (bundle, contribution) -> names.put(bundle, Set.copyOf(contribution.plugins())));
    return names;
  }

  /** Keys that are or were declared as guards. */
  public synchronized Set<String> guards() {
    return Set.copyOf(guards);
  }

  /** Remembers guards of an earlier run. */
  public synchronized void rememberGuards(Collection<String> keys) {
    guards.addAll(keys);
    publish();
  }

  private void publish() {
    List<KeySpec> specs = new ArrayList<>();
    Set<String> plugins = new HashSet<>();
    Map<String, Set<String>> pids = new HashMap<>();
    for (Contribution contribution : bundles.values()) {
      specs.addAll(contribution.specs());
      plugins.addAll(contribution.plugins());
      contribution
          .pids()
          .forEach(p -> pids.computeIfAbsent(p.pid(), any -> new HashSet<>()).addAll(p.keys()));
    }
    specs.stream().filter(KeySpec::guard).forEach(spec -> guards.add(spec.key()));
    keys = new Keys(specs, plugins, guards, pids);
  }
}
