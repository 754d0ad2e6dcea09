package org.sluice.itests.page.internal;

import org.osgi.service.component.annotations.Component;
import org.sluice.api.config.Options;
import org.sluice.api.handler.Handler;
import org.sluice.api.handler.SluiceScheme;
import org.sluice.api.http.Exchange;

/** Target {@code broken:TEXT}: throws. */
@Component
@SluiceScheme("broken")
public final class BrokenHandler implements Handler {
  @Override
  public void handle(Exchange exchange, Options options) {
    throw new IllegalStateException(exchange.match().route().target().rest());
  }
}
