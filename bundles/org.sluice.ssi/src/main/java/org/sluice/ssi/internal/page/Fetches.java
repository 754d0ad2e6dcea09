package org.sluice.ssi.internal.page;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.sluice.api.http.Attributes;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.FileFacts;
import org.sluice.api.http.Response;
import org.sluice.api.http.Subrequest;
import org.sluice.ssi.api.SsiException;

/** The subrequests of one document: limits, what they carry, and the end of those nobody wants. */
final class Fetches {
  private final Page page;
  private final List<CompletableFuture<Response>> open = new ArrayList<>();
  private boolean closed;

  Fetches(Page page) {
    this.page = page;
  }

  /** Starts a subrequest on the event loop, where hooks and handlers belong. */
  CompletableFuture<Response> start(Subrequest subrequest, Link.Purpose purpose)
      throws SsiException {
    return start(subrequest, new Link(page, purpose, true));
  }

  /** Starts a subrequest with a link of its own. */
  CompletableFuture<Response> start(Subrequest subrequest, Link link) throws SsiException {
    Settings settings = page.settings();
    if (page.depth() >= settings.maxDepth) {
      throw new SsiException(
          "documents include one another deeper than ssi.max-depth=" + settings.maxDepth);
    }
    if (!page.tree().admit(settings.maxIncludes)) {
      throw new SsiException("more subrequests than ssi.max-includes=" + settings.maxIncludes);
    }
    return run(subrequest, link);
  }

  /** Looks a file up without running anything. */
  CompletableFuture<FileFacts> facts(String target) throws SsiException {
    CompletableFuture<FileFacts> facts = new CompletableFuture<>();
    Subrequest lookup = new Subrequest(target, "GET", Map.of(Attributes.LOOKUP, facts));
    start(lookup, Link.Purpose.FACTS)
        .whenComplete(
            (response, failure) -> {
              if (failure != null) {
                facts.completeExceptionally(failure);
                return;
              }
              response.body().close();
              facts.completeExceptionally(
                  new SsiException(target + ": no file (" + response.status() + ")"));
            });
    return facts;
  }

  private CompletableFuture<Response> run(Subrequest subrequest, Link link) {
    Map<String, Object> attributes;
    if (subrequest.attributes().isEmpty()) {
      attributes = Map.of(Link.ATTRIBUTE, link, Attributes.VARIABLES, new VariablesView(page));
    } else {
      attributes = new HashMap<>(subrequest.attributes());
      attributes.put(Link.ATTRIBUTE, link);
      attributes.put(Attributes.VARIABLES, new VariablesView(page));
    }
    Subrequest full = new Subrequest(subrequest.target(), subrequest.method(), attributes);
    Exchange exchange = page.exchange();
    if (page.onLoop()) {
      return opened(exchange.subrequest(full).toCompletableFuture());
    }
    CompletableFuture<Response> result = opened(new CompletableFuture<>());
    try {
      exchange.loop().execute(() -> pass(exchange, full, result));
    } catch (RejectedExecutionException e) {
      result.completeExceptionally(e);
    }
    return result;
  }

  /** Remembers a response that must be closed when the page is given up: as many as includes. */
  private synchronized CompletableFuture<Response> opened(CompletableFuture<Response> result) {
    open.add(result);
    return result;
  }

  private void pass(Exchange exchange, Subrequest subrequest, CompletableFuture<Response> result) {
    if (isClosed()) {
      result.completeExceptionally(new SsiException("the page was given up"));
      return;
    }
    exchange
        .subrequest(subrequest)
        .whenComplete(
            (response, failure) -> {
              if (failure != null) {
                result.completeExceptionally(failure);
              } else if (!result.complete(response) || isClosed()) {
                response.body().close();
              }
            });
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  /** Closes what has arrived and what still arrives. */
  void close() {
    List<CompletableFuture<Response>> all;
    synchronized (this) {
      closed = true;
      all = List.copyOf(open);
      open.clear();
    }
    for (CompletableFuture<Response> each : all) {
      each.thenAccept(response -> response.body().close());
    }
  }
}
