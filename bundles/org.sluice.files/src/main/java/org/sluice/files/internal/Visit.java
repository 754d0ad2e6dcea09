package org.sluice.files.internal;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.sluice.api.file.PathRefusal;
import org.sluice.api.file.ResolvedPath;
import org.sluice.api.http.Attributes;
import org.sluice.api.http.Body;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.FileFacts;
import org.sluice.api.http.HandlerException;
import org.sluice.api.http.Headers;
import org.sluice.api.http.Response;
import org.sluice.api.http.Subrequest;

/**
 * One request on its way through the file system, on a worker.
 *
 * <p>A file that is not the one whose path was asked for (the index file of a folder, the file in
 * front of path information) is served only if asking for it would have come to the same route's
 * files: a subrequest tries that with all hooks, so that the source of a program or template, or a
 * guarded file, never leaves through its folder.
 */
final class Visit implements Runnable {
  /** Attribute of such a subrequest: a {@link Probe}. */
  static final String PROBE = "files.probe";

  /** How often a file that changes all the time is looked at again. */
  private static final int TRIES = 5;

  /** Whether a subrequest came to the files of one root. Used on one thread after the other. */
  static final class Probe {
    private final Root root;
    private volatile boolean same;

    Probe(Root root) {
      this.root = root;
    }

    /** The subrequest has come to the files of a root; whether that is the one. */
    boolean reached(Root other) {
      same = other.entries() == root.entries();
      return same;
    }
  }

  private final Exchange exchange;
  private final FilesView view;
  private final Root root;
  private final String path;
  private int nextIndex;

  Visit(Exchange exchange, FilesView view, Root root, String path) {
    this.exchange = exchange;
    this.view = view;
    this.root = root;
    this.path = path;
  }

  @Override
  public void run() {
    attempt(this::begin);
  }

  /** A step that may fail in the ways of files. */
  private interface Step {
    void run() throws IOException, HandlerException;
  }

  private void attempt(Step step) {
    try {
      for (int i = 1; ; i++) {
        try {
          step.run();
          return;
        } catch (ChangedException e) {
          if (i == TRIES) {
            throw new HandlerException(
                503, "file-changing", "the file changes too fast: " + at(), e, 1);
          }
        }
      }
    } catch (HandlerException e) {
      exchange.fail(e);
    } catch (NoSuchFileException e) {
      exchange.fail(new HandlerException(404, "not-found", "it has just gone: " + e.getFile()));
    } catch (AccessDeniedException e) {
      exchange.fail(new HandlerException(403, "denied", "may not be read: " + e.getFile()));
    } catch (IOException e) {
      exchange.fail(
          Shortage.isOf(e)
              ? Shortage.answer(at())
              : new HandlerException(500, "file-error", at() + ": " + e, e));
    } catch (RuntimeException e) {
      exchange.fail(new HandlerException(500, "files", at() + ": " + e, e));
    }
  }

  private String at() {
    return root.resolver().root().toString();
  }

  /** Hands a step to a worker; the client gets 503 when there are none left. */
  private void onWorker(Runnable step) {
    try {
      exchange.workers().execute(step);
    } catch (RejectedExecutionException e) {
      exchange.fail(busy(e));
    }
  }

  static HandlerException busy(RejectedExecutionException cause) {
    return new HandlerException(503, "busy", "all workers are busy", cause, 1);
  }

  private void begin() throws IOException, HandlerException {
    ResolvedPath found = root.resolver().resolve(path);
    if (found.isFile()) {
      if (found.pathInfo().isEmpty()) {
        serve(found, path);
      } else {
        behindFile(found);
      }
    } else if (found.isDirectory()) {
      folder(found);
    } else {
      throw found.failure();
    }
  }

  /** Serves a file under a key without path information, of which there can be any number. */
  private void serve(ResolvedPath found, String key) throws IOException, HandlerException {
    Entry entry = new Loader(view, root).load(found, key);
    Answer.give(exchange, entry, true);
  }

  /** As httpd's AcceptPathInfo, for what is no program. */
  private void behindFile(ResolvedPath found) throws HandlerException {
    if (!view.pathInfo) {
      throw new HandlerException(
          404, "path-info", found.path() + " is a file, and path-info is not on");
    }
    String asked = exchange.path();
    String file = asked.substring(0, asked.length() - found.pathInfo().length());
    probe(
        file,
        () -> attempt(this::serveBehind),
        () ->
            exchange.fail(
                new HandlerException(404, "path-info", found.path() + " is not of this route")));
  }

  private void serveBehind() throws IOException, HandlerException {
    ResolvedPath found = root.resolver().resolve(path);
    if (!found.isFile()) {
      throw new ChangedException();
    }
    serve(found, found.name());
  }

  private void folder(ResolvedPath found) throws IOException, HandlerException {
    if (!exchange.path().endsWith("/")) {
      String target = Paths.target(exchange.path() + "/", exchange.request().query());
      exchange.request().body().close();
      exchange.respond(Response.of(301, Headers.of("Location", target), Body.empty()));
      return;
    }
    while (nextIndex < view.index.size()) {
      String name = view.index.get(nextIndex);
      ResolvedPath index = root.resolver().resolve(below(name));
      if (index.isFile()) {
        probe(
            exchange.path() + name,
            () -> attempt(() -> serveIndex(name)),
            () -> relay(exchange.path() + name));
        return;
      }
      if (index.refusal() != null && index.refusal() != PathRefusal.NOT_FOUND) {
        throw index.failure();
      }
      nextIndex++;
    }
    if (!view.listing) {
      throw new HandlerException(
          403, "no-index", found.path() + " has no index file, and listing is off");
    }
    exchange.request().body().close();
    exchange.respond(Listing.of(exchange, root, path, found.path()));
  }

  private String below(String name) {
    return path.isEmpty() || path.endsWith("/") ? path + name : path + "/" + name;
  }

  private void serveIndex(String name) throws IOException, HandlerException {
    ResolvedPath index = root.resolver().resolve(below(name));
    if (index.isFile()) {
      serve(index, path);
    } else {
      begin();
    }
  }

  /** Finds out whether a path comes to this root's files; goes on on a worker, or elsewhere. */
  private void probe(String asked, Runnable same, Runnable other) {
    Probe probe = new Probe(root);
    Subrequest subrequest =
        Subrequest.get(Paths.target(asked, exchange.request().query()))
            .with(PROBE, probe)
            .with(Attributes.LOOKUP, new CompletableFuture<FileFacts>());
    exchange
        .loop()
        .execute(
            () ->
                exchange
                    .subrequest(subrequest)
                    .whenComplete(
                        (response, failure) -> {
                          if (response != null) {
                            response.body().close();
                          }
                          if (probe.same) {
                            onWorker(same);
                          } else {
                            other.run();
                          }
                        }));
  }

  /** Gives what another route, or a hook, makes of a path. */
  private void relay(String asked) {
    String method = exchange.request().method();
    exchange
        .subrequest(new Subrequest(Paths.target(asked, exchange.request().query()), method))
        .whenComplete(
            (response, failure) -> {
              if (failure != null) {
                Throwable cause = failure.getCause() == null ? failure : failure.getCause();
                exchange.fail(
                    cause instanceof HandlerException known
                        ? known
                        : new HandlerException(502, "index", asked + " failed", cause));
              } else if (response.status() == 404) {
                response.body().close();
                nextIndex++;
                onWorker(this);
              } else {
                exchange.request().body().close();
                exchange.respond(response);
              }
            });
  }
}
