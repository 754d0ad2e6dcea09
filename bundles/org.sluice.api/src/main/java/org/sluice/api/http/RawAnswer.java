package org.sluice.api.http;

import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Capability of a client's exchange on a plain connection: a response whose every byte, status line
 * and header included, comes from elsewhere (RFC 3875 section 5, non-parsed-header programs). Found
 * with {@link Exchange#capability}; subrequests do not have it.
 */
@ProviderType
public interface RawAnswer {

  /**
   * Answers with these bytes and nothing else, then ends the connection, since nobody knows where
   * such a response ends. Filters are not asked. Takes over {@code bytes}, also when this throws.
   * Any thread.
   *
   * @param status what the log shall say the status was
   * @return as {@link Exchange#respond}
   * @throws IllegalStateException if the exchange was answered already
   */
  CompletionStage<Void> send(int status, Body bytes);
}
