package org.sluice.cgi.internal;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.sluice.api.http.Body;
import org.sluice.api.http.Headers;
import org.sluice.api.http.Response;
import org.sluice.cgi.internal.head.ProgramHead;

/** What the client gets of a program's header block: its fields, reason and location. */
final class ProgramResponse {
  /** A body of unknown length that nobody reads: HEAD. */
  static final Body UNREAD =
      new Body() {
        @Override
        public long length() {
          return -1;
        }

        @Override
        public CompletionStage<ByteBuffer> read() {
          return CompletableFuture.completedStage(null);
        }

        @Override
        public void close() {
          // Nothing is held.
        }
      };

  private ProgramResponse() {}

  static Response of(ProgramHead head, int status, Body content, boolean nosniff) {
    boolean bodiless = status == 204 || status == 304;
    Headers headers = bodiless ? bodiless(head.headers()) : head.headers();
    Headers.Builder all = Headers.builder().addAll(headers);
    if (head.location() != null) {
      all.add("Location", head.location());
    }
    if (nosniff && !bodiless && headers.get("Content-Type") == null) {
      all.set("X-Content-Type-Options", "nosniff");
    }
    if (head.close()) {
      all.add("Connection", "close");
    }
    return Response.of(status, all.build(), content).withReason(head.reason());
  }

  /** Without the fields of a body that is not sent. */
  static Headers bodiless(Headers headers) {
    return Headers.builder()
        .addAll(headers)
        .remove("Content-Type")
        .remove("Content-Encoding")
        .remove("Content-Range")
        .build();
  }
}
