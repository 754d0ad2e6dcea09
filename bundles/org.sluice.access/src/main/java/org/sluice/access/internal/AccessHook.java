package org.sluice.access.internal;

import org.osgi.service.component.annotations.Component;
import org.sluice.api.config.Options;
import org.sluice.api.hook.Hook;
import org.sluice.api.hook.SluiceHook;
import org.sluice.api.hook.Verdict;
import org.sluice.api.http.Exchange;

/** Lets in by the client's address as the kernel knows it; a header never decides. */
@Component
@SluiceHook(phase = "access", name = "access")
public final class AccessHook implements Hook {
  private static final Verdict FORBIDDEN = Verdict.status(403);

  @Override
  public Verdict call(Exchange exchange, Options options) {
    AddressRules rules = options.view(AddressRules.class, AddressRules::new);
    return rules.isEmpty() || rules.admits(exchange.connection().remote().getAddress().getAddress())
        ? Verdict.NEXT
        : FORBIDDEN;
  }
}
