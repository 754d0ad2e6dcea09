package org.sluice.handoff.api;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A client's socket on its way from the server to a receiver: single use, and owned by whoever took
 * it ({@link SocketSource#take()}) until one of {@link #give()}, {@link #lease()}, {@link
 * #putBack()} or {@link #abort} ends that. Afterwards every method throws {@link
 * IllegalStateException}.
 *
 * <p>Exactly one process writes to a client at a time. Earlier pipelined responses have left when
 * the socket can be taken. All methods are called on {@link #executor()}.
 */
@ProviderType
public interface ClientSocket {

  /**
   * Seconds of idle time before the kernel probes whether the client is still there: what engines
   * set on every socket they accept (SO_KEEPALIVE, TCP_KEEPIDLE), so that a hand-off that wants the
   * same need not set it again.
   */
  int KEEP_ALIVE_IDLE = 60;

  /** The descriptor's number. The engine closes it, nobody else; valid until this object is not. */
  int descriptor();

  /**
   * Bytes already read and not consumed: the start of the request body, or pipelined requests. Read
   * only, a view that is valid as long as this object. Empty when there are none.
   */
  ByteBuffer unread();

  /** How much of {@link #unread()} is body, and how much of the body is still to come. */
  RequestRest rest();

  /**
   * Whether the connection may go on after this response: version, {@code Connection}, limits, and
   * no drain under way.
   */
  boolean mayPersist();

  /**
   * Notes the kernel's counters of the connection, to be called just before the descriptor is
   * passed for a lease, each time anew. What is read and written from here on is the receiver's.
   *
   * @return false if this kernel does not count: a lease cannot be verified
   */
  boolean mark();

  /**
   * Whether nobody has read from or written to the socket since {@link #mark()}, as the kernel
   * counts. Says whether a receiver that did not take the client has kept its hands off it.
   */
  boolean untouched();

  /** The connection's event loop. */
  Executor executor();

  /**
   * Bytes that the kernel would take now without waiting; a lower bound. What is larger should be
   * sent before a receiver is chosen, so that a slow client never holds one.
   */
  int sendBufferFree();

  /**
   * Sends head and start of the body, at most once, within {@code timeout.write}. Takes over a file
   * region, also when this throws.
   *
   * @return completes on {@link #executor()} when the kernel has taken every byte, although it may
   *     keep a head back until {@link #flush()}; exceptionally when the client left (then only
   *     {@link #abort} is left to do)
   */
  CompletionStage<Void> send(Preamble preamble);

  /**
   * Lets the kernel keep nothing back. A head without a start of the body may wait there for the
   * receiver's first bytes, to leave in one segment with them: until this is called or {@link
   * #give()}, and never for longer than a retransmission would take (200 ms and more). Again, or
   * with nothing kept back, is nothing.
   */
  default void flush() {}

  /** Whether a byte of a preamble was written, so that no error page is possible any more. */
  boolean started();

  /** Bytes of the preamble, head included; 0 before {@link #send} and without one. */
  default long sent() {
    return 0;
  }

  /**
   * Whether somebody had this connection before, and gave it back: what engines set on every socket
   * beside what they set back with each return may be different by now.
   */
  default boolean wasLent() {
    return false;
  }

  /**
   * Completes, never exceptionally, when the client has reset the connection, or the engine has
   * ended the exchange by itself, while this object or its lease is valid. A mere end of file from
   * the client is not reported: it may still read.
   */
  CompletionStage<Void> gone();

  /**
   * The receiver owns the socket: closes our copy without shutting it down, and ends the exchange.
   * On return nothing will ever be written to the client by this front.
   */
  void give();

  /**
   * The receiver may use the socket for a while: keeps our copy, silent. The bytes of the request's
   * body that were read already ({@link #rest()}) are the receiver's, those behind them stay.
   *
   * @throws IllegalStateException also if a preamble was sent or {@link #mark()} was not called
   */
  Lease lease();

  /** The socket was not passed and nothing was sent: the exchange can be answered as any other. */
  void putBack();

  /** Resets the connection, whoever else holds a copy, and ends the exchange. */
  void abort(String reason);
}
