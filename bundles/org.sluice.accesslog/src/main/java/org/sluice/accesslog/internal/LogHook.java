package org.sluice.accesslog.internal;

import java.util.concurrent.CompletionStage;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.sluice.api.config.Options;
import org.sluice.api.hook.Hook;
import org.sluice.api.hook.SluiceHook;
import org.sluice.api.hook.SluiceHookOrder;
import org.sluice.api.hook.Verdict;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.Outcome;

/** Where an exchange that has ended meets the logs; after all others of the phase. */
@Component(service = Hook.class)
@SluiceHook(phase = "done", name = "accesslog")
@SluiceHookOrder(30)
public final class LogHook implements Hook {
  private final AccessLogs logs;

  /** Called by Declarative Services. */
  @Activate
  public LogHook(@Reference AccessLogs logs) {
    this.logs = logs;
  }

  @Override
  public Verdict call(Exchange exchange, Options options) {
    if (!logs.isIdle()) {
      CompletionStage<Outcome> ended = exchange.ended();
      Outcome outcome = ended.toCompletableFuture().getNow(null);
      if (outcome != null) {
        logs.log(exchange, outcome);
      } else {
        // Complete in this phase; and if it were not, the event loop would not wait for it.
        var unused = ended.thenAccept(later -> logs.log(exchange, later));
      }
    }
    return Verdict.NEXT;
  }
}
