package org.sluice.core.internal.exchange;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.sluice.api.http.HandlerException;
import org.sluice.api.http.PluginCall;
import org.sluice.api.http.PluginMissingException;
import org.sluice.core.internal.registry.Inside;
import org.sluice.core.internal.registry.PluginEntry;
import org.sluice.core.internal.registry.Registry;

/**
 * A call of one plug-in by another, by kind and name: use count, error boundary and hold are here
 * and nowhere else. The exchange keeps the plug-in until it has ended.
 */
final class NamedCall<P, R> {
  private final FrontExchange exchange;
  private final Registry registry;
  private final Class<P> kind;
  private final String name;
  private final PluginCall<P, R> work;

  NamedCall(
      FrontExchange exchange,
      Registry registry,
      Class<P> kind,
      String name,
      PluginCall<P, R> work) {
    this.exchange = exchange;
    this.registry = registry;
    this.kind = kind;
    this.name = name;
    this.work = work;
  }

  /** Calls it now; on the event loop if it vanished a moment ago and comes back. */
  CompletionStage<R> run() {
    PluginEntry entry = registry.acquire(kind.getName(), name);
    if (entry != null) {
      return invoke(entry);
    }
    PluginEntry fading = registry.acquireFading(kind.getName(), name, exchange::usesBundle);
    if (fading != null) {
      return invoke(fading);
    }
    CompletableFuture<R> result = new CompletableFuture<>();
    boolean waits =
        registry.hold(kind.getName(), name, late -> exchange.resume(() -> complete(late, result)));
    return waits ? result : CompletableFuture.failedStage(missing());
  }

  private void complete(PluginEntry entry, CompletableFuture<R> to) {
    CompletionStage<R> stage =
        entry == null ? CompletableFuture.failedStage(missing()) : invoke(entry);
    stage.whenComplete(
        (value, failure) -> {
          if (failure == null) {
            to.complete(value);
          } else {
            to.completeExceptionally(failure);
          }
        });
  }

  private HandlerException missing() {
    return new PluginMissingException(
        registry.missingStatus(kind.getName()), registry.kindName(kind.getName()), name);
  }

  /** The one boundary at which a called plug-in's exceptions are judged. */
  private CompletionStage<R> invoke(PluginEntry entry) {
    exchange.use(entry);
    Inside inside = Inside.enter(entry);
    try {
      return CompletableFuture.completedStage(work.with(kind.cast(entry.service())));
    } catch (HandlerException e) {
      return CompletableFuture.failedStage(e);
    } catch (Throwable e) {
      entry.failed(e);
      return CompletableFuture.failedStage(
          new HandlerException(500, "plugin-failed", entry.origin() + " failed: " + e, e));
    } finally {
      inside.leave();
    }
  }
}
