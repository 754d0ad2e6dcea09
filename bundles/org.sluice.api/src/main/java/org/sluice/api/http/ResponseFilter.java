package org.sluice.api.http;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Changes a response on its way from the handler to the client: added per exchange with {@link
 * Exchange#filter}, as server-side includes do over the output of any handler.
 */
@ConsumerType
public interface ResponseFilter {

  /**
   * Called once, on the thread that answered, before anything is written; must not block. To change
   * the content return a response whose body pulls from (and closes) the given one. Error pages and
   * interim responses are not filtered.
   *
   * @return the response to send; never null
   * @throws RuntimeException fails the exchange with 500
   */
  Response filter(Exchange exchange, Response response);
}
