package org.sluice.core.internal.registry;

import java.util.Arrays;

/**
 * The plug-ins whose code a thread runs, the innermost last: who adds a filter, and who must not be
 * waited for by itself. Of one thread, and used on it only.
 */
public final class Inside {
  private static final ThreadLocal<Inside> MINE = ThreadLocal.withInitial(Inside::new);

  private PluginEntry[] entries = new PluginEntry[8];
  private int depth;

  private Inside() {}

  /** Marks the current thread as running code of the plug-in; undone by {@link #leave()}. */
  public static Inside enter(PluginEntry entry) {
    Inside mine = MINE.get();
    if (mine.depth == mine.entries.length) {
      mine.entries = Arrays.copyOf(mine.entries, mine.depth * 2);
    }
    mine.entries[mine.depth++] = entry;
    return mine;
  }

  /** Undoes the last {@link #enter} of this thread. */
  public void leave() {
    entries[--depth] = null;
  }

  /** The plug-in whose code the current thread runs, or null. */
  public static PluginEntry innermost() {
    Inside mine = MINE.get();
    return mine.depth == 0 ? null : mine.entries[mine.depth - 1];
  }

  /** Whether the current thread runs code of the plug-in, at any depth. */
  static boolean isInside(PluginEntry entry) {
    Inside mine = MINE.get();
    for (int i = 0; i < mine.depth; i++) {
      if (mine.entries[i] == entry) {
        return true;
      }
    }
    return false;
  }
}
