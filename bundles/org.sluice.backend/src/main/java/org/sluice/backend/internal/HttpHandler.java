package org.sluice.backend.internal;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.sluice.api.config.Options;
import org.sluice.api.handler.Handler;
import org.sluice.api.handler.SluiceScheme;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.HandlerException;

/** The {@code http:} and {@code unix:} handlers: one backend answers. */
@Component(service = Handler.class)
@SluiceScheme({"http", "unix"})
public final class HttpHandler implements Handler {
  private final Backends backends;

  /** Called by the component runtime. */
  @Activate
  public HttpHandler(@Reference Backends backends) {
    this.backends = backends;
  }

  @Override
  public void handle(Exchange exchange, Options options) throws HandlerException {
    BackendOptions view = options.view(BackendOptions.class, BackendOptions::new);
    BackendTarget target = Requests.target(exchange, view);
    Plan plan = view.single(backends, target);
    Requests.run(exchange, target, view, backends, loop -> plan);
  }
}
