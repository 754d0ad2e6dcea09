package org.sluice.fdpass.internal;

import java.nio.ByteBuffer;
import java.time.Duration;
import org.sluice.api.config.Options;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.Headers;
import org.sluice.handoff.api.HandOff;
import org.sluice.handoff.api.RequestRest;

/** A hand-off as the dialect sees it, before anything was passed. */
record PassedHandOff(
    Exchange exchange,
    Options options,
    Mode mode,
    long id,
    ByteBuffer unread,
    boolean keep,
    Duration deadline,
    RequestRest body,
    long sent,
    Appendix appendix,
    String memo,
    String traceparent)
    implements HandOff {
  @Override
  public RequestRest rest() {
    return body;
  }

  @Override
  public byte[] data() {
    return appendix.data();
  }

  @Override
  public Headers respond() {
    return appendix.respond();
  }
}
