package org.sluice.accesslog.internal.write;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Requests that wait until there is room for their lines. */
final class Held {
  private final Backlog backlog;
  private final long longestMillis;
  private Set<CompletableFuture<Void>> waiting = new HashSet<>();

  Held(Backlog backlog, OutletSettings settings) {
    this.backlog = backlog;
    this.longestMillis = settings.blockWait().toMillis();
  }

  /** Completes when there is room, or the longest wait has passed. */
  CompletableFuture<Void> room() {
    CompletableFuture<Void> later = new CompletableFuture<>();
    synchronized (this) {
      waiting.add(later);
    }
    if (!backlog.isNearlyFull()) {
      // Also if there was room a moment ago, and those who waited were let go before this one came.
      forget(later);
      later.complete(null);
      return later;
    }
    later.completeOnTimeout(null, longestMillis, TimeUnit.MILLISECONDS);
    return later.whenComplete((nothing, failure) -> forget(later));
  }

  /** A log that stands still for days must not gather those who have waited. */
  private synchronized void forget(CompletableFuture<Void> waited) {
    waiting.remove(waited);
  }

  /** Lets all go on. */
  void release() {
    Set<CompletableFuture<Void>> free;
    synchronized (this) {
      free = waiting;
      waiting = new HashSet<>();
    }
    free.forEach(each -> each.complete(null));
  }
}
