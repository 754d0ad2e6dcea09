package org.sluice.ssi.internal.page;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.sluice.api.http.Body;
import org.sluice.ssi.internal.parse.Element;
import org.sluice.ssi.internal.parse.Part;
import org.sluice.ssi.internal.parse.Template;

/**
 * The rendered document, pulled by the client's side. Each read renders until there is enough,
 * until something has to be waited for, or until the end, on a worker or, if the page is small and
 * known, on the event loop; nothing runs between reads, and nothing holds a thread while it waits.
 */
public final class PageBody implements Body {
  /** Bytes that are worth sending. */
  private static final int ENOUGH = 32 * 1024;

  /** Bytes that are rather copied than sent apart. */
  private static final int SMALL = 8 * 1024;

  /** Nanoseconds that a page may take on the event loop; one that took longer goes to workers. */
  private static final long SLOW = 2_000_000;

  private static final CompletionStage<ByteBuffer> END = CompletableFuture.completedStage(null);

  private final Page page;
  private final Source source;
  private final Elements elements;
  private final CompletableFuture<Void> turn;
  private final Thread loop;

  /** The outstanding read, whether a thread is at work, and whether it must look again. */
  private CompletableFuture<ByteBuffer> wanted;

  private boolean working;
  private boolean again;

  /** Whether the rest is for workers. */
  private boolean onWorkers;

  /** The outstanding read of what is inserted; used by the one at work only. */
  private CompletableFuture<ByteBuffer> pulling;

  /** What was read of it and comes next. */
  private ByteBuffer pulled;

  private volatile boolean ended;
  private volatile boolean closed;

  /**
   * A document that nobody has read of.
   *
   * @param link to the page that includes it, or null
   * @param loop the thread of the event loop
   */
  public PageBody(Page page, Source source, Link link, Thread loop) {
    this.page = page;
    this.source = source;
    this.loop = loop;
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
    synchronized (this) {
      wanted = result;
    }
    if (turn == null || turn.isDone()) {
      schedule();
    } else {
      turn.whenComplete((nothing, failure) -> schedule());
    }
    return result;
  }

  /**
   * Lets the page go on. Who is at work already is told to look again: a reader that is answered in
   * the middle of an element may ask for more before that element has returned.
   */
  private void schedule() {
    synchronized (this) {
      again = working;
      if (working) {
        return;
      }
      working = true;
    }
    Template.Pace pace = onWorkers ? null : source.pace();
    if (pace == null || !pace.quick()) {
      execute(page.exchange().workers(), this::work);
    } else if (Thread.currentThread() == loop) {
      workOnLoop();
    } else {
      execute(page.exchange().loop(), this::workOnLoop);
    }
  }

  private void execute(Executor executor, Runnable work) {
    try {
      executor.execute(work);
    } catch (RejectedExecutionException e) {
      synchronized (this) {
        working = false;
      }
      fail(e);
    }
  }

  /**
   * A small page that was parsed before is rendered on its reader's event loop: handing it to a
   * worker and back would cost more than the page. Whatever may take long, or did, goes to a
   * worker, and so does the rest of a page that meets an element of another bundle.
   */
  private void workOnLoop() {
    long start = System.nanoTime();
    do {
      page.onLoop(true);
      render();
      page.onLoop(false);
      if (elements.takeNeedWorker()) {
        onWorkers = true;
        execute(page.exchange().workers(), this::work);
        return;
      }
    } while (goesOn());
    Template.Pace pace = source.pace();
    if (pace != null) {
      pace.rendered(System.nanoTime() - start > SLOW);
    }
  }

  /** Takes the outstanding read, to answer it; null when there is none. */
  private synchronized CompletableFuture<ByteBuffer> reader() {
    CompletableFuture<ByteBuffer> reader = wanted;
    wanted = null;
    return reader;
  }

  private synchronized boolean isWanted() {
    return wanted != null;
  }

  private void answer(ByteBuffer buffer) {
    CompletableFuture<ByteBuffer> reader = reader();
    if (reader != null) {
      reader.complete(buffer);
    }
  }

  private void fail(Throwable cause) {
    ended = true;
    CompletableFuture<ByteBuffer> reader = reader();
    if (reader != null) {
      reader.completeExceptionally(cause);
    }
  }

  private void work() {
    do {
      render();
    } while (goesOn());
  }

  /** Renders until the outstanding read is answered or something is waited for. */
  private void render() {
    try {
      while (isWanted() && !closed && !elements.needWorker() && step()) {
        // On to the next step.
      }
    } catch (RuntimeException | StackOverflowError e) {
      page.log("the page cannot be rendered: " + e);
      fail(e);
    }
    if (closed) {
      fail(new IllegalStateException("the page was closed"));
    }
  }

  private synchronized boolean goesOn() {
    working = again;
    again = false;
    return working;
  }

  /** One step further; false when nothing more can be done now. */
  private boolean step() {
    Body body = page.insertedBody();
    if (body != null) {
      return pull(body);
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
    if (!page.mayProduce(size)) {
      page.log("the page is longer than ssi.max-output=" + page.settings().maxOutput);
      fail(new IllegalStateException("the page is too long"));
      return true;
    }
    answer(page.out().take());
    return true;
  }

  /**
   * Passes on what is inserted: small buffers together with what stands around them, so that they
   * are not sent one by one, others as they are.
   */
  private boolean pull(Body body) {
    if (pulled == null && !pullNext(body)) {
      return false;
    }
    if (pulled != null && !deliverRest()) {
      ByteBuffer buffer = pulled;
      pulled = null;
      passOn(buffer);
    }
    return true;
  }

  /** Takes the next buffer of what is inserted; false when it has to be waited for. */
  private boolean pullNext(Body body) {
    if (pulling == null) {
      pulling = body.read().toCompletableFuture();
    }
    CompletableFuture<ByteBuffer> next = pulling;
    if (!next.isDone()) {
      if (deliverRest()) {
        return true;
      }
      next.whenComplete((buffer, failure) -> schedule());
      return false;
    }
    pulling = null;
    if (next.isCompletedExceptionally()) {
      page.insertedEnded();
      page.failed(next.handle((result, failure) -> failure).join());
      return true;
    }
    ByteBuffer buffer = next.join();
    if (buffer == null) {
      page.insertedEnded();
    } else if (buffer.remaining() <= SMALL && page.out().size() + SMALL <= ENOUGH) {
      page.out().write(buffer);
    } else {
      pulled = buffer;
    }
    return true;
  }

  private void passOn(ByteBuffer buffer) {
    if (!page.mayProduce(buffer.remaining())) {
      page.log("the page is longer than ssi.max-output=" + page.settings().maxOutput);
      fail(new IllegalStateException("the page is too long"));
      return;
    }
    answer(buffer);
  }

  /** Reads and parses more of the document; false when it has to be waited for. */
  private boolean more() {
    CompletableFuture<ByteBuffer> next = source.read();
    if (next.isDone()) {
      return moreArrived(next);
    }
    source.keep(next);
    if (page.out().size() > 0) {
      return deliverRest();
    }
    next.whenComplete((buffer, failure) -> schedule());
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
    answer(null);
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
