package org.sluice.api.engine;

import java.net.InetSocketAddress;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/** An open listener. Thread-safe. */
@ProviderType
public interface Listener {

  /** The bound address, with the real port. */
  InetSocketAddress address();

  /** Applies limits and time-outs to connections and requests that begin from now on. */
  void update(ListenerSpec spec);

  /** Connections open now. */
  int connections();

  /** Connections accepted since the listener was opened. */
  long accepted();

  /**
   * Stops to accept. Idle connections are closed at once, others after the response at hand, which
   * carries {@code Connection: close}.
   *
   * @return completes when the last connection has ended
   */
  CompletionStage<Void> drain();

  /** Stops to accept and resets what is still open. */
  void close();
}
