package org.example.sse;

import org.osgi.service.component.annotations.Component;
import org.sluice.api.config.Options;
import org.sluice.api.http.Exchange;
import org.sluice.handoff.api.Flusher;
import org.sluice.handoff.api.Preamble;
import org.sluice.handoff.api.SluiceFlusher;

/** Opens a stream of server-sent events, which the receiver goes on with. */
@Component
@SluiceFlusher("sse")
public final class SseFlusher implements Flusher {
  /** Called on the worker or loop thread that runs the exchange; must not block. */
  @Override
  public Preamble preamble(Exchange exchange, Options options) {
    return Preamble.head(200).header("Content-Type", "text/event-stream").body(":ok\n\n");
  }
}
