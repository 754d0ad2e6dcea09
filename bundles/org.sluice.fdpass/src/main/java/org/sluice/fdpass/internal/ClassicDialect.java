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
 * What mod_proxy_fdpass writes: one byte 0x00 with the descriptor, then the end. The receiver
 * learns nothing of the request, so whatever it would have to know is refused.
 */
@Component(service = Dialect.class)
@SluiceDialect("classic")
public final class ClassicDialect implements Dialect {
  private static final DialectTraits TRAITS =
      new DialectTraits(SocketType.STREAM, false, false, false, RequestBody.REFUSE, "flush");
  private static final ByteBuffer MESSAGE = ByteBuffer.allocateDirect(1).asReadOnlyBuffer();

  @Override
  public DialectTraits traits() {
    return TRAITS;
  }

  @Override
  public ByteBuffer message(HandOff handOff) throws HandlerException {
    // With a preamble the host answers HEAD itself; without one the receiver would write a body.
    if (handOff.exchange().request().method().equals("HEAD")) {
      throw new HandlerException(
          501, "fd-head", "the dialect classic cannot tell a receiver that the method is HEAD");
    }
    return MESSAGE.duplicate();
  }
}
