package org.sluice.itests.gate.internal;

import org.osgi.service.component.annotations.Component;
import org.sluice.api.config.Options;
import org.sluice.api.hook.Hook;
import org.sluice.api.hook.SluiceHook;
import org.sluice.api.hook.Verdict;
import org.sluice.api.http.Exchange;

/** Lets in who brings the route's token in {@code X-Token}. */
@Component
@SluiceHook(phase = "access", name = "gate")
public final class GateHook implements Hook {
  @Override
  public Verdict call(Exchange exchange, Options options) {
    String token = options.text("gate.token");
    boolean open = token.isEmpty() || token.equals(exchange.request().headers().get("X-Token"));
    return open ? Verdict.NEXT : Verdict.status(403);
  }
}
