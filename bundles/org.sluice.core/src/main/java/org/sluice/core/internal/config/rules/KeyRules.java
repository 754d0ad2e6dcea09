package org.sluice.core.internal.config.rules;

import java.util.Set;
import org.sluice.core.internal.config.keys.BadValueException;
import org.sluice.core.internal.config.keys.CoreKeys;
import org.sluice.core.internal.config.keys.KeySpec;
import org.sluice.core.internal.config.keys.Keys;
import org.sluice.core.internal.config.keys.Scope;
import org.sluice.core.internal.config.read.CfgEntry;
import org.sluice.core.internal.config.read.CfgFile;
import org.sluice.core.internal.config.read.FileName.Kind;
import org.sluice.core.internal.config.read.Nearest;
import org.sluice.core.internal.config.read.Problems;

/** Checks the keys of a file and their values, one by one. */
public final class KeyRules {
  private final Keys keys;
  private final Known known;
  private final Problems problems;

  /** Rules that report into {@code problems}. */
  public KeyRules(Keys keys, Known known, Problems problems) {
    this.keys = keys;
    this.known = known;
    this.problems = problems;
  }

  /** Checks all entries of a file. */
  public void check(CfgFile file) {
    Kind kind = file.name().kind();
    for (CfgEntry entry : file.entries()) {
      if (kind == Kind.PLUGIN) {
        ownPid(file.name().pid(), entry);
      } else {
        entry(kind, entry);
      }
    }
  }

  private void ownPid(String pid, CfgEntry entry) {
    Set<String> declared = keys.keysOf(pid);
    if (declared != null && !declared.contains(entry.key())) {
      problems.warning(
          entry, "the plug-in declares no such key" + Nearest.hint(entry.key(), declared));
    }
  }

  private void entry(Kind kind, CfgEntry entry) {
    KeySpec spec = keys.find(kind, entry.key());
    if (spec == null) {
      unknown(kind, entry);
      return;
    }
    boolean off = entry.value().isEmpty() || entry.value().equals("off");
    if (!off && !spec.owner().equals(KeySpec.CORE) && !keys.hasPlugin(spec.owner())) {
      absent(kind, entry, spec.owner());
    }
    if (entry.value().isEmpty()) {
      return;
    }
    try {
      spec.parse(entry.key(), entry.value());
      names(entry);
    } catch (BadValueException e) {
      problems.error(entry, e.getMessage());
    }
  }

  private void names(CfgEntry entry) {
    if (entry.key().equals("flusher")) {
      name(entry, "flusher", known.flushers(), "500");
    } else if (entry.key().equals("dialect")) {
      name(entry, "dialect", known.dialects(), "500");
    }
  }

  private void name(CfgEntry entry, String kind, Set<String> present, String status) {
    if (!present.contains(entry.value())) {
      problems.warning(
          entry,
          "no "
              + kind
              + " of this name is there now; until it comes requests get "
              + status
              + Nearest.hint(entry.value(), present));
    }
  }

  private void unknown(Kind kind, CfgEntry entry) {
    String key = entry.key();
    KeySpec elsewhere = elsewhere(key);
    String owner = Keys.owner(key);
    if (kind == Kind.ROUTE && elsewhere != null && elsewhere.scope() == Scope.LISTENER) {
      problems.warning(
          entry,
          "has no effect on a route: it is needed before the route is known; write it in the"
              + " site's file");
    } else if (elsewhere != null) {
      problems.error(entry, "this key belongs into " + elsewhere.scope().words());
    } else if (key.endsWith(".") && CoreKeys.owns(key)) {
      problems.error(entry, "the name behind the dot is missing");
    } else if (isOurs(kind, key) || keys.hasPlugin(owner)) {
      problems.error(entry, "unknown key" + keys.known(kind, key) + keys.hint(kind, key));
    } else {
      absent(kind, entry, owner);
    }
  }

  private static boolean isOurs(Kind kind, String key) {
    return CoreKeys.owns(key) || kind == Kind.CORE || kind == Kind.ACCESS_LOG;
  }

  private void absent(Kind kind, CfgEntry entry, String owner) {
    String guard = keys.guardOf(entry.key());
    problems.warning(
        entry,
        "plug-in \""
            + owner
            + "\" is not there; "
            + (guard != null && kind != Kind.ACCESS_LOG && !entry.value().isEmpty()
                ? "this key may guard the route, which answers 503 until the plug-in comes"
                : "the key is checked when it comes")
            + (keys.find(kind, entry.key()) != null ? "" : keys.hint(kind, entry.key())));
  }

  private KeySpec elsewhere(String key) {
    for (Kind kind : Kind.values()) {
      KeySpec spec = keys.find(kind, key);
      if (spec != null) {
        return spec;
      }
    }
    return null;
  }
}
