package org.sluice.files.internal;

import java.io.IOException;
import java.util.concurrent.RejectedExecutionException;
import org.osgi.service.component.annotations.Component;
import org.sluice.api.config.Options;
import org.sluice.api.handler.Handler;
import org.sluice.api.handler.SluiceScheme;
import org.sluice.api.http.Body;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.HandlerException;
import org.sluice.api.http.Headers;
import org.sluice.api.http.Response;

/**
 * Target {@code file:}: files and folders below a root. A busy small file is answered on the event
 * loop from memory; everything else begins on a worker, see {@link Visit}.
 */
@Component
@SluiceScheme("file")
public final class FilesHandler implements Handler {
  private static final Headers ALLOW = Headers.of("Allow", "GET, HEAD, OPTIONS");

  private final FileCache cache = FileCache.byHeap();

  @Override
  public void handle(Exchange exchange, Options options) throws HandlerException {
    String method = exchange.request().method();
    if (!method.equals("GET") && !method.equals("HEAD")) {
      otherMethod(exchange, method);
      return;
    }
    FilesView view = options.view(FilesView.class, FilesView::new);
    Root root = view.root(exchange.match().route(), cache);
    if (exchange.parent() != null
        && exchange.attribute(Visit.PROBE) instanceof Visit.Probe probe
        && probe.reached(root)) {
      exchange.respond(Response.of(204));
      return;
    }
    String path = root.path(exchange.match());
    Entry entry = root.entries().get(path);
    if (entry != null
        && entry.mayAnswer(System.nanoTime(), view.revalidateNanos)
        && fromMemory(exchange, entry)) {
      return;
    }
    try {
      exchange.workers().execute(new Visit(exchange, view, root, path));
    } catch (RejectedExecutionException e) {
      throw Visit.busy(e);
    }
  }

  private static boolean fromMemory(Exchange exchange, Entry entry) throws HandlerException {
    try {
      return Answer.give(exchange, entry, false);
    } catch (IOException e) {
      // Nothing was opened, so this cannot be; the worker finds out.
      return false;
    }
  }

  private static void otherMethod(Exchange exchange, String method) throws HandlerException {
    if (!method.equals("OPTIONS")) {
      throw new HandlerException(405, "method", "files take GET and HEAD, not " + method)
          .with(ALLOW);
    }
    exchange.request().body().close();
    exchange.respond(Response.of(204, ALLOW, Body.empty()));
  }
}
