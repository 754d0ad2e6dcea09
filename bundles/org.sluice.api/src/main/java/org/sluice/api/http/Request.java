package org.sluice.api.http;

import org.osgi.annotation.versioning.ProviderType;

/**
 * A request as it came over the wire. Bytes map to U+0000 to U+00FF in {@link #method()}, {@link
 * #target()} and fields. Immutable but for the body.
 */
@ProviderType
public interface Request {

  /** Method, case as sent (RFC 9110 section 9); never null. */
  String method();

  /** The request target exactly as sent (RFC 9112 section 3.2), never decoded; never null. */
  String target();

  /**
   * The path of the target, still percent-encoded, without query; {@code *} for the asterisk form.
   * After {@link Exchange#rewrite} that of the new target, as is {@link #query()}.
   */
  String rawPath();

  /**
   * What follows the first {@code ?} of the target, or null without one; empty for a bare {@code
   * ?}.
   */
  String query();

  /** Minor version: 0 for HTTP/1.0, 1 for HTTP/1.1 and higher 1.x. */
  int minorVersion();

  /**
   * The request line as received, without its line end; of a malformed one what was received of it,
   * of bytes that never became a line nothing. Never null.
   */
  default String line() {
    return method().isEmpty() ? "" : method() + " " + target() + " HTTP/1." + minorVersion();
  }

  /**
   * Whether {@link #line()} is exactly {@link #method()}, {@link #target()} and {@code HTTP/1.0} or
   * {@code HTTP/1.1} with a blank between each: who only copies it, as a log does, can then take
   * the parts and no text need be made. False where that is not certain.
   */
  default boolean isLineOfParts() {
    return false;
  }

  /** The header fields; never null. */
  Headers headers();

  /**
   * The content; {@link Body#empty()} when the request has none. Reading it sends {@code 100
   * Continue} first when the client waits for that (RFC 9110 section 10.1.1).
   */
  Body body();
}
