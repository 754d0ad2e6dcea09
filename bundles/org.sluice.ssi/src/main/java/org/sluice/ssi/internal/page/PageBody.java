package org.sluice.ssi.internal.page;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.sluice.api.http.Body;
import org.sluice.ssi.internal.parse.Element;
import org.sluice.ssi.internal.parse.Part;

/**
 * The rendered document, pulled by the client's side. Each read lets a worker render until there is
 * enough, until something has to be waited for, or until the end; nothing runs between reads, and
 * nothing holds a worker while it waits.
 */
public final class PageBody implements Body {
  /** Bytes that are worth sending. */
  private static final int ENOUGH = 32 * 1024;

  private static final CompletionStage<ByteBuffer> END = CompletableFuture.completedStage(null);

  private final Page page;
  private final Source source;
  private final Elements elements;
  private final CompletableFuture<Void> turn;
  private CompletableFuture<ByteBuffer> wanted;
  private boolean ended;
  private volatile boolean closed;

  /**
   * A document that nobody has read of.
   *
   * @param link to the page that includes it, or null
   */
  public PageBody(Page page, Source source, Link link) {
    this.page = page;
    this.source = source;
    page.source(source);
    this.elements = new Elements(page);
    this.turn = link == null ? null : link.turn();
  }

  @Override
  public long length() {
    return -1;
  }

  @Override
  public CompletionStage<ByteBuffer> read() {
    if (ended || closed) {
      return END;
    }
    CompletableFuture<ByteBuffer> result = new CompletableFuture<>();
    wanted = result;
    if (turn == null || turn.isDone()) {
      schedule();
    } else {
      turn.whenComplete((nothing, failure) -> schedule());
    }
    return result;
  }

  private void schedule() {
    try {
      page.exchange().workers().execute(this::work);
    } catch (RejectedExecutionException e) {
      fail(e);
    }
  }

  private void fail(Throwable cause) {
    ended = true;
    CompletableFuture<ByteBuffer> reader = wanted;
    wanted = null;
    reader.completeExceptionally(cause);
  }

  /** Renders until the outstanding read is answered or something is waited for. On a worker. */
  private void work() {
    try {
      while (wanted != null && !closed && step()) {
        // On to the next step.
      }
    } catch (RuntimeException | StackOverflowError e) {
      page.log("the page cannot be rendered: " + e);
      fail(e);
    }
    if (closed && wanted != null) {
      fail(new IllegalStateException("the page was closed"));
    }
  }

  /** One step further; false when nothing more can be done now. */
  private boolean step() {
    Body body = page.insertedBody();
    if (body != null) {
      return deliverRest() || pull(body);
    }
    Page.Waiting<?> waiting = page.waiting();
    if (waiting != null) {
      return waitingStep(waiting);
    }
    if (page.out().size() >= ENOUGH || (page.takeFlush() && page.out().size() > 0)) {
      return deliverRest();
    }
    if (source.isEmpty()) {
      return source.ended() ? finish() : more();
    }
    part(source.next());
    return true;
  }

  private void part(Part part) {
    if (part instanceof Part.Text text) {
      if (page.conditions().visible()) {
        page.write(text.bytes());
      }
    } else {
      elements.run((Element) part, this::deliverBeforeForeign);
    }
  }

  /** Whether something was delivered before an element that may take its time. */
  private boolean deliverBeforeForeign() {
    return page.out().size() > 0 && deliverRest();
  }

  private boolean waitingStep(Page.Waiting<?> waiting) {
    if (!waiting.stage().isDone()) {
      if (!deliverRest()) {
        waiting.stage().whenComplete((result, failure) -> schedule());
        return false;
      }
      return true;
    }
    page.noLongerWaiting();
    elements.goOn(waiting);
    return true;
  }

  /** Answers the read with what was written; false when that is nothing. */
  private boolean deliverRest() {
    int size = page.out().size();
    if (size == 0) {
      return false;
    }
    if (!page.tree().produced(size, page.settings().maxOutput)) {
      page.log("the page is longer than ssi.max-output=" + page.settings().maxOutput);
      fail(new IllegalStateException("the page is too long"));
      return true;
    }
    CompletableFuture<ByteBuffer> reader = wanted;
    wanted = null;
    reader.complete(page.out().take());
    return true;
  }

  /** Passes on what is inserted, a buffer a read. */
  private boolean pull(Body body) {
    CompletableFuture<ByteBuffer> next = body.read().toCompletableFuture();
    if (next.isDone()) {
      pulled(next);
      return true;
    }
    next.whenComplete(
        (buffer, failure) -> {
          if (failure == null && buffer != null) {
            passOn(buffer);
          } else {
            schedulePulled(next);
          }
        });
    return false;
  }

  private void schedulePulled(CompletableFuture<ByteBuffer> next) {
    try {
      page.exchange()
          .workers()
          .execute(
              () -> {
                pulled(next);
                work();
              });
    } catch (RejectedExecutionException e) {
      fail(e);
    }
  }

  private void pulled(CompletableFuture<ByteBuffer> next) {
    ByteBuffer buffer = null;
    if (next.isCompletedExceptionally()) {
      page.insertedEnded();
      page.failed(next.handle((result, failure) -> failure).join());
      return;
    }
    buffer = next.join();
    if (buffer == null) {
      page.insertedEnded();
    } else {
      passOn(buffer);
    }
  }

  private void passOn(ByteBuffer buffer) {
    if (!page.tree().produced(buffer.remaining(), page.settings().maxOutput)) {
      page.log("the page is longer than ssi.max-output=" + page.settings().maxOutput);
      fail(new IllegalStateException("the page is too long"));
      return;
    }
    CompletableFuture<ByteBuffer> reader = wanted;
    wanted = null;
    reader.complete(buffer);
  }

  /** Reads and parses more of the document; false when it has to be waited for. */
  private boolean more() {
    CompletableFuture<ByteBuffer> next = source.read();
    if (next.isDone()) {
      return moreArrived(next);
    }
    if (page.out().size() > 0) {
      source.keep(next);
      return deliverRest();
    }
    next.whenComplete(
        (buffer, failure) -> {
          source.keep(next);
          schedule();
        });
    return false;
  }

  private boolean moreArrived(CompletableFuture<ByteBuffer> next) {
    if (next.isCompletedExceptionally()) {
      fail(next.handle((result, failure) -> failure).join());
      return false;
    }
    source.arrived(next.join());
    return true;
  }

  private boolean finish() {
    if (!source.whole()) {
      page.log("the document ends within an element");
      if (page.conditions().visible()) {
        page.writeErrorText();
      }
      source.reportedIncomplete();
    } else if (!page.conditions().visible() && !source.reportedHidden()) {
      page.warn("an endif is missing: the end of the document is hidden");
    }
    if (deliverRest()) {
      return true;
    }
    ended = true;
    source.close();
    page.abandon();
    CompletableFuture<ByteBuffer> reader = wanted;
    wanted = null;
    reader.complete(null);
    return false;
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (turn != null) {
      turn.complete(null);
    }
    source.close();
    page.abandon().forEach(Body::close);
  }
}
