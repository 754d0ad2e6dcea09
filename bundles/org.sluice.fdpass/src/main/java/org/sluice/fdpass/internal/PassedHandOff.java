package org.sluice.fdpass.internal;

import java.nio.ByteBuffer;
import java.time.Duration;
import org.sluice.api.config.Options;
import org.sluice.api.http.Exchange;
import org.sluice.handoff.api.HandOff;

/**
 * A give as the dialect sees it, before anything was sent to the client.
 *
 * @param raw whether the receiver writes the head
 */
record PassedHandOff(
    Exchange exchange, Options options, ByteBuffer unread, boolean raw, Duration deadline)
    implements HandOff {
  @Override
  public Mode mode() {
    return Mode.GIVE;
  }

  /** A connection carries one hand-off. */
  @Override
  public long id() {
    return 1;
  }

  @Override
  public long sent() {
    return 0;
  }

  /** A head without length ends with the connection; else it is for the request to say. */
  @Override
  public boolean keep() {
    return raw
        && exchange.request().minorVersion() >= 1
        && !exchange.request().headers().hasToken("Connection", "close");
  }

  @Override
  public byte[] data() {
    return null;
  }
}
