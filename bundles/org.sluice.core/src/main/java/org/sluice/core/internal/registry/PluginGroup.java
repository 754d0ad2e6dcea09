package org.sluice.core.internal.registry;

import java.util.List;

/**
 * Several plug-ins that exchanges take and give back together, with one count for all: an exchange
 * that passes ten hooks pays for one. The group holds its members until it is closed and the last
 * exchange has given it back.
 */
public final class PluginGroup {
  private final PluginEntry[] members;
  private final UseCount uses = new UseCount(this::leave);

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
    return uses.acquire();
  }

  /** Gives it back. */
  public void release() {
    uses.release();
  }

  /** No new exchange should take the group. */
  public void close() {
    uses.close();
  }

  private void leave() {
    for (PluginEntry member : members) {
      member.leave(this);
    }
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

  /** Exchanges that hold the group. */
  int exchanges() {
    return uses.users();
  }
}
