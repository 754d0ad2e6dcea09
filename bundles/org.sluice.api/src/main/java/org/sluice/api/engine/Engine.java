package org.sluice.api.engine;

import java.io.IOException;
import org.osgi.annotation.versioning.ProviderType;

/** Opens listeners. Published by the server bundle, used by the core. */
@ProviderType
public interface Engine {

  /**
   * Binds and starts to accept. Blocks briefly; never called on an event loop.
   *
   * @param dispatcher gets every request of the listener until it is closed
   * @throws IOException if the address cannot be bound; the message says why
   */
  Listener listen(ListenerSpec spec, Dispatcher dispatcher) throws IOException;

  /**
   * Sets the value of the {@code Server} field of all responses from now on (RFC 9110 section
   * 10.2.4).
   *
   * @param value {@code Sluice} until this is called; null for no field
   */
  void serverField(String value);
}
