package org.sluice.testing;

import java.util.function.Consumer;
import org.sluice.api.http.Body;
import org.sluice.api.http.Duplex;

/** The raw connection after an upgrade, with everything that was sent on it. */
public final class MemoryDuplex implements Duplex {
  private final Body incoming;
  private final Consumer<String> violations;
  private BodyPuller outgoing;

  MemoryDuplex(Body incoming, Consumer<String> violations) {
    this.incoming = incoming;
    this.violations = violations;
  }

  @Override
  public Body incoming() {
    return incoming;
  }

  @Override
  public void send(Body body) {
    synchronized (this) {
      if (outgoing != null) {
        body.close();
        throw new IllegalStateException("send was called already");
      }
      outgoing = new BodyPuller(body, violations);
    }
    outgoing.demand(Long.MAX_VALUE);
  }

  /** What the client got so far. */
  public synchronized byte[] sent() {
    return outgoing == null ? new byte[0] : outgoing.bytes();
  }

  /** Whether the outgoing direction was ended. */
  public synchronized boolean halfClosed() {
    return outgoing != null && outgoing.complete();
  }
}
