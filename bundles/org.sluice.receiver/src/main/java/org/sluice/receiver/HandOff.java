package org.sluice.receiver;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.osgi.annotation.versioning.ProviderType;

/** One client on its way from the front to the application. Not thread-safe. */
@ProviderType
public interface HandOff {
  /**
   * The name of the dialect in which the client was handed over. In another dialect the message
   * means something else.
   *
   * @return {@code classic}, {@code scgi}, {@code json} or {@code sluice}; never null
   */
  String dialect();

  /**
   * The bytes that came with the client's socket.
   *
   * @return a new read-only buffer over them; in the dialect {@code classic} one zero byte
   */
  ByteBuffer message();

  /**
   * Takes the client's connection: from here on the caller owns it and must end it. A dialect that
   * acknowledges hand-offs does it here, before the first byte is read or written.
   *
   * @return the connection; the same one at each call
   * @throws IOException if the hand-off is over: the listener has returned, or the receiver was
   *     closed
   */
  HandedSocket accept() throws IOException;

  /**
   * What the front says of the request.
   *
   * @return null in the dialects that say nothing of it
   */
  default HandedRequest request() {
    return null;
  }
}
