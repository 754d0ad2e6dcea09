package org.sluice.api.http;

import org.osgi.annotation.versioning.ProviderType;

/** What left of a final response beside its body, for logs; on the event loop. */
@ProviderType
public interface SentHead {

  /**
   * The fields as they were sent, those of the engine ({@code Date}, {@code Server}, {@code
   * Connection}, framing) included; never null. Made when it is asked for.
   */
  Headers headers();

  /** Trailer fields that were sent (RFC 9110 section 6.5); never null. */
  Headers trailers();

  /**
   * Nanoseconds from the first byte of the request to the moment when the kernel was offered the
   * first byte of the response; -1 while that is not known.
   */
  long firstByteNanos();

  /** Whether the response left the connection open for further requests. */
  boolean persists();
}
