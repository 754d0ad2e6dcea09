package org.sluice.handoff.api;

import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A socket that a receiver uses while the front keeps a silent copy: no read, no write, until
 * exactly one of these is called on the socket's executor.
 */
@ProviderType
public interface Lease {

  /**
   * The receiver is done and the connection goes on with the next request, if the report is what
   * the kernel's counters say: bytes written, bytes read, body wholly read, connection established
   * with the same peer. Otherwise the connection is reset. Where the kernel does not count, it ends
   * in order. What a receiver may have changed on the socket is set back first, and before the next
   * byte is written the counters are looked at once more.
   *
   * @param report what the receiver says it did
   * @param leftover bytes of the next request that the receiver read too far; may be empty
   * @return what became of the connection
   */
  Ending resume(LeaseReport report, ByteBuffer leftover);

  /**
   * The receiver is done and the connection ends in order: what was written can still be read. It
   * is reset if the kernel counted other bytes written than the report says.
   */
  Ending end(LeaseReport report);

  /** The lease becomes a give: closes our copy without shutting it down. */
  void give();

  /** Resets the connection, whoever else holds a copy. */
  void abort(String reason);

  /**
   * Bytes written to the client since the mark, as the kernel counts; -1 if it does not, or the
   * connection is gone. May be called until the lease has ended.
   */
  long written();

  /**
   * Asks to be told why a report is doubted, with what was reported and what was counted: on the
   * event loop, right before the connection is reset and the exchange ends, so that logs can say
   * it. An engine that does not call it resets the connection all the same.
   *
   * @param listener must not throw; the last one set counts
   */
  default void onDoubt(Consumer<String> listener) {}

  /** What became of a connection at the end of a lease. */
  enum Ending {
    /** It goes on with the next request. */
    RESUMED,
    /** It ends in order. */
    ENDED,
    /** It was reset: the report was not what the kernel counted. */
    DOUBTED,
    /** It had ended before: the client or the engine was first. */
    GONE
  }
}
