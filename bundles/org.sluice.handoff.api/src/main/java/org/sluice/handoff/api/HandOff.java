package org.sluice.handoff.api;

import java.nio.ByteBuffer;
import java.time.Duration;
import org.osgi.annotation.versioning.ProviderType;
import org.sluice.api.config.Options;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.Headers;

/** One hand-off as a {@link Dialect} sees it when it writes the message. */
@ProviderType
public interface HandOff {

  /** Give or lease. */
  enum Mode {
    /** The front forgets the socket. */
    GIVE,
    /** The front keeps a silent copy and resumes when the receiver says done. */
    LEASE
  }

  /** The exchange. */
  Exchange exchange();

  /** Options of its route. */
  Options options();

  /** Give or lease. */
  Mode mode();

  /** Number of the hand-off on its control connection, from 1; never used twice there. */
  long id();

  /** Bytes of the preamble that the client has got already; 0 with {@link Preamble#none()}. */
  long sent();

  /** Bytes read and not consumed, to be passed along where the dialect can. A view. */
  ByteBuffer unread();

  /** Whether the connection may live on after the response. */
  boolean keep();

  /** Time until the receiver has to report. */
  Duration deadline();

  /** What the application attached, or null. */
  byte[] data();

  /**
   * What of the request's body is to be read: {@link #unread()} begins with {@link
   * RequestRest#unread()} bytes of it. In a lease nothing follows them, in a give pipelined bytes.
   */
  default RequestRest rest() {
    return RequestRest.NONE;
  }

  /** Fields that the application wants on the response; never null. */
  default Headers respond() {
    return Headers.empty();
  }

  /**
   * Opaque and signed by the front, for {@code END}; at most 2 KiB of ASCII without blanks, or
   * null.
   */
  default String memo() {
    return null;
  }

  /** Value of {@code traceparent} for the receiver (W3C Trace Context), or null. */
  default String traceparent() {
    return null;
  }
}
