package org.sluice.core.internal.dispatch;

import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.api.config.Options;
import org.sluice.api.http.Attributes;
import org.sluice.api.http.HandlerException;
import org.sluice.api.http.Response;
import org.sluice.api.http.Subrequest;
import org.sluice.core.internal.exchange.FrontExchange;

/**
 * Error pages of a site or route: {@code error.404=/404.html} is a path that the front serves to
 * itself, hooks and guards included, and sends with the status of the failure. A page that cannot
 * be had costs nothing more than itself: the built-in answer takes its place, so there is no loop.
 */
final class ErrorPages {
  private static final Logger LOG = LoggerFactory.getLogger(ErrorPages.class);
  private static final int FIRST = 400;

  private final String[] pages = new String[200];

  private ErrorPages(Options options) {
    options
        .family("error.")
        .forEach((status, page) -> pages[Integer.parseInt(status) - FIRST] = page);
  }

  /** The page's path, or null. */
  static String page(Options options, int status) {
    return options.view(ErrorPages.class, ErrorPages::new).pages[status - FIRST];
  }

  /** What is asked for the page: no conditions, ranges or body, as in every subrequest. */
  static Subrequest request(String page, FrontExchange failed, HandlerException failure) {
    String method = "HEAD".equals(failed.request().method()) ? "HEAD" : "GET";
    return new Subrequest(page, method)
        .with(Attributes.ERROR_STATUS, failure.status())
        .with(Attributes.REDIRECTED_FROM, failed);
  }

  /** The page with the failure's status and fields, or the built-in answer. */
  static Response answer(
      FrontExchange failed,
      HandlerException failure,
      String page,
      Response response,
      Throwable problem) {
    if (problem == null && response.status() == 200) {
      return ErrorAnswer.with(response.withStatus(failure.status()), ErrorAnswer.fields(failure));
    }
    if (response != null) {
      response.body().close();
    }
    LOG.warn(
        "{}: error.{}={} gives {}; the client gets the built-in answer",
        failed.describeFailure(),
        failure.status(),
        page,
        problem == null ? response.status() : reason(problem));
    return ErrorAnswer.of(failed, failure);
  }

  private static String reason(Throwable problem) {
    Throwable cause =
        problem instanceof CompletionException && problem.getCause() != null
            ? problem.getCause()
            : problem;
    return cause.getMessage();
  }

  /** Fields of a page that describe a success and no failure. */
  static boolean isOfSuccess(String name) {
    return name.equalsIgnoreCase("ETag")
        || name.equalsIgnoreCase("Last-Modified")
        || name.equalsIgnoreCase("Accept-Ranges")
        || name.equalsIgnoreCase("Content-Location");
  }
}
