package org.sluice.cgi.internal;

import java.util.concurrent.RejectedExecutionException;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.sluice.api.config.Options;
import org.sluice.api.handler.Handler;
import org.sluice.api.handler.SluiceScheme;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.HandlerException;

/** The {@code scgi:} handler: a server that is asked as a program would be, over a socket. */
@Component(service = Handler.class)
@SluiceScheme("scgi")
public final class ScgiHandler implements Handler {
  private final CgiState state;

  /** Called by the component runtime. */
  @Activate
  public ScgiHandler(@Reference CgiState state) {
    this.state = state;
  }

  @Override
  public void handle(Exchange exchange, Options options) throws HandlerException {
    CgiView view = options.view(CgiView.class, CgiView::new);
    try {
      exchange.workers().execute(() -> run(exchange, view));
    } catch (RejectedExecutionException e) {
      throw new HandlerException(503, "workers-busy", "no worker thread is free", e, 1);
    }
  }

  private void run(Exchange exchange, CgiView view) {
    try {
      new ScgiRun(state, exchange, view).start();
    } catch (RuntimeException e) {
      exchange.fail(new HandlerException(500, "scgi-failed", "the SCGI handler failed: " + e, e));
    }
  }
}
