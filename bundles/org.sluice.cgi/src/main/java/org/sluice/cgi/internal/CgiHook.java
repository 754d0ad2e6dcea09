package org.sluice.cgi.internal;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.sluice.api.config.Options;
import org.sluice.api.hook.Hook;
import org.sluice.api.hook.SluiceHook;
import org.sluice.api.hook.SluiceHookOrder;
import org.sluice.api.hook.Verdict;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.HandlerException;
import org.sluice.cgi.internal.env.ScriptFile;

/**
 * Takes over for programs among files: on a {@code file:} route with {@code cgi=on}, whatever ends
 * with one of {@code cgi.suffixes} is run and never sent. It runs last of its phase, so that
 * filters of other hooks (server-side includes over the output of a program) are there already.
 */
@Component(service = Hook.class)
@SluiceHook(phase = "prepare", name = "cgi")
@SluiceHookOrder(30)
public final class CgiHook implements Hook {
  private final CgiState state;

  /** Called by the component runtime. */
  @Activate
  public CgiHook(@Reference CgiState state) {
    this.state = state;
  }

  @Override
  public Verdict call(Exchange exchange, Options options) {
    if (Translation.answers(exchange)) {
      return Verdict.ANSWERED;
    }
    if (!options.view(Wanted.class, Wanted::new).anywhere) {
      return Verdict.NEXT;
    }
    if (exchange.match() == null || !exchange.match().route().target().scheme().equals("file")) {
      return Verdict.NEXT;
    }
    CgiView view = options.view(CgiView.class, CgiView::new);
    List<String> index = options.list("index");
    if (!ScriptRequest.mayBeScript(exchange.path(), index, view)) {
      return Verdict.NEXT;
    }
    CompletableFuture<Verdict> later = new CompletableFuture<>();
    try {
      exchange.workers().execute(() -> decide(exchange, options, view, index, later));
    } catch (RejectedExecutionException e) {
      return Verdict.status(503);
    }
    return Verdict.later(later);
  }

  /** Whether programs may run here, or in any folder above: asked of every request. */
  private static final class Wanted {
    final boolean anywhere;

    Wanted(Options options) {
      anywhere = options.flag("cgi") || options.all("cgi").contains("on");
    }
  }

  private void decide(
      Exchange exchange,
      Options options,
      CgiView view,
      List<String> index,
      CompletableFuture<Verdict> later) {
    try {
      ScriptFile script = ScriptRequest.among(exchange, view, index);
      if (script == null) {
        later.complete(Verdict.NEXT);
        return;
      }
      // The program answers when it has written its head; the verdict is due when it has answered.
      exchange.ended().thenRun(() -> later.complete(Verdict.ANSWERED));
      new CgiRun(state, exchange, options, view, script).start();
    } catch (HandlerException e) {
      exchange.fail(e);
      later.complete(Verdict.ANSWERED);
    } catch (RuntimeException | Error e) {
      // Also errors: on a worker nobody else would tell the client.
      exchange.fail(new HandlerException(500, "cgi-failed", "the CGI handler failed: " + e, e));
      later.complete(Verdict.ANSWERED);
    }
  }
}
