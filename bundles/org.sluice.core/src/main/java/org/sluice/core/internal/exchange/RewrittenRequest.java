package org.sluice.core.internal.exchange;

import org.sluice.api.http.Body;
import org.sluice.api.http.HandlerException;
import org.sluice.api.http.Headers;
import org.sluice.api.http.Request;

/** A client's request whose path and query a hook has changed; its target stays as it was sent. */
record RewrittenRequest(Request sent, String rawPath, String query) implements Request {

  static Request of(Request sent, String target) throws HandlerException {
    if (!target.startsWith("/")) {
      throw new HandlerException(
          500, "bad-rewrite", "a hook rewrote the path to '" + target + "', which has no slash");
    }
    int mark = target.indexOf('?');
    return new RewrittenRequest(
        sent,
        mark < 0 ? target : target.substring(0, mark),
        mark < 0 ? null : target.substring(mark + 1));
  }

  @Override
  public String method() {
    return sent.method();
  }

  @Override
  public String target() {
    return sent.target();
  }

  @Override
  public int minorVersion() {
    return sent.minorVersion();
  }

  @Override
  public String line() {
    return sent.line();
  }

  @Override
  public boolean isLineOfParts() {
    return sent.isLineOfParts();
  }

  @Override
  public Headers headers() {
    return sent.headers();
  }

  @Override
  public Body body() {
    return sent.body();
  }
}
