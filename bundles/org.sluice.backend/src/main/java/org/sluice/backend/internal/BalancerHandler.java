package org.sluice.backend.internal;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.sluice.api.config.Options;
import org.sluice.api.handler.Handler;
import org.sluice.api.handler.SluiceScheme;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.HandlerException;

/** The {@code balancer:} handler: one of several members answers. */
@Component(service = Handler.class)
@SluiceScheme("balancer")
public final class BalancerHandler implements Handler {
  private final Backends backends;
  private final Members members;

  /** Called by the component runtime. */
  @Activate
  public BalancerHandler(@Reference Backends backends, @Reference Members members) {
    this.backends = backends;
    this.members = members;
  }

  @Override
  public void handle(Exchange exchange, Options options) throws HandlerException {
    BackendOptions view = options.view(BackendOptions.class, BackendOptions::new);
    BalancerOptions rules = options.view(BalancerOptions.class, BalancerOptions::new);
    BackendTarget target = Requests.target(exchange, view);
    Requests.run(
        exchange,
        target,
        view,
        backends,
        loop -> new BalancerPlan(exchange, options, rules, target, members, loop));
  }
}
