package org.sluice.log.api;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Takes notice of streams that ended after their socket had been given away. A service, offered by
 * whoever writes access logs; there may be none.
 */
@ProviderType
public interface CompletionLog {

  /**
   * Writes a line of its own into every log that takes exchanges of that site and route. Never
   * blocks; any thread.
   */
  void completed(Completion completion);
}
