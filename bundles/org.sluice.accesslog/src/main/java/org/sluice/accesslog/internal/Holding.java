package org.sluice.accesslog.internal;

import java.util.Dictionary;
import java.util.Hashtable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.sluice.api.config.Options;
import org.sluice.api.hook.Hook;
import org.sluice.api.hook.Verdict;
import org.sluice.api.http.Exchange;

/**
 * Back-pressure of {@code overflow=block}: while a log's queue is nearly full, requests of its
 * sites that begin wait. Their connections are not read meanwhile, and no thread waits with them.
 * The hook is there only while a log asks for it, so that others pay nothing.
 */
final class Holding implements Hook {
  private final BundleContext context;
  private final AccessLogs logs;
  private ServiceRegistration<?> registration;

  Holding(BundleContext context, AccessLogs logs) {
    this.context = context;
    this.logs = logs;
  }

  /** Registers the hook, or takes it away. */
  synchronized void needed(boolean now) {
    if (now && registration == null) {
      Dictionary<String, Object> properties = new Hashtable<>();
      properties.put("sluice.hook.phase", "received");
      properties.put("sluice.hook.name", "accesslog-hold");
      properties.put("sluice.hook.order", -10);
      registration = context.registerService(Hook.class, this, properties);
    } else if (!now && registration != null) {
      registration.unregister();
      registration = null;
    }
  }

  @Override
  public Verdict call(Exchange exchange, Options options) {
    Log full = logs.logs().withoutRoom(exchange.site());
    if (full == null) {
      return Verdict.NEXT;
    }
    return Verdict.later(full.outlet().room().thenApply(nothing -> Verdict.NEXT));
  }
}
