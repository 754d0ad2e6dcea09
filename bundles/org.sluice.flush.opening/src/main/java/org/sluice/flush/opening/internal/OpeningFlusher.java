package org.sluice.flush.opening.internal;

import java.io.IOException;
import org.osgi.service.component.annotations.Component;
import org.sluice.api.config.Options;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.HandlerException;
import org.sluice.handoff.api.Flusher;
import org.sluice.handoff.api.Preamble;
import org.sluice.handoff.api.SluiceFlusher;

/** Sends a configured head and the start of the body; the receiver goes on from there. */
@Component(service = Flusher.class)
@SluiceFlusher("opening")
public final class OpeningFlusher implements Flusher {
  @Override
  public Preamble preamble(Exchange exchange, Options options) throws HandlerException {
    Opening opening = options.view(Opening.class, Opening::new);
    if (opening.file == null || exchange.request().method().equals("HEAD")) {
      return opening.preamble;
    }
    try {
      return opening.file.startOf(opening.preamble);
    } catch (IOException e) {
      throw new HandlerException(
          500,
          "opening-file",
          options.origin("opening.file") + ": opening.file=" + opening.file.reason(e));
    }
  }
}
