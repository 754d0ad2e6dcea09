package org.sluice.flush.raw.internal;

import org.osgi.service.component.annotations.Component;
import org.sluice.api.config.Options;
import org.sluice.api.http.Exchange;
import org.sluice.handoff.api.Flusher;
import org.sluice.handoff.api.Preamble;
import org.sluice.handoff.api.SluiceFlusher;

/** Sends nothing: status line, fields and body are the receiver's. */
@Component(service = Flusher.class)
@SluiceFlusher("raw")
public final class RawFlusher implements Flusher {
  @Override
  public Preamble preamble(Exchange exchange, Options options) {
    return Preamble.none();
  }
}
