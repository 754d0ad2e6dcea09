package org.sluice.server.internal;

import org.sluice.api.http.Body;
import org.sluice.api.http.Headers;
import org.sluice.api.http.Request;

/** A request's head as it was read, with what the engine derived from it. */
final class RequestHead implements Request {
  private final String method;
  private final String target;
  private final String line;
  private final int minorVersion;
  private final Headers headers;
  private final long contentLength;
  private final boolean chunked;
  private final boolean keepAlive;
  private final boolean expectContinue;
  private final int bytes;
  private Body body = Body.empty();

  /** Takes what {@code parser} has read so far; of a refused head that may be little. */
  RequestHead(HeadParser parser, Headers headers, boolean keepAlive) {
    this.method = parser.method;
    this.target = parser.target;
    this.line = parser.line;
    this.minorVersion = parser.minorVersion;
    this.headers = headers;
    this.contentLength = parser.contentLength;
    this.chunked = parser.chunked;
    this.keepAlive = keepAlive;
    this.expectContinue = parser.expectContinue;
    this.bytes = parser.bytes;
  }

  @Override
  public String method() {
    return method;
  }

  @Override
  public String target() {
    return target;
  }

  @Override
  public String line() {
    if (line != null || method.isEmpty()) {
      return line != null ? line : "";
    }
    return new StringBuilder(method.length() + target.length() + 10)
        .append(method)
        .append(' ')
        .append(target)
        .append(minorVersion == 0 ? " HTTP/1.0" : " HTTP/1.1")
        .toString();
  }

  @Override
  public boolean isLineOfParts() {
    return line == null && !method.isEmpty();
  }

  @Override
  public String rawPath() {
    int from = pathStart();
    int mark = target.indexOf('?', from);
    String path = target.substring(from, mark < 0 ? target.length() : mark);
    return path.isEmpty() && from > 0 ? "/" : path;
  }

  /** RFC 9112 section 3.2: where the path begins; absolute-form carries scheme and authority. */
  private int pathStart() {
    if (target.isEmpty() || target.charAt(0) == '/' || target.charAt(0) == '*') {
      return 0;
    }
    int scheme = target.indexOf("://");
    if (scheme < 0) {
      return target.length();
    }
    for (int i = scheme + 3; i < target.length(); i++) {
      char c = target.charAt(i);
      if (c == '/' || c == '?') {
        return i;
      }
    }
    return target.length();
  }

  @Override
  public String query() {
    int mark = target.indexOf('?');
    return mark < 0 ? null : target.substring(mark + 1);
  }

  @Override
  public int minorVersion() {
    return minorVersion;
  }

  @Override
  public Headers headers() {
    return headers;
  }

  @Override
  public Body body() {
    return body;
  }

  void body(Body newBody) {
    body = newBody;
  }

  boolean isHead() {
    return method.equals("HEAD");
  }

  boolean hasBody() {
    return chunked || contentLength > 0;
  }

  /** Declared length of the content, -1 without one. */
  long contentLength() {
    return contentLength;
  }

  boolean chunked() {
    return chunked;
  }

  /** What version and {@code Connection} say (RFC 9112 section 9.3). */
  boolean keepAlive() {
    return keepAlive;
  }

  boolean expectContinue() {
    return expectContinue;
  }

  /** Bytes of the head on the wire. */
  int bytes() {
    return bytes;
  }
}
