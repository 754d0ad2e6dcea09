package org.sluice.backend.internal;

import org.sluice.api.http.Headers;

/**
 * A response's status line and fields, and what they say about framing and connection.
 *
 * @param status 100 to 599
 * @param headers all fields as they came, those of the connection too
 * @param contentLength -1 without one
 * @param chunked whether the content is in the chunked coding
 * @param keepAlive what version and {@code Connection} say (RFC 9112 section 9.3)
 */
record ResponseHead(
    int status, Headers headers, long contentLength, boolean chunked, boolean keepAlive) {

  boolean isInterim() {
    return status < 200;
  }

  /** RFC 9112 section 6.3: whether content can follow. */
  boolean hasContent(boolean toHead) {
    return !toHead && status >= 200 && status != 204 && status != 304;
  }
}
