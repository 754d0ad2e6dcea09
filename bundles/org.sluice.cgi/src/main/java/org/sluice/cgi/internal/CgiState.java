package org.sluice.cgi.internal;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.sluice.cgi.internal.process.Programs;
import org.sluice.cgi.internal.process.Slots;

/**
 * What the parts of this bundle share: the programs that run, and how many of each route may. Grows
 * with the configuration, not with traffic.
 */
@Component(service = CgiState.class, immediate = true)
public final class CgiState {
  private final Programs programs = new Programs();
  private final Map<String, Slots> slots = new ConcurrentHashMap<>();

  /** All programs. */
  public Programs programs() {
    return programs;
  }

  /** The slots of a route, with the limits of its present options. */
  public Slots slots(String route, CgiView view) {
    Slots of = slots.get(route);
    if (of == null) {
      of = slots.computeIfAbsent(route, Slots::new);
    }
    of.limits(view.maxProcesses, view.queue);
    return of;
  }

  Collection<Slots> allSlots() {
    return slots.values();
  }

  @Deactivate
  void deactivate() {
    programs.close();
  }
}
