package org.sluice.cgi.internal;

import java.nio.charset.StandardCharsets;
import org.sluice.api.http.Body;
import org.sluice.api.http.Headers;
import org.sluice.api.http.Response;

/** The answer of a program that sends the client elsewhere. */
final class Elsewhere {
  private Elsewhere() {}

  /** 302 with a page of ours (RFC 9110 section 15.4.3). */
  static Response to(String location, Headers fields) {
    String shown = location.replace("&", "&amp;").replace("'", "&#39;");
    String page =
        "<!DOCTYPE html>\n<html><head><title>302 Found</title></head><body>\n"
            + "<h1>Found</h1>\n<p>The document has moved <a href=\""
            + shown
            + "\">here</a>.</p>\n</body></html>\n";
    Headers headers =
        Headers.builder()
            .addAll(fields)
            .set("Location", location)
            .set("Content-Type", "text/html; charset=utf-8")
            .build();
    return Response.of(302, headers, Body.of(page.getBytes(StandardCharsets.ISO_8859_1)));
  }
}
