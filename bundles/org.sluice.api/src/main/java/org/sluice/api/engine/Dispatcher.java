package org.sluice.api.engine;

import org.osgi.annotation.versioning.ConsumerType;

/** Where an engine delivers requests; implemented by the core. */
@ConsumerType
public interface Dispatcher {

  /**
   * A request begins. Called on its connection's event loop, never for two requests of one
   * connection at a time. Must not block. A request that the engine judged as malformed arrives
   * too, with {@link Transaction#refusal()}, to be answered (and logged) with that status.
   */
  void dispatch(Transaction transaction);
}
