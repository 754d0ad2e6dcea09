package org.sluice.fdpass.internal;

import java.nio.ByteBuffer;
import org.osgi.service.component.annotations.Component;
import org.sluice.handoff.api.Dialect;
import org.sluice.handoff.api.DialectTraits;
import org.sluice.handoff.api.DialectTraits.RequestBody;
import org.sluice.handoff.api.DialectTraits.SocketType;
import org.sluice.handoff.api.HandOff;
import org.sluice.handoff.api.SluiceDialect;

/**
 * What mod_socket_handoff writes: the bytes that the application attached, as they are, in one
 * packet with the descriptor; a zero byte if there are none. The receiver writes the whole
 * response.
 */
@Component(service = Dialect.class)
@SluiceDialect("json")
public final class JsonDialect implements Dialect {
  private static final DialectTraits TRAITS =
      new DialectTraits(SocketType.SEQPACKET, false, false, false, RequestBody.DRAIN, "raw");
  private static final ByteBuffer NOTHING = ByteBuffer.allocateDirect(1).asReadOnlyBuffer();

  @Override
  public DialectTraits traits() {
    return TRAITS;
  }

  @Override
  public ByteBuffer message(HandOff handOff) {
    byte[] data = handOff.data();
    if (data == null || data.length == 0) {
      return NOTHING.duplicate();
    }
    return ByteBuffer.allocateDirect(data.length).put(data).flip();
  }
}
