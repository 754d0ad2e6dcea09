package org.sluice.handoff.api;

import java.nio.ByteBuffer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A socket that a receiver uses while the front keeps a silent copy: no read, no write, until
 * exactly one of these is called on the socket's executor.
 */
@ProviderType
public interface Lease {

  /**
   * The receiver is done and the connection goes on with the next request. The engine checks the
   * report against the kernel's counters and resets the connection when they differ.
   *
   * @param report what the receiver says it did
   * @param leftover bytes of the next request that the receiver read too far; may be empty
   */
  void resume(LeaseReport report, ByteBuffer leftover);

  /** The receiver is done and the connection ends in order: what was written can still be read. */
  void end(LeaseReport report);

  /** The lease becomes a give: closes our copy without shutting it down. */
  void give();

  /** Resets the connection, whoever else holds a copy. */
  void abort(String reason);
}
