package org.sluice.core.internal.exchange;

import java.util.Locale;
import java.util.Set;
import org.sluice.api.http.Body;
import org.sluice.api.http.Headers;
import org.sluice.api.http.Request;

/**
 * What an internal redirect makes of a request: {@code GET} or {@code HEAD} of another target, with
 * the client's fields but those of the body that is gone.
 */
record RedirectedRequest(
    String method, String target, String rawPath, String query, int minorVersion, Headers headers)
    implements Request {

  private static final Set<String> OF_A_BODY =
      Set.of("transfer-encoding", "trailer", "expect", "digest", "repr-digest");

  static Request of(Request from, String target) {
    String whole =
        target.startsWith("/")
            ? target
            : from.rawPath().substring(0, from.rawPath().lastIndexOf('/') + 1) + target;
    int mark = whole.indexOf('?');
    Headers.Builder fields = Headers.builder();
    from.headers()
        .forEach(
            (name, value) -> {
              String lower = name.toLowerCase(Locale.ROOT);
              if (!lower.startsWith("content-") && !OF_A_BODY.contains(lower)) {
                fields.add(name, value);
              }
            });
    return new RedirectedRequest(
        "HEAD".equals(from.method()) ? "HEAD" : "GET",
        whole,
        mark < 0 ? whole : whole.substring(0, mark),
        mark < 0 ? null : whole.substring(mark + 1),
        from.minorVersion(),
        fields.build());
  }

  @Override
  public Body body() {
    return Body.empty();
  }
}
