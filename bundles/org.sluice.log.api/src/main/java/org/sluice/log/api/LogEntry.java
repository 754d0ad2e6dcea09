package org.sluice.log.api;

import org.osgi.annotation.versioning.ProviderType;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.Outcome;

/** What a line is about. Valid during the call; on the event loop. */
@ProviderType
public interface LogEntry {

  /**
   * The exchange that the item is to look at: the one that the client asked for, or the last one of
   * a chain of internal redirects, as the format says. Its connection, site and {@code sent()} are
   * those of the first.
   */
  Exchange exchange();

  /** The exchange that the client asked for; never null. */
  Exchange first();

  /** How the client's exchange ended; never null. */
  Outcome outcome();

  /** Status that the client got, 0 if none was sent. */
  int status();

  /**
   * Status of the exchange that the item is to look at: of the first one the status before an
   * internal redirect, else {@link #status()}.
   */
  int ownStatus();

  /** Microseconds since 1970 when the first byte of the request came. */
  long beginMicros();

  /** Microseconds since 1970 when the exchange ended; the same in all logs. */
  long endMicros();
}
