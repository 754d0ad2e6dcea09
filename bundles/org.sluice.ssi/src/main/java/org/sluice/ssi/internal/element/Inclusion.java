package org.sluice.ssi.internal.element;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.sluice.api.http.Attributes;
import org.sluice.api.http.Response;
import org.sluice.api.http.Subrequest;
import org.sluice.ssi.api.SsiAttribute;
import org.sluice.ssi.api.SsiException;
import org.sluice.ssi.internal.page.Link;
import org.sluice.ssi.internal.page.Page;

/**
 * One {@code include} on its way through its attributes: each inserts a document; after a failure
 * only {@code onerror} counts, and if that succeeds the failure is forgotten.
 */
final class Inclusion {
  private static final CompletableFuture<Void> NOW = CompletableFuture.completedFuture(null);

  /** The answer, or why there is none. */
  private record Answer(Response response, Throwable failure) {}

  private final Page page;
  private final List<SsiAttribute> attributes;
  private int at;
  private boolean failed;

  Inclusion(Page page) {
    this.page = page;
    this.attributes = page.attributes();
  }

  /** Goes on with the next attribute that counts. */
  void next() throws SsiException {
    while (at < attributes.size()) {
      SsiAttribute attribute = attributes.get(at++);
      if (attribute.value() == null) {
        break;
      }
      boolean onerror = attribute.name().equals("onerror");
      if (!onerror && !attribute.name().equals("virtual") && !attribute.name().equals("file")) {
        throw page.error(
            "unknown attribute " + attribute.name() + "; allowed are virtual, file, onerror");
      }
      if (onerror == failed && start(attribute)) {
        return;
      }
    }
    if (failed) {
      page.writeErrorText();
    }
  }

  /** Asks for a document; false when that failed at once. */
  private boolean start(SsiAttribute attribute) throws SsiException {
    try {
      boolean file = attribute.name().equals("file");
      String target = file ? Targets.file(page, attribute) : Targets.virtual(page, attribute);
      boolean post = !file && page.keptBody() != null;
      ask(attribute, target, file, post);
      return true;
    } catch (SsiException e) {
      fail(attribute, e.getMessage());
      return false;
    }
  }

  private void ask(SsiAttribute attribute, String target, boolean file, boolean post)
      throws SsiException {
    CompletionStage<Response> stage;
    if (post) {
      Subrequest subrequest =
          new Subrequest(target, "POST").with(Attributes.KEPT_BODY, page.keptBody());
      stage = page.subrequest(subrequest, Link.Purpose.CONTENT);
    } else {
      stage = page.fetch(target, file ? Link.Purpose.FILE : Link.Purpose.CONTENT);
    }
    page.await(
        stage.handle(Answer::new),
        answer -> {
          if (post && answer.failure == null && answer.response.status() == 405) {
            // A file takes no content.
            answer.response.body().close();
            ask(attribute, target, file, false);
          } else {
            answered(attribute, target, answer);
          }
        });
  }

  private void answered(SsiAttribute attribute, String target, Answer answer) throws SsiException {
    Response response = answer.response;
    String problem = answer.failure != null ? reason(answer.failure) : refusal(response);
    if (problem != null) {
      if (response != null) {
        response.body().close();
      }
      fail(attribute, target + ": " + problem);
      next();
      return;
    }
    failed = false;
    page.insert(response.body());
    if (at < attributes.size()) {
      // What the document sets is seen by those behind it: they are due when it has ended.
      page.await(NOW, nothing -> next());
    }
  }

  private static String reason(Throwable failure) {
    Throwable cause = failure.getCause() != null ? failure.getCause() : failure;
    return String.valueOf(cause.getMessage());
  }

  /** Why a response cannot be inserted, or null. */
  private String refusal(Response response) {
    int status = response.status();
    boolean own = page.isProgramsOwnStatus(response);
    if (status >= 300 && !own) {
      return "answered " + status;
    }
    String type = response.headers().get("Content-Type");
    boolean text = type == null || type.regionMatches(true, 0, "text/", 0, 5);
    if (!page.mayExecute() && !text) {
      return "a page with ssi=noexec includes text only, not " + type;
    }
    return null;
  }

  private void fail(SsiAttribute attribute, String problem) throws SsiException {
    page.log(attribute.name() + ": " + problem);
    failed = true;
    if (attribute.name().equals("onerror")) {
      at = attributes.size();
    }
  }
}
