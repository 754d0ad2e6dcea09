package org.sluice.fdpass.internal;

import java.nio.ByteBuffer;
import org.osgi.service.component.annotations.Component;
import org.sluice.api.http.HandlerException;
import org.sluice.handoff.api.Dialect;
import org.sluice.handoff.api.DialectTraits;
import org.sluice.handoff.api.DialectTraits.RequestBody;
import org.sluice.handoff.api.DialectTraits.SocketType;
import org.sluice.handoff.api.HandOff;
import org.sluice.handoff.api.SluiceDialect;

/**
 * What sni-router writes: the bytes read from the client so far, verbatim, in one datagram with the
 * descriptor. They begin a TLS handshake, so this makes sense on listeners that look at the server
 * name and nothing else.
 */
@Component(service = Dialect.class)
@SluiceDialect("datagram")
public final class DatagramDialect implements Dialect {
  /** The most bytes that travel along. */
  static final int MOST = 65_536;

  private static final DialectTraits TRAITS =
      new DialectTraits(SocketType.DGRAM, false, false, false, RequestBody.PASS, "raw");

  @Override
  public DialectTraits traits() {
    return TRAITS;
  }

  @Override
  public int longestPacket() {
    return MOST;
  }

  @Override
  public ByteBuffer message(HandOff handOff) throws HandlerException {
    ByteBuffer unread = handOff.unread();
    if (!unread.hasRemaining()) {
      throw new HandlerException(
          500,
          "fd-datagram",
          "the dialect datagram passes bytes that were read, and there are none");
    }
    if (unread.remaining() > MOST) {
      throw new HandlerException(
          500,
          "fd-datagram",
          unread.remaining() + " bytes were read; the dialect datagram carries at most " + MOST);
    }
    return ByteBuffer.allocateDirect(unread.remaining()).put(unread).flip();
  }
}
