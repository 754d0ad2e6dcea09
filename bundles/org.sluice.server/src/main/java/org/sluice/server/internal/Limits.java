package org.sluice.server.internal;

import java.time.Duration;
import org.sluice.api.engine.ListenerSpec;

/**
 * A listener's limits in the form the engine compares with: nanoseconds, and no zero that means
 * "none".
 *
 * <p>Every cap has an end even if the operator sets none: a request line and a field may then have
 * {@link #UNLIMITED} bytes. The whole head may have {@link #HEAD_SLACK} bytes more than one request
 * line and one field together, so that a hundred fields of full length cannot fill the memory.
 *
 * @param requestLine longest request line in bytes, without CRLF
 * @param field longest field line in bytes, without CRLF
 * @param fields most fields of a head or of trailers
 * @param head longest head in bytes
 * @param headerNanos for a whole head, 0 for none
 * @param keepAliveNanos between requests, 0 for none
 * @param connections most open connections
 * @param requests most requests on one connection
 * @param perAddress most open connections of one client address
 */
record Limits(
    int requestLine,
    int field,
    int fields,
    int head,
    long headerNanos,
    long keepAliveNanos,
    int connections,
    int requests,
    int perAddress) {

  /** Stands for "no limit" of a line: still a limit. */
  static final int UNLIMITED = 1 << 20;

  /** Room in a head beyond one request line and one field of the longest size. */
  static final int HEAD_SLACK = 64 * 1024;

  static Limits of(ListenerSpec spec) {
    int line = orElse(spec.requestLine(), UNLIMITED);
    int field = orElse(spec.header(), UNLIMITED);
    return new Limits(
        line,
        field,
        orElse(spec.headers(), UNLIMITED),
        line + field + HEAD_SLACK,
        nanos(spec.headerTimeout()),
        nanos(spec.keepAlive()),
        orElse(spec.connections(), Integer.MAX_VALUE),
        orElse(spec.requestsPerConnection(), Integer.MAX_VALUE),
        orElse(spec.connectionsPerAddress(), Integer.MAX_VALUE));
  }

  private static int orElse(int value, int none) {
    return value > 0 ? Math.min(value, none) : none;
  }

  /** Null and negative durations count as none; very long ones as the longest. */
  static long nanos(Duration duration) {
    if (duration == null || duration.isNegative()) {
      return 0;
    }
    return duration.getSeconds() > Integer.MAX_VALUE
        ? Integer.MAX_VALUE * 1_000_000_000L
        : duration.toNanos();
  }
}
