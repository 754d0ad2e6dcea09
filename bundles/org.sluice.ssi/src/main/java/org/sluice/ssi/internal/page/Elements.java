package org.sluice.ssi.internal.page;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.sluice.api.http.PluginMissingException;
import org.sluice.ssi.api.SsiElement;
import org.sluice.ssi.api.SsiException;
import org.sluice.ssi.internal.element.BuiltIn;
import org.sluice.ssi.internal.element.BuiltIns;
import org.sluice.ssi.internal.parse.Element;

/**
 * Calls elements: finds the service that stands for a name, keeps those of our own for the rest of
 * the page, skips hidden ones, and turns every failure into the error text.
 */
final class Elements {
  private final Page page;
  private final Map<String, BuiltIn> known = new HashMap<>(16);

  /**
   * The worker that renders, null on the event loop; a plug-in that arrives late is called on
   * another thread.
   */
  private Thread worker;

  private boolean needWorker;

  Elements(Page page) {
    this.page = page;
  }

  /** What became of a call. */
  private enum Called {
    /** Rendered, or failed and told so. */
    DONE,
    /** One of our own: call it directly. */
    OURS,
    /** Something comes first: what was written is sent, or this thread must not block. */
    LATE
  }

  /**
   * Renders an element where that is visible.
   *
   * @param deliver sends what was written, before an element that is not ours
   */
  void run(Element element, BooleanSupplier deliver) {
    page.current(element);
    boolean conditional = Conditionals.is(element.name());
    if (!page.conditions().visible() && !conditional) {
      hidden(element);
      return;
    }
    if (element.problem() != null && !(conditional && Conditionals.malformed(page, element))) {
      page.log(element.problem());
      if (page.conditions().visible()) {
        page.writeErrorText();
      }
      return;
    }
    if (element.problem() != null) {
      return;
    }
    BuiltIn ours = known.get(element.name());
    if (ours != null) {
      render(ours);
    } else {
      call(element, deliver);
    }
  }

  /** Whether the page is on the event loop and at an element that may block. */
  boolean needWorker() {
    return needWorker;
  }

  boolean takeNeedWorker() {
    boolean needed = needWorker;
    needWorker = false;
    return needed;
  }

  private void hidden(Element element) {
    String reason = BuiltIns.miscount(element);
    if (reason != null) {
      page.warn("in a hidden branch: " + reason);
    }
  }

  private void call(Element element, BooleanSupplier deliver) {
    worker = page.onLoop() ? null : Thread.currentThread();
    AtomicBoolean given = new AtomicBoolean();
    CompletableFuture<Called> called =
        page.exchange()
            .call(SsiElement.class, element.name(), plugin -> use(element, plugin, given, deliver))
            .toCompletableFuture();
    if (called.isDone()) {
      after(called, element);
    } else if (BuiltIns.find(element.name()) != null) {
      // Held for a name that has vanished: this bundle leaves, and it waits for its pages.
      given.set(true);
      ours(element);
    } else {
      page.await(called.handle((result, failure) -> called), done -> after(done, element));
    }
  }

  /** May come late, on any thread: then the page has gone on, and {@code given} is set. */
  private Called use(
      Element element, SsiElement plugin, AtomicBoolean given, BooleanSupplier deliver) {
    if (plugin instanceof BuiltIn
        || given.get()
        || BuiltIns.isOfAnotherVersion(element.name(), plugin)) {
      return Called.OURS;
    }
    if (!page.conditions().visible()) {
      return Called.DONE;
    }
    if (Thread.currentThread() != worker || deliver.getAsBoolean()) {
      return Called.LATE;
    }
    page.foreign();
    render(plugin);
    return Called.DONE;
  }

  private void after(CompletableFuture<Called> called, Element element) {
    Called what;
    try {
      what = called.join();
    } catch (CompletionException e) {
      missingOrFailed(element, e.getCause());
      return;
    }
    if (what == Called.OURS) {
      ours(element);
    } else if (what == Called.LATE) {
      needWorker = page.onLoop();
      page.await(CompletableFuture.completedFuture(element), again -> call(again, () -> false));
    }
  }

  /** An element of ours is part of this bundle, also while its services come or go. */
  private void missingOrFailed(Element element, Throwable cause) {
    if (cause instanceof PluginMissingException) {
      if (BuiltIns.find(element.name()) != null) {
        ours(element);
        return;
      }
      page.log("unknown directive");
    } else {
      page.log(String.valueOf(cause.getMessage()));
    }
    page.noLongerWaiting();
    if (page.conditions().visible()) {
      page.writeErrorText();
    }
  }

  /** One of ours stays the same for the rest of the page. */
  private void ours(Element element) {
    BuiltIn found = BuiltIns.find(element.name());
    known.put(element.name(), found);
    render(found);
  }

  private void render(SsiElement plugin) {
    try {
      plugin.render(page);
    } catch (SsiException e) {
      page.failed(e);
    }
  }

  /** Goes on with an element that has waited. */
  void goOn(Page.Waiting<?> waiting) {
    Throwable failure = waiting.stage().handle((result, thrown) -> thrown).join();
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    try {
      waiting.go(cause);
    } catch (SsiException | RuntimeException | LinkageError e) {
      page.failed(e);
    }
  }
}
