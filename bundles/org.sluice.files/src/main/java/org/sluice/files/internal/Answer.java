package org.sluice.files.internal;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiPredicate;
import org.sluice.api.http.Attributes;
import org.sluice.api.http.Body;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.FileFacts;
import org.sluice.api.http.HandlerException;
import org.sluice.api.http.Headers;
import org.sluice.api.http.Request;
import org.sluice.api.http.Response;

/** Answers an exchange with a file, as far as its conditions and ranges want it. */
final class Answer {
  private Answer() {}

  /**
   * Answers, unless that would need to open the file and the caller must not block.
   *
   * @param mayBlock whether this is a worker
   * @return false if nothing was done: call again on a worker
   * @throws ChangedException if the file is not the one described any more; nothing was done
   */
  static boolean give(Exchange exchange, Entry entry, boolean mayBlock)
      throws HandlerException, IOException {
    if (exchange.parent() != null && exchange.attribute(Attributes.LOOKUP) != null) {
      lookedUp(exchange, entry);
      return true;
    }
    if (isRewritten(exchange, entry)) {
      return whole(exchange, entry, entry.plain(), source(entry.plain()), mayBlock);
    }
    Request request = exchange.request();
    Variant variant = entry.choose(request.headers());
    Conditions conditions = Conditions.of(request.headers());
    if (conditions != null) {
      switch (conditions.evaluate(variant.tag(), entry.modified())) {
        case NOT_MODIFIED -> {
          exchange.attribute(Attributes.FILE, entry.facts());
          request.body().close();
          exchange.respond(Response.of(304, variant.notModified(), Body.empty()));
          return true;
        }
        case FAILED ->
            throw new HandlerException(
                412, "precondition", "a condition of the request is false for " + variant.path());
        case GO_ON -> {
          long[] ranges = ranges(request, conditions, entry, variant);
          if (ranges != null) {
            return Partial.give(exchange, entry, variant, ranges, mayBlock);
          }
        }
      }
    }
    return whole(exchange, entry, variant, variant.headers(), mayBlock);
  }

  private static boolean isRewritten(Exchange exchange, Entry entry) {
    if (exchange.attribute(Attributes.WHOLE_FILE) instanceof BiPredicate<?, ?> asked) {
      @SuppressWarnings("unchecked") // what the attribute is documented to be
      BiPredicate<FileFacts, Headers> rewrites = (BiPredicate<FileFacts, Headers>) asked;
      return rewrites.test(entry.facts(), entry.plain().headers());
    }
    return false;
  }

  /** RFC 9110 section 14.2: a range is only for GET. */
  private static long[] ranges(Request request, Conditions conditions, Entry entry, Variant variant)
      throws HandlerException {
    if (request.method().equals("HEAD")) {
      return null;
    }
    String range = conditions.range(variant.tag(), entry.lastModified(), entry.modified());
    long[] ranges = range == null ? null : Ranges.parse(range, variant.size());
    if (ranges == Ranges.UNSATISFIABLE) {
      throw new HandlerException(
              416, "range", "no range of the request is within " + variant.path())
          .with(Headers.of("Content-Range", "bytes */" + variant.size()));
    }
    return ranges;
  }

  private static boolean whole(
      Exchange exchange, Entry entry, Variant variant, Headers headers, boolean mayBlock)
      throws IOException {
    Response response;
    if (exchange.request().method().equals("HEAD")) {
      response = head(variant, headers);
    } else if (variant.content() != null || mayBlock) {
      response = Response.of(200, headers, variant.body());
    } else {
      return false;
    }
    exchange.attribute(Attributes.FILE, entry.facts());
    exchange.request().body().close();
    exchange.respond(response);
    return true;
  }

  /** Without the length where a filter rewrites the content: only the filter knows it. */
  private static Response head(Variant variant, Headers headers) {
    Headers.Builder all = Headers.builder().addAll(headers);
    if (headers == variant.headers()) {
      all.add("Content-Length", Long.toString(variant.size()));
    }
    return Response.of(200, all.build(), Body.empty());
  }

  /** Fields of a file that a filter rewrites: the result has no ranges. */
  private static Headers source(Variant plain) {
    return Headers.builder().addAll(plain.headers()).remove("Accept-Ranges").build();
  }

  private static void lookedUp(Exchange exchange, Entry entry) {
    exchange.attribute(Attributes.FILE, entry.facts());
    if (exchange.attribute(Attributes.LOOKUP) instanceof CompletableFuture<?> future) {
      @SuppressWarnings("unchecked") // what the attribute is documented to be
      CompletableFuture<FileFacts> asked = (CompletableFuture<FileFacts>) future;
      asked.complete(entry.facts());
    }
    exchange.respond(Response.of(204));
  }
}
