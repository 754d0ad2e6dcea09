package org.sluice.core.internal.registry;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Several plug-ins that exchanges take and give back together, with one count for all: an exchange
 * that passes ten hooks pays for one. The group holds its members until it is closed and the last
 * exchange has given it back.
 */
public final class PluginGroup {
  private final PluginEntry[] members;
  private final AtomicInteger uses = new AtomicInteger(1);

  private PluginGroup(PluginEntry[] members) {
    this.members = members;
  }

  /**
   * Takes the plug-ins.
   *
   * @return null if one of them has gone already; nothing is held then
   */
  public static PluginGroup of(List<PluginEntry> plugins) {
    PluginEntry[] members = plugins.toArray(new PluginEntry[0]);
    PluginGroup group = new PluginGroup(members);
    for (int i = 0; i < members.length; i++) {
      if (!members[i].join(group)) {
        for (int j = 0; j < i; j++) {
          members[j].leave(group);
        }
        return null;
      }
    }
    return group;
  }

  /** Takes the group for an exchange; false when it is closed and empty. */
  public boolean acquire() {
    for (; ; ) {
      int now = uses.get();
      if (now == 0) {
        return false;
      }
      if (uses.compareAndSet(now, now + 1)) {
        return true;
      }
    }
  }

  /** Gives it back. */
  public void release() {
    if (uses.decrementAndGet() == 0) {
      for (PluginEntry member : members) {
        member.leave(this);
      }
    }
  }

  /** Gives back the owner's own use: no new exchange should take the group. */
  public void close() {
    release();
  }

  /** Whether the plug-in is one of the group. */
  public boolean contains(PluginEntry entry) {
    for (PluginEntry member : members) {
      if (member == entry) {
        return true;
      }
    }
    return false;
  }

  /** Exchanges that hold the group; while it is open its owner counts as none. */
  int exchanges() {
    return Math.max(0, uses.get() - 1);
  }
}
