package org.sluice.core.internal.dispatch;

import java.util.Set;
import org.sluice.api.http.HandlerException;
import org.sluice.core.internal.config.RouteNode;

/**
 * Guards fail closed: a route that carries an option which guards it, or claims its content, is
 * answered only while the plug-in that owns the option is there.
 */
public final class Guards {
  private volatile Set<String> present = Set.of();

  /** Publishes the owners that are there now. */
  public void present(Set<String> owners) {
    present = Set.copyOf(owners);
  }

  void check(RouteNode route) throws HandlerException {
    String[] guards = route.guards();
    if (guards.length == 0) {
      return;
    }
    Set<String> owners = present;
    for (String guard : guards) {
      if (!owners.contains(guard)) {
        throw new HandlerException(
            503,
            "guard-missing",
            "route " + route.name() + " is guarded by '" + guard + "', which is not installed",
            null,
            10);
      }
    }
  }
}
