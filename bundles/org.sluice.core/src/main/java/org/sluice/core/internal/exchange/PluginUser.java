package org.sluice.core.internal.exchange;

import java.util.ArrayList;
import java.util.List;
import org.osgi.framework.Bundle;
import org.sluice.core.internal.registry.PluginEntry;
import org.sluice.core.internal.registry.PluginGroup;

/**
 * What an exchange knows of the plug-ins that it uses: it keeps them until it has ended, so that
 * none is deactivated under it (T15), and can tell who did what. Any thread.
 */
public abstract class PluginUser {
  private PluginGroup hooks;
  private List<PluginGroup> earlierHooks;
  private PluginEntry handler;
  private PluginEntry serving;
  private List<PluginEntry> others;

  /** Where those come from that were let go before the end. */
  private List<String> released;

  private PluginEntry lastUsed;
  private boolean over;
  private volatile PluginEntry blamed;

  PluginUser() {}

  /**
   * Keeps a plug-in that was taken until the exchange has ended; once, however often it is used.
   */
  public void use(PluginEntry entry) {
    synchronized (this) {
      if (!over) {
        lastUsed = entry;
      }
      if (!over && !uses(entry)) {
        if (handler == null) {
          handler = entry;
        } else {
          others = others == null ? new ArrayList<>(4) : others;
          others.add(entry);
        }
        return;
      }
    }
    entry.release();
  }

  /** Keeps hooks that were taken until the exchange has ended; false when it has. */
  public boolean holds(PluginGroup taken) {
    synchronized (this) {
      if (!over) {
        if (hooks != null) {
          earlierHooks = earlierHooks == null ? new ArrayList<>(2) : earlierHooks;
          earlierHooks.add(hooks);
        }
        hooks = taken;
        return true;
      }
    }
    taken.release();
    return false;
  }

  /** Gives the hooks back before the end. */
  final void letHooksGo() {
    PluginGroup last;
    List<PluginGroup> earlier;
    synchronized (this) {
      last = hooks;
      earlier = earlierHooks;
      hooks = null;
      earlierHooks = null;
    }
    if (last != null) {
      last.release();
    }
    if (earlier != null) {
      earlier.forEach(PluginGroup::release);
    }
  }

  /** Gives back what was called under that name before the end; the handler stays. */
  final void letGo(Class<?> kind, String name) {
    PluginEntry gone = null;
    synchronized (this) {
      for (int i = 0; gone == null && !over && others != null && i < others.size(); i++) {
        PluginEntry each = others.get(i);
        if (kind.isInstance(each.service()) && each.names().contains(name)) {
          gone = others.remove(i);
          released = released == null ? new ArrayList<>(2) : released;
          released.add(gone.origin());
        }
      }
    }
    if (gone != null) {
      gone.release();
    }
  }

  /**
   * What the handler had to do is done, and the plug-in that was used last does the rest. Gives the
   * handler, and what it used, back before the end.
   */
  public final void replaceHandler() {
    List<PluginEntry> gone = new ArrayList<>();
    synchronized (this) {
      if (over || others == null || others.isEmpty()) {
        return;
      }
      gone.add(handler);
      gone.addAll(others);
      handler = gone.remove(gone.size() - 1);
      others = null;
      released = released == null ? new ArrayList<>(2) : released;
      for (PluginEntry each : gone) {
        released.add(each.origin());
      }
    }
    gone.forEach(PluginEntry::release);
  }

  /** Gives the handler, and what it used, back before the end: another one is to come. */
  final void letHandlerGo() {
    List<PluginEntry> gone = new ArrayList<>();
    synchronized (this) {
      if (over || handler == null) {
        return;
      }
      gone.add(handler);
      if (others != null) {
        gone.addAll(others);
      }
      handler = null;
      others = null;
    }
    gone.forEach(PluginEntry::release);
  }

  /** The exchange has ended: gives everything back, and takes nothing any more. Once. */
  final void letGo() {
    synchronized (this) {
      over = true;
    }
    // Nobody changes them any more.
    if (handler != null) {
      handler.release();
    }
    if (others != null) {
      others.forEach(PluginEntry::release);
    }
    letHooksGo();
  }

  /** Whether the exchange has ended. */
  public final synchronized boolean isOver() {
    return over;
  }

  final synchronized boolean uses(PluginEntry entry) {
    return handler == entry
        || (others != null && others.contains(entry))
        || (hooks != null && hooks.contains(entry))
        || (earlierHooks != null && earlierHooks.stream().anyMatch(each -> each.contains(entry)));
  }

  /** Whether a handler has been called. */
  final synchronized boolean isHandled() {
    return serving != null;
  }

  /** Whether one of the plug-ins that it uses is to leave, hooks aside. */
  final synchronized boolean usesWithdrawn() {
    boolean found = handler != null && handler.isWithdrawn();
    for (int i = 0; !found && others != null && i < others.size(); i++) {
      found = others.get(i).isWithdrawn();
    }
    return found;
  }

  /** Whether it uses a plug-in of that bundle, hooks aside. */
  final synchronized boolean usesBundle(Bundle bundle) {
    if (handler == null || handler.bundle() == bundle) {
      return handler != null;
    }
    return others != null && others.stream().anyMatch(each -> each.bundle() == bundle);
  }

  // ---- who did what

  /** A hook or filter that failed, or refused, in place of a handler. */
  public final void blame(PluginEntry plugin) {
    blamed = plugin;
  }

  /** The handler that is called now; hooks may have used other plug-ins before it. */
  public final synchronized void handledBy(PluginEntry entry) {
    serving = entry;
  }

  /** Counts a failure of the handler, wherever it was noticed. */
  final synchronized void handlerFailed(Throwable failure) {
    if (serving != null) {
      serving.failed(failure);
    }
  }

  /** Who was blamed; else the handler, and what it used last. */
  final synchronized String culprits() {
    if (blamed != null) {
      return blamed.origin();
    }
    if (lastUsed == null) {
      return "-";
    }
    return handler == null || handler.origin().equals(lastUsed.origin())
        ? lastUsed.origin()
        : handler.origin() + "," + lastUsed.origin();
  }

  /** The handler, and what it used; as {@code symbolic-name/version}. */
  public final synchronized List<String> plugins() {
    if (handler == null) {
      return List.of();
    }
    List<String> names = new ArrayList<>();
    names.add(handler.origin());
    if (released != null) {
      names.addAll(released);
    }
    if (others != null) {
      others.forEach(entry -> names.add(entry.origin()));
    }
    return names;
  }
}
