package org.sluice.fdpass.internal;

import org.sluice.api.http.Headers;

/**
 * What an application attached when it asked for the hand-off.
 *
 * @param data bytes for the receiver, or null
 * @param respond fields that it wants on the response
 * @param applied whether an application asked, which had the request body
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record Appendix(byte[] data, Headers respond, boolean applied) {
  /** The route asks for the hand-off: nothing is attached. */
  static final Appendix NONE = new Appendix(null, Headers.empty(), false);
}
