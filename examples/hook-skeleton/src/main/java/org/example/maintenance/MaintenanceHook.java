package org.example.maintenance;

import org.osgi.service.component.annotations.Component;
import org.sluice.api.config.Options;
import org.sluice.api.hook.Hook;
import org.sluice.api.hook.SluiceHook;
import org.sluice.api.hook.SluiceHookOrder;
import org.sluice.api.hook.Verdict;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.Headers;

/** Turns everybody away from a route while {@code maintenance.mode=on} holds there. */
@Component
@SluiceHook(phase = "access", name = "maintenance", before = "access")
@SluiceHookOrder(0)
public final class MaintenanceHook implements Hook {
  /** Called on the event loop for every request; must not block. */
  @Override
  public Verdict call(Exchange exchange, Options options) {
    if (!options.flag("maintenance.mode")) {
      return Verdict.NEXT;
    }
    long seconds = options.duration("maintenance.retry").toSeconds();
    return Verdict.status(503, Headers.of("Retry-After", Long.toString(seconds)));
  }
}
