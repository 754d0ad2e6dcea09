package org.sluice.accesslog.internal;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.sluice.api.http.Outcome;
import org.sluice.handoff.api.Completion;
import org.sluice.handoff.api.CompletionListener;

/** Lines of streams that ended after their socket had been given away. */
@Component
public final class Completions implements CompletionListener {
  private final AccessLogs logs;

  /** Called by Declarative Services. */
  @Activate
  public Completions(@Reference AccessLogs logs) {
    this.logs = logs;
  }

  @Override
  public void completed(Completion completion) {
    Outcome outcome = outcome(completion);
    logs.log(new CompletedExchange(completion, outcome), outcome);
  }

  /** How a stream ended, as far as its receiver says. */
  static Outcome outcome(Completion completion) {
    return new Outcome(
        Outcome.End.GIVEN,
        completion.status(),
        completion.body(),
        0,
        completion.written(),
        completion.nanos(),
        null);
  }
}
