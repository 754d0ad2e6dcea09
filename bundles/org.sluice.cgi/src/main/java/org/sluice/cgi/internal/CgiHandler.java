package org.sluice.cgi.internal;

import java.util.concurrent.RejectedExecutionException;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.sluice.api.config.Options;
import org.sluice.api.handler.Handler;
import org.sluice.api.handler.SluiceScheme;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.HandlerException;
import org.sluice.cgi.internal.env.ScriptFile;

/** The {@code cgi:} handler: every file of a folder is a program. */
@Component(service = Handler.class)
@SluiceScheme("cgi")
@Designate(ocd = CgiOptions.class)
public final class CgiHandler implements Handler {
  private final CgiState state;

  /** Called by the component runtime. */
  @Activate
  public CgiHandler(@Reference CgiState state) {
    this.state = state;
  }

  @Override
  public void handle(Exchange exchange, Options options) throws HandlerException {
    CgiView view = options.view(CgiView.class, CgiView::new);
    try {
      exchange.workers().execute(() -> find(exchange, options, view));
    } catch (RejectedExecutionException e) {
      throw new HandlerException(503, "workers-busy", "no worker thread is free", e, 1);
    }
  }

  private void find(Exchange exchange, Options options, CgiView view) {
    try {
      ScriptFile script = ScriptRequest.find(exchange, view);
      new CgiRun(state, exchange, options, view, script).start();
    } catch (HandlerException e) {
      exchange.fail(e);
    } catch (RuntimeException e) {
      exchange.fail(new HandlerException(500, "cgi-failed", "the CGI handler failed: " + e, e));
    }
  }
}
