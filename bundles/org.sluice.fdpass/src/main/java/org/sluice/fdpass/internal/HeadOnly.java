package org.sluice.fdpass.internal;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.sluice.api.http.Body;
import org.sluice.api.http.Exchange;
import org.sluice.handoff.api.Preamble;
import org.sluice.handoff.api.SocketSource;

/**
 * Requests whose preamble is the whole answer: HEAD (RFC 9110 section 9.3.2), and statuses without
 * content (section 15.3.5 and others). Nothing is passed: a receiver would write a body.
 */
final class HeadOnly {
  private HeadOnly() {}

  static boolean applies(Exchange exchange, Preamble preamble) {
    if (preamble.isNone()) {
      return false;
    }
    int status = preamble.present().status();
    return status == 204
        || status == 205
        || status == 304
        || exchange.request().method().equals("HEAD");
  }

  /** Frees what a preamble that will not be sent holds. */
  static void close(Preamble preamble) {
    if (!preamble.isNone()) {
      preamble.present().body().close();
    }
  }

  /** By the socket's own way: fields that a GET does not get from the front are not for a HEAD. */
  static void answer(Exchange exchange, SocketSource source, Preamble preamble) {
    Body start = preamble.present().body();
    boolean head = exchange.request().method().equals("HEAD");
    source.respond(preamble.present().withBody(head ? new Unknown() : Body.empty()));
    start.close();
  }

  /** A GET would get a body whose length nobody knows, so the head must not name one. */
  private static final class Unknown implements Body {
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
  }
}
